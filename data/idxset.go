package data

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// ClassesFile is the name of the file that may lie beside IDX and NPZ files and
// hold the names of the classes, one a line, in the order of the labels.
const ClassesFile = "classes.txt"

// LoadIDX reads a set of grey pictures in IDX files, as MNIST and Fashion-MNIST
// are published, from the folder dir: train-images-idx3-ubyte,
// train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte,
// each plain or compressed by gzip, with or without .gz. Images have one channel.
// One of the two parts may be missing; it has no images then, and the Note of the
// set says so.
//
// Class names come from classes.txt in dir (a name a line) if it is there, or from
// EMNIST's mapping; otherwise classes are called by their number, and there are
// ten, or more if a label says so.
//
// It is an error if dir has neither part, if a file is damaged or not IDX, or if
// there are not as many labels as images.
func LoadIDX(dir string) (*Set, error) { return loadIDX(dir, "") }

func loadIDX(dir, choice string) (*Set, error) {
	if err := checkDir(dir); err != nil {
		return nil, err
	}
	names, err := idxSet(dir, choice)
	if err != nil {
		return nil, err
	}
	s := &Set{}
	if s.Name, err = idxName(dir, names); err != nil {
		return nil, err
	}
	var present, missing []string
	read := func(images, labels string) (*Images, error) {
		imagePath, labelPath := findIDX(dir, images), findIDX(dir, labels)
		if imagePath == "" && labelPath == "" {
			missing = append(missing, images, labels)
			return &Images{Channels: 1}, nil
		}
		if imagePath == "" || labelPath == "" {
			have, want := imagePath, labels
			if imagePath == "" {
				have, want = labelPath, images
			}
			return nil, fmt.Errorf("data: %s is there, but not %s[.gz], which belongs to it", have, filepath.Join(dir, want))
		}
		m, err := readIDXPair(imagePath, labelPath)
		if err != nil {
			return nil, err
		}
		present = append(present, filepath.Base(imagePath), filepath.Base(labelPath))
		return m, nil
	}
	if s.Train, err = read(names.trainImages, names.trainLabels); err != nil {
		return nil, err
	}
	if s.Test, err = read(names.testImages, names.testLabels); err != nil {
		return nil, err
	}
	if err := s.agree(); err != nil {
		return nil, fmt.Errorf("data: %s: %w", dir, err)
	}
	s.Note = strings.Join(present, ", ")
	if len(missing) > 0 {
		s.Note += "; missing: " + strings.Join(missing, ", ")
	}
	if err := names.turn(s, dir); err != nil {
		return nil, err
	}
	if err := s.name(dir); err != nil {
		return nil, err
	}
	return s, nil
}

// agree sets the size of a part without images, or says that the parts' images
// differ in theirs.
func (s *Set) agree() error {
	if v := s.Validation; v.Len() > 0 && s.Train.Len() > 0 && (v.Width != s.Train.Width || v.Height != s.Train.Height || v.Channels != s.Train.Channels) {
		return fmt.Errorf("training images are %s, validation images %s", s.Train.shape(), v.shape())
	}
	switch train, test := s.Train, s.Test; {
	case train.Len() == 0:
		train.Width, train.Height, train.Channels = test.Width, test.Height, test.Channels
	case test.Len() == 0:
		test.Width, test.Height, test.Channels = train.Width, train.Height, train.Channels
	case train.Width != test.Width || train.Height != test.Height || train.Channels != test.Channels:
		return fmt.Errorf("training images are %s, test images %s", train.shape(), test.shape())
	}
	return nil
}

// shape is the size of the images as text.
func (m *Images) shape() string {
	if m.Channels == 1 {
		return fmt.Sprintf("%dx%d", m.Height, m.Width)
	}
	return fmt.Sprintf("%dx%dx%d", m.Channels, m.Height, m.Width)
}

// turn gives an EMNIST set its characters as names, labels from 0, and its images,
// which are stored columns first, upright.
func (n idxNames) turn(s *Set, dir string) error {
	if n.split == "" {
		return nil
	}
	for _, m := range []*Images{s.Train, s.Test} {
		m.transpose()
	}
	s.Note += "; images turned upright"
	path := filepath.Join(dir, n.mapping)
	lines, err := readClassNames(path)
	if lines == nil {
		return err
	}
	first := 0
	for k, line := range lines {
		fields := strings.Fields(line)
		var label, code int
		err := strconv.ErrSyntax
		if len(fields) >= 2 {
			if label, err = strconv.Atoi(fields[0]); err == nil {
				code, err = strconv.Atoi(fields[1])
			}
		}
		if k == 0 {
			first = label
		}
		if err != nil || label != first+k || label < 0 || label > 255 || code < 32 || code > 126 {
			return fmt.Errorf("data: %s, line %d: %q is not label %d and the code of its character", path, k+1, line, first+k)
		}
		s.Classes = append(s.Classes, string(rune(code)))
	}
	for _, m := range []*Images{s.Train, s.Test} {
		for i, label := range m.Labels {
			if int(label) < first || int(label) >= first+len(lines) {
				return fmt.Errorf("data: %s names the labels from %d to %d, but there is a label %d", path, first, first+len(lines)-1, label)
			}
			m.Labels[i] = label - uint8(first)
		}
	}
	return nil
}

// transpose swaps rows and columns of images of one channel.
func (m *Images) transpose() {
	pixels := make([]uint8, len(m.Pixels))
	plane := m.Width * m.Height
	for n := range m.Len() {
		from, to := m.Pixels[n*plane:(n+1)*plane], pixels[n*plane:(n+1)*plane]
		for y := range m.Height {
			for x := range m.Width {
				to[x*m.Height+y] = from[y*m.Width+x]
			}
		}
	}
	m.Pixels = pixels
	m.Width, m.Height = m.Height, m.Width
}

// name calls the classes as classes.txt in dir does; without it they keep their
// names, or are called by their numbers.
func (s *Set) name(dir string) error {
	path := filepath.Join(dir, ClassesFile)
	names, err := readClassNames(path)
	if err != nil {
		return err
	}
	top := s.topLabel()
	if names != nil {
		s.Classes = names
	}
	if s.Classes == nil {
		s.Classes = numberNames(max(10, top+1))
	}
	if top >= len(s.Classes) {
		names := s.Classes
		s.Classes = numberNames(top + 1)
		return fmt.Errorf("data: %s names %d classes, but there is a label %d", path, len(names), top)
	}
	return nil
}

// topLabel returns the highest label of the set, 0 if it has no images.
func (s *Set) topLabel() int {
	top := 0
	for _, m := range []*Images{s.Train, s.Validation, s.Test} {
		if m.Len() > 0 {
			top = max(top, int(slices.Max(m.Labels)))
		}
	}
	return top
}

// numberNames calls n classes by their numbers.
func numberNames(n int) []string {
	names := make([]string, n)
	for k := range names {
		names[k] = strconv.Itoa(k)
	}
	return names
}

// folderName is the name of the folder, of MNIST/raw that of MNIST.
func folderName(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("data: %w", err)
	}
	if base := filepath.Base(abs); base != "raw" {
		return base, nil
	}
	return filepath.Base(filepath.Dir(abs)), nil
}
