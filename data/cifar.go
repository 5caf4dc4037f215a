package data

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"coexplore/internal/textfile"
)

// A record of CIFAR-10's binary layout is one byte of label and 32x32 bytes for
// each of red, green and blue; CIFAR-100's has two labels, coarse and fine
// (https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version").
const (
	cifarSide    = 32
	cifarPixels  = 3 * cifarSide * cifarSide
	cifarRecord  = 1 + cifarPixels // of CIFAR-10
	cifarClasses = 10
)

// A cifarLayout is how one of the two sets lies in its files.
type cifarLayout struct {
	name, title string
	train, test []string
	labels      []cifarLabel // those of a record, in its order
	usual       int          // which of them are the classes if none is chosen
}

// A cifarLabel is one label of a record.
type cifarLabel struct {
	choice  string // what chooses it
	classes int
	names   string // the file that names the classes
	builtin []string
}

var (
	cifarNames = []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"}

	cifar10 = &cifarLayout{
		name: "cifar-10", title: "CIFAR-10",
		train:  []string{"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"},
		test:   []string{"test_batch.bin"},
		labels: []cifarLabel{{classes: cifarClasses, names: "batches.meta.txt", builtin: cifarNames}},
	}
	cifar100 = &cifarLayout{
		name: "cifar-100", title: "CIFAR-100",
		train: []string{"train.bin"}, test: []string{"test.bin"},
		labels: []cifarLabel{
			{choice: "coarse", classes: 20, names: "coarse_label_names.txt", builtin: numberNames(20)},
			{choice: "fine", classes: 100, names: "fine_label_names.txt", builtin: numberNames(100)},
		},
		usual: 1,
	}
)

// LoadCIFAR10 reads CIFAR-10's binary version from the folder dir: the files
// data_batch_1.bin to data_batch_5.bin (training) and test_batch.bin, or those of
// them that are there; the Note of the set says which are. A part with no file
// has no images. Class names come from batches.meta.txt if it is there.
//
// It is an error if dir cannot be read, holds none of the files, or if a file is
// not whole records of 3073 bytes or has a label above 9.
func LoadCIFAR10(dir string) (*Set, error) { return cifar10.load(dir, "") }

// there reports whether dir has one of the layout's files.
func (c *cifarLayout) there(dir string) bool { return hasAny(dir, c.train) || hasAny(dir, c.test) }

// choose returns the number of the label that choice stands for.
func (c *cifarLayout) choose(choice string) (int, error) {
	if choice == "" {
		return c.usual, nil
	}
	k := slices.IndexFunc(c.labels, func(l cifarLabel) bool { return l.choice == choice })
	if k >= 0 {
		return k, nil
	}
	if len(c.labels) == 1 {
		return 0, fmt.Errorf("data: %s has one kind of label, there is no %q to choose", c.title, choice)
	}
	var choices []string
	for _, l := range c.labels {
		choices = append(choices, l.choice)
	}
	return 0, fmt.Errorf("data: %s has no labels %q: choose %s", c.title, choice, strings.Join(choices, " or "))
}

func (c *cifarLayout) load(dir, choice string) (*Set, error) {
	if err := checkDir(dir); err != nil {
		return nil, err
	}
	label, err := c.choose(choice)
	if err != nil {
		return nil, err
	}
	s := &Set{Name: c.name, Classes: c.labels[label].builtin}
	var present, missing []string
	read := func(names []string) (*Images, error) {
		m := &Images{Width: cifarSide, Height: cifarSide, Channels: 3}
		for _, name := range names {
			path := filepath.Join(dir, name)
			b, err := fileContent(path).bytes(maxContent)
			if errors.Is(err, fs.ErrNotExist) {
				missing = append(missing, name)
				continue
			}
			if err == nil {
				err = c.parse(m, b, label)
			}
			if err != nil {
				return nil, fmt.Errorf("data: %s: %w", path, err)
			}
			present = append(present, name)
		}
		return m, nil
	}
	if s.Train, err = read(c.train); err != nil {
		return nil, err
	}
	if s.Test, err = read(c.test); err != nil {
		return nil, err
	}
	if len(present) == 0 {
		return nil, fmt.Errorf("data: %s has none of %s's binary files: expected %s and %s", dir, c.title, strings.Join(c.train, ", "), c.test[0])
	}
	s.Note = fmt.Sprintf("%d of %d batches: %s", len(present), len(present)+len(missing), strings.Join(present, ", "))
	if len(missing) > 0 {
		s.Note += "; missing: " + strings.Join(missing, ", ")
	}
	if l := c.labels[label]; l.choice != "" {
		s.Note += "; " + l.choice + " labels"
	}
	names, err := readClassNames(filepath.Join(dir, c.labels[label].names))
	if err != nil {
		return nil, err
	}
	if len(names) == c.labels[label].classes {
		s.Classes = names
	}
	return s, nil
}

// parse appends the records in b to m, with the label of that number. It appends
// nothing if it returns an error.
func (c *cifarLayout) parse(m *Images, b []byte, label int) error {
	record := len(c.labels) + cifarPixels
	if len(b) == 0 {
		return fmt.Errorf("empty file: expected records of %d bytes; copy or download it again", record)
	}
	if extra := len(b) % record; extra != 0 {
		return fmt.Errorf("truncated or not %s's binary version: %d bytes is no multiple of %d (%d whole images and %d bytes); copy or download it again",
			c.title, len(b), record, len(b)/record, extra)
	}
	n := len(b) / record
	for i := range n {
		for k, l := range c.labels {
			if v := b[i*record+k]; int(v) >= l.classes {
				return fmt.Errorf("image %d (byte %d) has label %d: labels go from 0 to %d, so the file is damaged or is not %s's binary version",
					i, i*record+k, v, l.classes-1, c.title)
			}
		}
	}
	m.Labels = slices.Grow(m.Labels, n)
	m.Pixels = slices.Grow(m.Pixels, n*cifarPixels)
	for i := range n {
		r := b[i*record : (i+1)*record]
		m.Labels = append(m.Labels, r[label])
		m.Pixels = append(m.Pixels, r[len(c.labels):]...)
	}
	return nil
}

func (c *cifarLayout) check(dir, choice string) (*Report, error) {
	label, err := c.choose(choice)
	if err != nil {
		return nil, err
	}
	r := &Report{Name: c.name, Dir: dir, Format: c.name + " binary", Problems: []string{}}
	read := func(names []string) *Images {
		m := &Images{Width: cifarSide, Height: cifarSide, Channels: 3}
		for _, name := range names {
			b, err := fileContent(filepath.Join(dir, name)).bytes(maxContent)
			if errors.Is(err, fs.ErrNotExist) {
				r.problem("%s is missing", name)
				continue
			}
			if err == nil {
				err = c.parse(m, b, label)
			}
			r.file(filepath.Join(dir, name), err)
		}
		return m
	}
	l := c.labels[label]
	s := &Set{Classes: l.builtin, Train: read(c.train), Test: read(c.test)}
	names, err := readClassNames(filepath.Join(dir, l.names))
	switch {
	case err != nil:
		r.problem("%v", err)
	case len(names) == l.classes:
		s.Classes = names
	case names != nil:
		r.problem("%s has %d names, expected %d", l.names, len(names), l.classes)
	}
	r.describe(s)
	return r, nil
}

// readClassNames returns the non-empty lines of a file of class names, nil if
// there is no such file.
func readClassNames(path string) ([]string, error) {
	text, err := textfile.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	var names []string
	for line := range strings.Lines(string(text)) {
		if name := strings.TrimSpace(line); name != "" {
			names = append(names, name)
		}
	}
	return names, nil
}

// hasAny reports whether one of the files is in dir.
func hasAny(dir string, names []string) bool {
	for _, name := range names {
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil && !info.IsDir() {
			return true
		}
	}
	return false
}
