package data

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// idxNames are the files of a set in IDX, each with or without .gz. Some publishers
// write .idx3-ubyte for -idx3-ubyte, and some archives unpack a file into a folder
// of its name.
type idxNames struct {
	trainImages, trainLabels, testImages, testLabels string

	split   string // of EMNIST: balanced, byclass, bymerge, digits, letters or mnist
	mapping string // of EMNIST: the file that gives the character of each label
}

var mnistNames = idxNames{
	trainImages: "train-images-idx3-ubyte", trainLabels: "train-labels-idx1-ubyte",
	testImages: "t10k-images-idx3-ubyte", testLabels: "t10k-labels-idx1-ubyte",
}

// emnistNames are the files of one of EMNIST's sets (Cohen et al., arXiv
// 1702.05373), which lie together in its archive.
func emnistNames(split string) idxNames {
	return idxNames{
		trainImages: "emnist-" + split + "-train-images-idx3-ubyte", trainLabels: "emnist-" + split + "-train-labels-idx1-ubyte",
		testImages: "emnist-" + split + "-test-images-idx3-ubyte", testLabels: "emnist-" + split + "-test-labels-idx1-ubyte",
		split: split, mapping: "emnist-" + split + "-mapping.txt",
	}
}

var emnistSplits = []string{"balanced", "byclass", "bymerge", "digits", "letters", "mnist"}

// idxName is what the set in dir is called.
func idxName(dir string, names idxNames) (string, error) {
	if names.split != "" {
		return "emnist-" + names.split, nil
	}
	return folderName(dir)
}

// idxSet returns the names of the files of the set in dir, the one of EMNIST's
// that is chosen if there are several.
func idxSet(dir, choice string) (idxNames, error) {
	if mnistNames.in(dir) && choice == "" {
		return mnistNames, nil
	}
	var there []string
	for _, split := range emnistSplits {
		if emnistNames(split).in(dir) {
			there = append(there, split)
		}
	}
	switch {
	case choice == "" && len(there) == 1:
		return emnistNames(there[0]), nil
	case choice == "" && len(there) > 1:
		return idxNames{}, fmt.Errorf("data: %s holds several of EMNIST's sets: choose one of %s, as in %s:%s", dir, strings.Join(there, ", "), dir, there[0])
	case slices.Contains(there, choice):
		return emnistNames(choice), nil
	case choice != "" && len(there) > 0:
		return idxNames{}, fmt.Errorf("data: %s has no %q of EMNIST's sets; there are %s", dir, choice, strings.Join(there, ", "))
	case choice != "":
		return idxNames{}, noChoice(dir, choice)
	}
	return idxNames{}, fmt.Errorf("data: %s has no IDX files: expected %s[.gz] and so on", dir, mnistNames.trainImages)
}

// in reports whether one of the files is in dir.
func (n idxNames) in(dir string) bool {
	for _, name := range []string{n.trainImages, n.trainLabels, n.testImages, n.testLabels} {
		if findIDX(dir, name) != "" {
			return true
		}
	}
	return false
}

// hasIDX reports whether dir has one of the files of a set in IDX.
func hasIDX(dir string) bool {
	return mnistNames.in(dir) || slices.ContainsFunc(emnistSplits, func(split string) bool { return emnistNames(split).in(dir) })
}

// findIDX returns the path of an IDX file in dir under one of its usual names, ""
// if there is none.
func findIDX(dir, name string) string {
	bases := []string{name, strings.Replace(name, "-idx", ".idx", 1)}
	folders := []string{dir}
	for _, base := range bases {
		folders = append(folders, filepath.Join(dir, base))
	}
	for _, folder := range folders {
		for _, base := range bases {
			for _, ext := range []string{"", ".gz"} {
				path := filepath.Join(folder, base+ext)
				if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
					return path
				}
			}
		}
	}
	return ""
}
