package data

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Check looks through the data set that Load reads under that name and reports
// what is there and what is wrong with it. Unlike Load it goes on past a damaged
// file. It is an error if name cannot be read or has no file of a known data set.
func Check(name string) (*Report, error) {
	p, err := locate(name)
	if err != nil {
		return nil, err
	}
	return p.format.check(p.path, p.choice)
}

func checkIDX(dir, choice string) (*Report, error) {
	names, err := idxSet(dir, choice)
	if err != nil {
		return nil, err
	}
	r := &Report{Dir: dir, Format: "idx", Problems: []string{}}
	if r.Name, err = idxName(dir, names); err != nil {
		return nil, err
	}
	s := &Set{
		Train: r.idxPart(dir, names.trainImages, names.trainLabels),
		Test:  r.idxPart(dir, names.testImages, names.testLabels),
	}
	for _, err := range []error{s.agree(), names.turn(s, dir), s.name(dir)} {
		if err != nil {
			r.problem("%v", err)
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
		f.Problem = strings.TrimPrefix(err.Error(), "data: ")
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
