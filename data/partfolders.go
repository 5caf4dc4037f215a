package data

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// parts are the folders of a divided set; empty: there is none.
type parts struct {
	train, validation, test string
	// listed is the list of the pictures' classes where the folder of a part has no
	// folders of classes, but such a list, as Tiny ImageNet's val.
	listed map[string]string
}

// partsIn finds the parts of the set in dir.
func partsIn(dir string) parts {
	p := parts{train: partFolder(dir, trainFolders), validation: partFolder(dir, validationFolders), test: partFolder(dir, testFolders), listed: map[string]string{}}
	for _, folder := range foldersIn(dir) {
		list := filepath.Join(folder, annotations)
		if _, err := os.Stat(list); err == nil && isNamed(folder, validationFolders) {
			p.validation, p.listed[folder] = folder, list
		}
	}
	if p.test == "" {
		p.test, p.validation = p.validation, ""
	}
	return p
}

// annotations is Tiny ImageNet's list: a line for each picture, its name and its class
// first, between tabs.
const annotations = "val_annotations.txt"

// partFolder returns the first of the folders in dir that holds folders of classes, itself
// or in the only folder that it holds, as seg_train/seg_train does.
func partFolder(dir string, names []string) string {
	folders := foldersIn(dir)
	for _, name := range names {
		for _, folder := range folders {
			if !isNamed(folder, []string{name}) {
				continue
			}
			inside := foldersIn(folder)
			if slices.ContainsFunc(inside, isClass) {
				return folder
			}
			if len(inside) == 1 && slices.ContainsFunc(foldersIn(inside[0]), isClass) {
				return inside[0]
			}
		}
	}
	return ""
}

// isClass reports whether a folder holds pictures of a class; one that is called images
// holds those of all.
func isClass(folder string) bool { return holdsPicture(folder) && !isNamed(folder, []string{"images"}) }

// besidePart are the words that the names of parts have beside them, as in training_set,
// seg_train and test-images.
var besidePart = []string{"set", "data", "dataset", "seg", "split", "part", "images", "image", "imgs", "img", "pictures", "folder", "dir"}

// isNamed reports whether a folder has one of the names, in any case, alone or with words
// of besidePart.
func isNamed(folder string, names []string) bool {
	words := strings.FieldsFunc(strings.ToLower(filepath.Base(folder)), func(r rune) bool { return strings.ContainsRune("_-. ", r) })
	if len(words) > 1 {
		words = slices.DeleteFunc(words, func(w string) bool { return slices.Contains(besidePart, w) })
	}
	return len(words) == 1 && slices.Contains(names, words[0])
}

// isPart reports whether a folder has the name of a part of a set.
func isPart(folder string) bool {
	return isNamed(folder, trainFolders) || isNamed(folder, testFolders) || isNamed(folder, validationFolders)
}

// holdsPicture looks for a picture in a folder, or in a folder images in it, some files
// at a time: there may be very many.
func holdsPicture(folder string) bool {
	for _, dir := range []string{folder, filepath.Join(folder, "images")} {
		if holdsFile(dir, isPicture) {
			return true
		}
	}
	return false
}

// holdsFile looks for a file with such a name in a folder.
func holdsFile(folder string, is func(name string) bool) bool {
	f, err := os.Open(folder)
	if err != nil {
		return false
	}
	defer f.Close()
	for {
		names, err := f.Readdirnames(100)
		if slices.ContainsFunc(names, is) {
			return true
		}
		if err != nil {
			return false
		}
	}
}
