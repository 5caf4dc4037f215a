package data

import (
	"archive/zip"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// The names of the arrays of a part, images and labels.
var (
	npzTrain = [][2]string{{"x_train", "y_train"}, {"train_images", "train_labels"}, {"X_train", "Y_train"}, {"X_train", "y_train"}}
	npzTest  = [][2]string{{"x_test", "y_test"}, {"test_images", "test_labels"}, {"X_test", "Y_test"}, {"X_test", "y_test"}}
	// npzValidation is what networks are chosen by, or tested with where there is no more.
	npzValidation = [][2]string{{"x_val", "y_val"}, {"val_images", "val_labels"}, {"X_val", "Y_val"}, {"X_val", "y_val"},
		{"x_valid", "y_valid"}, {"valid_images", "valid_labels"}, {"X_valid", "y_valid"}, {"x_validation", "y_validation"}}
)

// npzIn returns the NPZ files in a folder.
func npzIn(dir string) []string { return withEnding(dir, ".npz") }

func hasNPZ(dir string) bool { return len(npzIn(dir)) > 0 }

// npzFile returns the NPZ file that a path is or holds.
func npzFile(path string) (string, error) {
	files := npzIn(path)
	if len(files) > 1 {
		return "", fmt.Errorf("data: %s holds %d NPZ files: give one, as %s", path, len(files), files[0])
	}
	if len(files) == 1 {
		return files[0], nil
	}
	return path, nil
}

func loadNPZ(path, choice string) (*Set, error) {
	if err := noChoice(path, choice); err != nil {
		return nil, err
	}
	file, err := npzFile(path)
	if err != nil {
		return nil, err
	}
	s, err := readNPZ(file)
	if err != nil {
		return nil, fmt.Errorf("data: %s: %w", file, err)
	}
	if err := s.name(filepath.Dir(file)); err != nil {
		return nil, err
	}
	return s, nil
}

func checkNPZ(path, choice string) (*Report, error) {
	if err := noChoice(path, choice); err != nil {
		return nil, err
	}
	file, err := npzFile(path)
	if err != nil {
		return nil, err
	}
	r := &Report{Name: npzName(file), Dir: filepath.Dir(file), Format: "npz", Problems: []string{}}
	s, err := readNPZ(file)
	r.file(file, err)
	if err != nil {
		s = &Set{Train: &Images{Channels: 1}, Test: &Images{Channels: 1}}
	}
	if err := s.name(filepath.Dir(file)); err != nil {
		r.problem("%v", err)
	}
	r.describe(s)
	return r, nil
}

func npzName(file string) string {
	return strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
}

// readNPZ reads the arrays of a set.
func readNPZ(file string) (*Set, error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return nil, fmt.Errorf("damaged NPZ file (%w); copy it again", err)
	}
	defer z.Close()
	s, err := parseNPZ(&z.Reader)
	if err == nil {
		s.Name = npzName(file)
	}
	return s, err
}

func parseNPZ(z *zip.Reader) (*Set, error) {
	arrays := make(map[string]content)
	var names []string
	for _, f := range z.File {
		if name, ok := strings.CutSuffix(f.Name, ".npy"); ok && arrays[name] == nil {
			arrays[name] = func() (io.ReadCloser, error) { return f.Open() }
			names = append(names, name)
		}
	}
	s := &Set{}
	var read []string
	var labels labeling
	part := func(pairs [][2]string) (*Images, error) {
		for _, pair := range pairs {
			images, y := arrays[pair[0]], arrays[pair[1]]
			if images == nil || y == nil {
				continue
			}
			read = append(read, pair[0], pair[1])
			return npzPart(pair, images, y, &labels)
		}
		return nil, nil
	}
	for _, p := range []struct {
		to    **Images
		pairs [][2]string
	}{{&s.Train, npzTrain}, {&s.Validation, npzValidation}, {&s.Test, npzTest}} {
		var err error
		if *p.to, err = part(p.pairs); err != nil {
			return nil, err
		}
	}
	if s.Train == nil && s.Test == nil {
		return nil, fmt.Errorf("no arrays x_train, y_train, x_test and y_test: there are %q; save them by numpy.savez(file, x_train=..., ...)", names)
	}
	var err error
	if s.Classes, err = labels.settle(); err != nil {
		return nil, err
	}
	s.Note = strings.Join(read, ", ") + labels.note()
	if s.Test == nil && s.Validation != nil {
		s.Test, s.Validation = s.Validation, nil
		s.Note += "; those for validation are for testing"
	}
	for _, p := range []struct {
		to    **Images
		pairs [][2]string
	}{{&s.Train, npzTrain}, {&s.Test, npzTest}} {
		if *p.to == nil {
			*p.to = &Images{Channels: 1}
			s.Note += "; missing: " + p.pairs[0][0] + " and " + p.pairs[0][1]
		}
	}
	for _, name := range names {
		if !slices.Contains(read, name) {
			s.Note += "; not read: " + name
		}
	}
	return s, s.agree()
}

// npzPart reads the images and the labels of a part.
func npzPart(names [2]string, images, labels content, to *labeling) (*Images, error) {
	y, err := npyLabels(labels)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", names[1], err)
	}
	x, err := parseNPY(images)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", names[0], err)
	}
	if x.kind != 'i' && x.kind != 'u' {
		return nil, fmt.Errorf("%s: its type is %s: save whole numbers from 0 to 255: (255*x).round().astype('uint8') of values from 0 to 1, x.round().astype('uint8') of values to 255", names[0], x.descr)
	}
	m, axes, err := npzShape(x)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", names[0], err)
	}
	if x.shape[0] != len(y) {
		return nil, fmt.Errorf("%s has %d images, but %s has %d labels", names[0], x.shape[0], names[1], len(y))
	}
	m.Labels = make([]uint8, len(y))
	if err := to.add(names[1], m.Labels, y); err != nil {
		return nil, err
	}
	m.Pixels = make([]uint8, len(x.raw)/x.size)
	at := 0
	for n := range x.shape[0] {
		for c := range m.Channels {
			for row := range m.Height {
				for column := range m.Width {
					v, ok := x.at(n*x.strides[0] + c*axes[0] + row*axes[1] + column*axes[2])
					if !ok {
						return nil, fmt.Errorf("%s: image %d has a pixel that is not from 0 to 255", names[0], n)
					}
					m.Pixels[at] = v
					at++
				}
			}
		}
	}
	return m, nil
}

// npzShape finds the images' size, and the strides of channel, row and column. Where
// the first and the last of three axes could both be channels, those are that are 1 or 3,
// else the last.
func npzShape(x *array) (m *Images, axes [3]int, err error) {
	d, s := x.shape, x.strides
	usual := func(n int) bool { return n == 1 || n == 3 }
	switch {
	case len(d) == 3:
		m, axes = &Images{Channels: 1, Height: d[1], Width: d[2]}, [3]int{0, s[1], s[2]}
	case len(d) == 4 && d[3] <= 4 && (usual(d[3]) || !usual(d[1])):
		m, axes = &Images{Channels: d[3], Height: d[1], Width: d[2]}, [3]int{s[3], s[1], s[2]}
	case len(d) == 4 && d[1] <= 4:
		m, axes = &Images{Channels: d[1], Height: d[2], Width: d[3]}, [3]int{s[1], s[2], s[3]}
	default:
		return nil, axes, fmt.Errorf("images of shape (%s): want (images, rows, columns), with up to 4 channels last or first", dimsText(d))
	}
	if m.ImageBytes() == 0 {
		return nil, axes, fmt.Errorf("images of %s pixels", m.shape())
	}
	return m, axes, nil
}
