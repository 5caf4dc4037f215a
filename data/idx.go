package data

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// An IDX file is two zero bytes, a type (8: unsigned byte), the number of
// dimensions, each dimension as a big-endian 32-bit number, and then the values,
// the last dimension fastest (http://yann.lecun.com/exdb/mnist, "The IDX file
// format").
const (
	idxBytes      = 8
	idxMaxContent = 1 << 30 // bytes of values that are read at most
)

// The IDX files of a set like MNIST, each with or without .gz. Some publishers
// write .idx3-ubyte for -idx3-ubyte.
const (
	idxTrainImages = "train-images-idx3-ubyte"
	idxTrainLabels = "train-labels-idx1-ubyte"
	idxTestImages  = "t10k-images-idx3-ubyte"
	idxTestLabels  = "t10k-labels-idx1-ubyte"
)

// ClassesFile is the name of the file that may lie beside IDX files and hold the
// names of the classes, one a line, in the order of the labels.
const ClassesFile = "classes.txt"

// LoadIDX reads a set of grey pictures in IDX files, as MNIST and Fashion-MNIST
// are published, from the folder dir: train-images-idx3-ubyte,
// train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte,
// each plain or as .gz. Images have one channel. One of the two parts may be
// missing; it has no images then, and the Note of the set says so.
//
// Class names come from classes.txt in dir (a name a line) if it is there;
// otherwise classes are called by their number, and there are ten, or more if a
// label says so.
//
// It is an error if dir has neither part, if a file is damaged or not IDX, or if
// there are not as many labels as images.
func LoadIDX(dir string) (*Set, error) {
	if err := checkDir(dir); err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	s := &Set{Name: filepath.Base(abs)}
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
	if s.Train, err = read(idxTrainImages, idxTrainLabels); err != nil {
		return nil, err
	}
	if s.Test, err = read(idxTestImages, idxTestLabels); err != nil {
		return nil, err
	}
	switch train, test := s.Train, s.Test; {
	case len(present) == 0:
		return nil, fmt.Errorf("data: %s has no IDX files: expected %s[.gz] and so on", dir, idxTrainImages)
	case train.Len() == 0:
		train.Width, train.Height = test.Width, test.Height
	case test.Len() == 0:
		test.Width, test.Height = train.Width, train.Height
	case train.Width != test.Width || train.Height != test.Height:
		return nil, fmt.Errorf("data: %s: training images are %dx%d, test images %dx%d", dir, train.Height, train.Width, test.Height, test.Width)
	}
	s.Note = strings.Join(present, ", ")
	if len(missing) > 0 {
		s.Note += "; missing: " + strings.Join(missing, ", ")
	}
	if s.Classes, err = readClassNames(filepath.Join(dir, ClassesFile)); err != nil {
		return nil, err
	}
	top := s.topLabel()
	if s.Classes == nil {
		s.Classes = numberNames(max(10, top+1))
	}
	if top >= len(s.Classes) {
		return nil, fmt.Errorf("data: %s names %d classes, but there is a label %d", filepath.Join(dir, ClassesFile), len(s.Classes), top)
	}
	return s, nil
}

// topLabel returns the highest label of the set, 0 if it has no images.
func (s *Set) topLabel() int {
	top := 0
	for _, m := range []*Images{s.Train, s.Test} {
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

// findIDX returns the path of an IDX file in dir under one of its usual names, ""
// if there is none.
func findIDX(dir, name string) string {
	for _, base := range []string{name, strings.Replace(name, "-idx", ".idx", 1)} {
		for _, ext := range []string{"", ".gz"} {
			path := filepath.Join(dir, base+ext)
			if info, err := os.Stat(path); err == nil && !info.IsDir() {
				return path
			}
		}
	}
	return ""
}

// hasIDX reports whether dir has one of the image files.
func hasIDX(dir string) bool {
	return findIDX(dir, idxTrainImages) != "" || findIDX(dir, idxTestImages) != "" ||
		findIDX(dir, idxTrainLabels) != "" || findIDX(dir, idxTestLabels) != ""
}

// readIDXPair reads one part of a set: its images and their labels.
func readIDXPair(imagePath, labelPath string) (*Images, error) {
	dims, pixels, err := readIDX(imagePath, 3)
	if err != nil {
		return nil, err
	}
	_, labels, err := readIDX(labelPath, 1)
	if err != nil {
		return nil, err
	}
	if dims[0] != len(labels) {
		return nil, fmt.Errorf("data: %s has %d images, but %s has %d labels", imagePath, dims[0], labelPath, len(labels))
	}
	if dims[1] == 0 || dims[2] == 0 {
		return nil, fmt.Errorf("data: %s: images of %dx%d pixels", imagePath, dims[1], dims[2])
	}
	return &Images{Width: dims[2], Height: dims[1], Channels: 1, Pixels: pixels, Labels: labels}, nil
}

// readIDX reads a file of unsigned bytes with the given number of dimensions.
func readIDX(path string, dimensions int) (dims []int, values []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("data: %w", err)
	}
	defer f.Close()
	if dims, values, err = parseIDX(f, dimensions); err != nil {
		return nil, nil, fmt.Errorf("data: %s: %w", path, err)
	}
	return dims, values, nil
}

// parseIDX reads IDX, plain or compressed by gzip (told by its first bytes).
func parseIDX(r io.Reader, dimensions int) (dims []int, values []byte, err error) {
	b := bufio.NewReader(r)
	if magic, _ := b.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, nil, fmt.Errorf("damaged gzip file (%w); copy or download it again", err)
		}
		defer z.Close()
		b = bufio.NewReader(z)
	}
	head := make([]byte, 4+4*dimensions)
	n, err := io.ReadFull(b, head)
	if n >= 4 && !bytes.Equal(head[:4], []byte{0, 0, idxBytes, byte(dimensions)}) {
		return nil, nil, fmt.Errorf("not IDX with %d dimensions of unsigned bytes: begins with %x, expected 000008%02x", dimensions, head[:4], dimensions)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("too short for an IDX file: %d bytes of a header of %d%s", n, len(head), cause(err))
	}
	size := uint64(1)
	for i := range dimensions {
		d := binary.BigEndian.Uint32(head[4+4*i:])
		if d > math.MaxInt32 {
			return nil, nil, fmt.Errorf("the header announces %d entries in dimension %d, more than %d", d, i+1, math.MaxInt32)
		}
		dims = append(dims, int(d))
		if size *= uint64(d); size > idxMaxContent {
			return nil, nil, fmt.Errorf("the header announces %s values, more than %d", dimsText(dims), idxMaxContent)
		}
	}
	// What the header announces is not believed before it has been read.
	var content bytes.Buffer
	got, err := io.Copy(&content, io.LimitReader(b, int64(size)+1))
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("truncated or damaged after %d of %d bytes of values%s; copy or download it again", got, size, cause(err))
	case uint64(got) < size:
		return nil, nil, fmt.Errorf("truncated: %d bytes of values, and the header announces %s = %d; copy or download it again", got, dimsText(dims), size)
	case uint64(got) > size:
		return nil, nil, fmt.Errorf("longer than the %s = %d bytes of values that the header announces", dimsText(dims), size)
	}
	return dims, content.Bytes(), nil
}

func dimsText(dims []int) string {
	s := make([]string, len(dims))
	for i, d := range dims {
		s[i] = strconv.Itoa(d)
	}
	return strings.Join(s, " x ")
}

// cause says why reading ended, unless it just ended.
func cause(err error) string {
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		return ""
	}
	return " (" + err.Error() + ")"
}
