package data

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Pictures in files are read and scaled so.
const (
	pictureSide    = 32 // rows and columns, unless all have one size of at most pictureKeep
	pictureKeep    = 64
	pictureMaxSide = 1024 // that can be chosen
	pictureSeed    = 1    // of the order, and of what is for testing
	pictureTest    = 5    // one in so many
)

// The folders of the parts of a set, the first first. Without a folder for testing, the
// one for validation is it.
var (
	trainFolders      = []string{"train", "training"}
	testFolders       = []string{"test", "testing"}
	validationFolders = []string{"val", "valid", "validation", "dev", "eval", "evaluation"}
)

func loadPictures(dir, choice string) (*Set, error) {
	f, err := findPictures(dir)
	if err != nil {
		return nil, err
	}
	return f.load(dir, choice)
}

// load reads the set of the files.
func (f *pictureFiles) load(dir, choice string) (*Set, error) {
	s, damage, err := f.read(dir, choice)
	if err != nil {
		return nil, err
	}
	if len(damage) > 0 {
		return nil, fmt.Errorf("data: %w", damage[0])
	}
	for label, class := range s.Classes {
		if s.Test.Len() > 0 && !slices.Contains(s.Train.Labels, uint8(label)) {
			return nil, fmt.Errorf("data: %s: there is no picture of class %s to train on: put some into the training part, or remove the class from the others", dir, class)
		}
	}
	return s, nil
}

func checkPictures(dir, choice string) (*Report, error) {
	f, err := findPictures(dir)
	if err != nil {
		return nil, err
	}
	return f.check(dir, choice, "pictures")
}

// check reports on the set of the files.
func (f *pictureFiles) check(dir, choice, format string) (*Report, error) {
	s, damage, err := f.read(dir, choice)
	if err != nil {
		return nil, err
	}
	r := &Report{Name: s.Name, Dir: dir, Format: format, Note: s.Note, Problems: []string{}}
	const most = 20
	for _, err := range damage[:min(len(damage), most)] {
		r.problem("%v", err)
	}
	if n := len(damage) - most; n > 0 {
		r.problem("%d more pictures cannot be read", n)
	}
	unread := census{}
	for e, n := range f.left {
		if slices.Contains(unreadEndings, e) {
			unread[e] = n
		}
	}
	if len(unread) > 0 {
		r.problem("%v are pictures that are not read: save them as PNG or JPEG, or remove them", unread)
	}
	r.describe(s)
	return r, nil
}

// read reads the set of the files in dir but for those that are damaged, which it
// returns the errors of.
func (f *pictureFiles) read(dir, choice string) (s *Set, damage []error, err error) {
	s = &Set{Classes: f.classes}
	if s.Name, err = folderName(dir); err != nil {
		return nil, nil, err
	}
	all := slices.Concat(f.train, f.validation, f.test)
	shape, one, deep, damage := commonShape(all)
	size := shape
	if !one || shape.Height > pictureKeep || shape.Width > pictureKeep {
		size.Height, size.Width = pictureSide, pictureSide
	}
	if choice != "" {
		if size.Height, size.Width, err = parseSize(choice); err != nil {
			return nil, nil, fmt.Errorf("data: %s: %w", dir, err)
		}
	}
	if need := int64(len(all)) * int64(size.ImageBytes()); need > maxContent {
		return nil, nil, fmt.Errorf("data: %s: %d pictures of %s take %d MiB, more than %d: choose a smaller size, as in %s:%d",
			dir, len(all), size.shape(), need>>20, maxContent>>20, dir, pictureSide)
	}
	bits := deepBits(deep)
	for _, part := range []struct {
		files []picture
		to    **Images
	}{{f.train, &s.Train}, {f.test, &s.Test}, {f.validation, &s.Validation}} {
		if part.to == &s.Validation && len(part.files) == 0 {
			continue
		}
		if *part.to, damage, err = decodePictures(part.files, size, bits, damage); err != nil {
			return nil, nil, err
		}
	}
	s.Note = f.note
	if bits != 16 {
		s.Note += fmt.Sprintf(", values of %d bits in 16", bits)
	}
	if !one || size.Height != shape.Height || size.Width != shape.Width {
		s.Note += fmt.Sprintf(", scaled to %dx%d", size.Height, size.Width)
	}
	return s, damage, nil
}

// parseSize reads rows and columns, as in 48x64, or one number for both.
func parseSize(text string) (height, width int, err error) {
	h, w, both := strings.Cut(text, "x")
	if !both {
		w = h
	}
	height, errH := strconv.Atoi(h)
	width, errW := strconv.Atoi(w)
	if errH != nil || errW != nil || height < 1 || width < 1 || height > pictureMaxSide || width > pictureMaxSide {
		return 0, 0, fmt.Errorf("%q is no size of pictures: want rows and columns of 1 to %d, as in 48x64", text, pictureMaxSide)
	}
	return height, width, nil
}

// withEnding returns the files in dir of that ending in any case, by name.
func withEnding(dir, ending string) []string {
	f, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	if err != nil && err != io.EOF {
		return nil
	}
	slices.Sort(names)
	var list []string
	for _, name := range names {
		if !hidden(name) && strings.EqualFold(filepath.Ext(name), ending) {
			list = append(list, filepath.Join(dir, name))
		}
	}
	return list
}
