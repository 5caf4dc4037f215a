package data

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"coexplore/internal/textfile"
)

// A record of CIFAR-10's binary layout is one byte of label and 32x32 bytes for
// each of red, green and blue (https://www.cs.toronto.edu/~kriz/cifar.html,
// "Binary version").
const (
	cifarSide    = 32
	cifarPixels  = 3 * cifarSide * cifarSide
	cifarRecord  = 1 + cifarPixels
	cifarClasses = 10
	cifarFolder  = "cifar-10-batches-bin" // in the publisher's archive
)

var (
	cifarTrainFiles = []string{"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"}
	cifarTestFiles  = []string{"test_batch.bin"}
	cifarNames      = []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"}
)

// LoadCIFAR10 reads CIFAR-10's binary version from the folder dir: the files
// data_batch_1.bin to data_batch_5.bin (training) and test_batch.bin, or those of
// them that are there; the Note of the set says which are. A part with no file
// has no images. Class names come from batches.meta.txt if it is there.
//
// It is an error if dir cannot be read, holds none of the files, or if a file is
// not whole records of 3073 bytes or has a label above 9.
func LoadCIFAR10(dir string) (*Set, error) {
	if err := checkDir(dir); err != nil {
		return nil, err
	}
	s := &Set{Name: "cifar-10", Classes: cifarNames}
	var present, missing []string
	read := func(names []string) (*Images, error) {
		m := &Images{Width: cifarSide, Height: cifarSide, Channels: 3}
		for _, name := range names {
			path := filepath.Join(dir, name)
			b, err := os.ReadFile(path)
			if errors.Is(err, fs.ErrNotExist) {
				missing = append(missing, name)
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("data: %w", err)
			}
			if err := parseCIFAR10(m, b); err != nil {
				return nil, fmt.Errorf("data: %s: %w", path, err)
			}
			present = append(present, name)
		}
		return m, nil
	}
	var err error
	if s.Train, err = read(cifarTrainFiles); err != nil {
		return nil, err
	}
	if s.Test, err = read(cifarTestFiles); err != nil {
		return nil, err
	}
	if len(present) == 0 {
		return nil, fmt.Errorf("data: %s has none of CIFAR-10's binary files: expected data_batch_1.bin to data_batch_5.bin and test_batch.bin", dir)
	}
	s.Note = fmt.Sprintf("%d of %d batches: %s", len(present), len(present)+len(missing), strings.Join(present, ", "))
	if len(missing) > 0 {
		s.Note += "; missing: " + strings.Join(missing, ", ")
	}
	names, err := readClassNames(filepath.Join(dir, "batches.meta.txt"))
	if err != nil {
		return nil, err
	}
	if len(names) == cifarClasses {
		s.Classes = names
	}
	return s, nil
}

// parseCIFAR10 appends the records in b to m.
func parseCIFAR10(m *Images, b []byte) error {
	if len(b) == 0 {
		return fmt.Errorf("empty file: expected records of %d bytes; copy or download it again", cifarRecord)
	}
	if extra := len(b) % cifarRecord; extra != 0 {
		return fmt.Errorf("truncated or not CIFAR-10's binary version: %d bytes is no multiple of %d (%d whole images and %d bytes); copy or download it again",
			len(b), cifarRecord, len(b)/cifarRecord, extra)
	}
	n := len(b) / cifarRecord
	for i := range n {
		if label := b[i*cifarRecord]; label >= cifarClasses {
			return fmt.Errorf("image %d (byte %d) has label %d: labels go from 0 to %d, so the file is damaged or is not CIFAR-10's binary version",
				i, i*cifarRecord, label, cifarClasses-1)
		}
	}
	for i := range n {
		record := b[i*cifarRecord : (i+1)*cifarRecord]
		m.Labels = append(m.Labels, record[0])
		m.Pixels = append(m.Pixels, record[1:]...)
	}
	return nil
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

// checkDir reports in one line why dir is no folder that can be read.
func checkDir(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("data: no folder %s: give the folder that holds the data set, or \"shapes\" for the generated one", dir)
	case err != nil:
		return fmt.Errorf("data: %w", err)
	case !info.IsDir():
		return fmt.Errorf("data: %s is a file: give the folder that holds the data set", dir)
	}
	return nil
}
