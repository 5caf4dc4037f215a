package data

import (
	"fmt"
	"os"
	"path/filepath"
)

// How many images Open generates for "shapes".
const (
	DefaultShapesTrain = 5000
	DefaultShapesTest  = 2000
)

// Open returns the data set called name: "shapes" generates the set of that name
// from seed; anything else is a folder with CIFAR-10's binary version or with
// MNIST-like IDX files, recognised by the file names (seed plays no part then).
// Where the folder itself has neither, a cifar-10-batches-bin folder inside it is
// used. To be trained on, a set needs both parts: it is an error if the folder
// has no training images or no test images (Load reads such a folder).
func Open(name string, seed uint64) (*Set, error) {
	if name == "shapes" {
		return Shapes(seed, DefaultShapesTrain, DefaultShapesTest), nil
	}
	s, err := Load(name)
	if err != nil {
		return nil, err
	}
	switch {
	case s.Train.Len() == 0:
		return nil, fmt.Errorf("data: %s has no training images (%s)", name, s.Note)
	case s.Test.Len() == 0:
		return nil, fmt.Errorf("data: %s has no test images (%s)", name, s.Note)
	}
	return s, nil
}

// Load reads the data set in the folder dir like Open, but also returns one that
// has only training images or only test images.
//
// For the folder of a damaged set see Check.
func Load(dir string) (*Set, error) {
	if err := checkDir(dir); err != nil {
		return nil, err
	}
	for _, d := range []string{dir, filepath.Join(dir, cifarFolder)} {
		if hasAny(d, cifarTrainFiles) || hasAny(d, cifarTestFiles) {
			return LoadCIFAR10(d)
		}
	}
	if hasIDX(dir) {
		return LoadIDX(dir)
	}
	return nil, noSetIn(dir)
}

// noSetIn is the error for a folder with no file of a known data set.
func noSetIn(dir string) error {
	return fmt.Errorf("data: %s holds no data set: expected CIFAR-10's binary version (data_batch_1.bin, test_batch.bin, ...) or IDX files (train-images-idx3-ubyte, ...)", dir)
}

// hasAny reports whether one of the files is in dir.
func hasAny(dir string, names []string) bool {
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return true
		}
	}
	return false
}
