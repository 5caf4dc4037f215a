package data

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// noSetIn is the error for a folder with no file of a known data set: it says what
// to do about what is there.
func noSetIn(dir string) error {
	dirs := []string{dir}
	for range depth + 1 {
		var next []string
		for _, d := range dirs {
			if what := hint(d); what != "" {
				return fmt.Errorf("data: %s holds no data set that is read: %s", dir, what)
			}
			next = append(next, foldersIn(d)...)
		}
		dirs = next
	}
	return fmt.Errorf("data: %s holds no data set: expected CIFAR's binary version (data_batch_1.bin, test_batch.bin, ...), IDX files (train-images-idx3-ubyte, ...), "+
		"an NPZ file, a table of pixels (train.csv, test.csv), or a folder of pictures for each class", dir)
}

// saveNPZ is how to save what is read in Python.
const saveNPZ = "numpy.savez('set.npz', x_train=..., y_train=..., x_test=..., y_test=...)"

// hint says what to do about files in dir that are not read, "" if there are none.
func hint(dir string) string {
	has := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(name string) bool { return !hasAny(dir, []string{name}) })
	}
	switch {
	case has("data_batch_1", "batches.meta"), has("test_batch", "batches.meta"):
		return fmt.Sprintf("%s is CIFAR-10 as Python pickles; `coexplore data get cifar10 --out DIR` fetches the binary version", dir)
	case has("train", "meta"), has("test", "meta"):
		return fmt.Sprintf("%s is CIFAR-100 as Python pickles; unpack the publisher's cifar-100-binary.tar.gz in place of it", dir)
	}
	for _, e := range []struct{ endings, do string }{
		{".mat", "a MATLAB file, which is not read; load it in Python and save it by " + saveNPZ},
		{".zip .tar .gz .tgz .xz .bz2 .7z .rar", "packed; unpack it"},
		{".parquet .arrow .tfrecord .h5 .hdf5 .pkl .pickle .pt", "not read; load it in Python and save it by " + saveNPZ},
		{".csv .tsv", "a table, but neither of a label and the pixels of a grey square in each row (columns label, pixel0, pixel1, ...) nor of pictures' names and their classes (columns id, label); load it in Python and save it by " + saveNPZ},
		{strings.Join(unreadEndings, " "), "a picture of a kind that is not read; save the pictures as PNG or JPEG, in one folder for each class"},
		{strings.Join(pictureEndings, " "), "a picture outside a folder of its class; put the pictures of each class into a folder of its own, two classes or more"},
	} {
		for ending := range strings.FieldsSeq(e.endings) {
			if files := withEnding(dir, ending); len(files) > 0 {
				if info, err := os.Stat(files[0]); err == nil && !info.IsDir() {
					return fmt.Sprintf("%s is %s", filepath.Join(dir, filepath.Base(files[0])), e.do)
				}
			}
		}
	}
	return ""
}
