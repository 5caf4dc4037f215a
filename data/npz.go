package data

import (
	"archive/zip"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// The names of the arrays of a part, images and labels.
var (
	npzTrain = [][2]string{{"x_train", "y_train"}, {"train_images", "train_labels"}, {"X_train", "Y_train"}, {"X_train", "y_train"}}
	npzTest  = [][2]string{{"x_test", "y_test"}, {"test_images", "test_labels"}, {"X_test", "Y_test"}, {"X_test", "y_test"}}
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
	var missing []string
	read := func(pairs [][2]string) (*Images, error) {
		for _, pair := range pairs {
			images, labels := arrays[pair[0]], arrays[pair[1]]
			if images == nil || labels == nil {
				continue
			}
			s.Note += pair[0] + ", " + pair[1] + ", "
			return npzPart(pair, images, labels)
		}
		missing = append(missing, pairs[0][0]+" and "+pairs[0][1])
		return &Images{Channels: 1}, nil
	}
	var err error
	if s.Train, err = read(npzTrain); err != nil {
		return nil, err
	}
	if s.Test, err = read(npzTest); err != nil {
		return nil, err
	}
	if len(missing) == 2 {
		return nil, fmt.Errorf("no arrays x_train, y_train, x_test and y_test: there are %q; save them by numpy.savez(file, x_train=..., ...)", names)
	}
	s.Note = strings.TrimSuffix(s.Note, ", ")
	if len(missing) > 0 {
		s.Note += "; missing: " + missing[0]
	}
	return s, s.agree()
}

// npzPart reads the images and the labels of a part.
func npzPart(names [2]string, images, labels content) (*Images, error) {
	y, err := parseNPY(labels)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", names[1], err)
	}
	if len(y.shape) == 0 || len(y.shape) > 2 || len(y.shape) == 2 && y.shape[1] != 1 {
		return nil, fmt.Errorf("%s: labels of shape (%s): want one number for each image", names[1], dimsText(y.shape))
	}
	x, err := parseNPY(images)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", names[0], err)
	}
	m, axes, err := npzShape(x)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", names[0], err)
	}
	if x.shape[0] != y.shape[0] {
		return nil, fmt.Errorf("%s has %d images, but %s has %d labels", names[0], x.shape[0], names[1], y.shape[0])
	}
	m.Labels = make([]uint8, y.shape[0])
	for i := range m.Labels {
		var ok bool
		if m.Labels[i], ok = y.at(i * y.strides[0]); !ok {
			return nil, fmt.Errorf("%s: label %d is not from 0 to 255", names[1], i)
		}
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

// npzShape finds the images' size, and the strides of channel, row and column.
func npzShape(x *array) (m *Images, axes [3]int, err error) {
	d, s := x.shape, x.strides
	switch {
	case len(d) == 3:
		m, axes = &Images{Channels: 1, Height: d[1], Width: d[2]}, [3]int{0, s[1], s[2]}
	case len(d) == 4 && d[3] <= 4:
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
