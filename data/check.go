package data

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Check looks through the data set in the folder dir and reports what is there
// and what is wrong with it. Unlike Load it goes on past a damaged file. It is an
// error if dir cannot be read or has no file of a known data set.
func Check(dir string) (*Report, error) {
	if err := checkDir(dir); err != nil {
		return nil, err
	}
	for _, d := range []string{dir, filepath.Join(dir, cifarFolder)} {
		if hasAny(d, cifarTrainFiles) || hasAny(d, cifarTestFiles) {
			return checkCIFAR10(d)
		}
	}
	if hasIDX(dir) {
		return checkIDX(dir)
	}
	return nil, noSetIn(dir)
}

func checkCIFAR10(dir string) (*Report, error) {
	r := &Report{Name: "cifar-10", Dir: dir, Format: "cifar-10 binary", Problems: []string{}}
	read := func(names []string) *Images {
		m := &Images{Width: cifarSide, Height: cifarSide, Channels: 3}
		for _, name := range names {
			b, err := os.ReadFile(filepath.Join(dir, name))
			if errors.Is(err, fs.ErrNotExist) {
				r.problem("%s is missing", name)
				continue
			}
			if err == nil {
				err = parseCIFAR10(m, b)
			}
			r.file(filepath.Join(dir, name), err)
		}
		return m
	}
	s := &Set{Classes: cifarNames, Train: read(cifarTrainFiles), Test: read(cifarTestFiles)}
	names, err := readClassNames(filepath.Join(dir, "batches.meta.txt"))
	switch {
	case err != nil:
		r.problem("%v", err)
	case len(names) == cifarClasses:
		s.Classes = names
	case names != nil:
		r.problem("batches.meta.txt has %d names, expected %d", len(names), cifarClasses)
	}
	r.describe(s)
	return r, nil
}

func checkIDX(dir string) (*Report, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	r := &Report{Name: filepath.Base(abs), Dir: dir, Format: "idx", Problems: []string{}}
	s := &Set{
		Train: r.idxPart(dir, idxTrainImages, idxTrainLabels),
		Test:  r.idxPart(dir, idxTestImages, idxTestLabels),
	}
	names, err := readClassNames(filepath.Join(dir, ClassesFile))
	if err != nil {
		r.problem("%v", err)
	}
	s.Classes = names
	if top := s.topLabel(); names == nil || top >= len(names) {
		s.Classes = numberNames(max(10, top+1))
		if names != nil {
			r.problem("%s names %d classes, but there is a label %d", ClassesFile, len(names), top)
		}
	}
	r.describe(s)
	return r, nil
}

// idxPart reads one part of a set of IDX files, whose images it returns if both
// files are good and belong together.
func (r *Report) idxPart(dir, images, labels string) *Images {
	imagePath, labelPath := findIDX(dir, images), findIDX(dir, labels)
	good := true
	for _, f := range []struct {
		path, name string
		dimensions int
	}{{imagePath, images, 3}, {labelPath, labels, 1}} {
		if f.path == "" {
			r.problem("%s[.gz] is missing", f.name)
			good = false
			continue
		}
		_, _, err := readIDX(f.path, f.dimensions)
		r.file(f.path, err)
		good = good && err == nil
	}
	if good {
		m, err := readIDXPair(imagePath, labelPath)
		if err == nil {
			return m
		}
		r.problem("%v", err)
	}
	return &Images{Channels: 1}
}

// file adds the file at path, which could be read but for err.
func (r *Report) file(path string, err error) {
	f := FileReport{File: filepath.Base(path)}
	open, e := os.Open(path)
	if e == nil {
		defer open.Close()
		if info, e := open.Stat(); e == nil {
			f.Bytes = info.Size()
		}
		f.SHA256, e = sha256Of(open)
	}
	if err == nil {
		err = e
	}
	if err != nil {
		f.Problem = err.Error()
		r.problem("%s: %v", f.File, err)
	}
	f.Published = publishedAs(f.File, f.SHA256)
	r.Files = append(r.Files, f)
}

// sha256Of returns the SHA-256 sum of what r holds, in hexadecimal.
func sha256Of(r io.Reader) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
