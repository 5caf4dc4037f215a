package data

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// How many images Open generates for "shapes" and "shapes-hard".
const (
	DefaultShapesTrain = 5000
	DefaultShapesTest  = 2000
)

// Open returns the data set called name: "shapes" and "shapes-hard" generate the set of
// that name from seed; anything else is a folder or an NPZ file that Load reads (seed plays
// no part then). To be trained on, a set needs both parts: it is an error if there
// are no training images or no test images.
func Open(name string, seed uint64) (*Set, error) {
	if set, ok := Generated(name, seed, DefaultShapesTrain, DefaultShapesTest); ok {
		return set, nil
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

// Load reads the data set in a folder or an NPZ file. In a folder it looks for
//
//   - CIFAR-10's and CIFAR-100's binary versions: data_batch_1.bin, train.bin, ...
//   - IDX files as of MNIST, plain or compressed; see LoadIDX. EMNIST's names will
//     do, and its images are turned upright.
//   - an NPZ file, as numpy.savez writes it, with the arrays x_train, y_train,
//     x_test and y_test, and x_val and y_val if networks are to be chosen by images
//     of their own: whole numbers, images of (n, rows, columns), with channels
//     last or first; labels that are whole numbers, which decide how many classes
//     there are, names, or rows of a 1 among zeros. train_images, train_labels and
//     so on will do.
//   - a table (CSV) of pixels, an image a row: a label, and the values of a square
//     of grey pixels, in columns pixel0, pixel1, ... or 1x1, 1x2, ..., with train
//     and test in the files' names.
//   - pictures and a table that names them, with their classes in a column label or
//     the like.
//   - a folder of pictures for each class, in train and test (or training_set, seg_test
//     and the like), and val for those that
//     networks are chosen by (which are for testing where there is no test), or
//     not divided: then every fifth picture of a class, shuffled with seed 1,
//     is for testing. Tiny ImageNet's layout is read. Pictures of one size of at
//     most 64x64 stay as they are, others are scaled to 32x32: their middle, in the
//     shape of the target, on white, by Catmull and Rom's cubic kernel.
//
// Pictures are PNG, JPEG, GIF (the first), WebP, BMP or TIFF, whatever their names
// end in, and are turned as their Exif orientation says. Where the values of 16 bits
// of all pictures stay below 2^10, 2^12 or 2^14, that is their white. The Note of a set says
// what was left out.
//
// If the folder has none of them, folders in it are searched, three deep. A colon
// and a word at the end of the name choose among what is there: pictures:64x48 the
// size of pictures, cifar-100-binary:coarse the 20 coarse labels in place of the
// 100 fine ones, emnist:letters one of several sets.
//
// Either part may be missing; the Note of the set says what was read and how. For
// the folder of a damaged set see Check.
func Load(name string) (*Set, error) {
	p, err := locate(name)
	if err != nil {
		return nil, err
	}
	return p.format.load(p.path, p.choice)
}

// A format is a way in which data sets lie in folders.
type format struct {
	title string
	there func(dir string) bool // by the names of files
	load  func(path, choice string) (*Set, error)
	check func(path, choice string) (*Report, error)
}

// formats is all of them; where a folder has files of several, the first counts.
var formats = []*format{
	{"CIFAR-10 binary", cifar10.there, cifar10.load, cifar10.check},
	{"CIFAR-100 binary", cifar100.there, cifar100.load, cifar100.check},
	{"IDX", hasIDX, loadIDX, checkIDX},
	npzFormat,
	{"pixel table", hasPixelTable, loadPixelTables, checkPixelTables},
	{"listed pictures", hasListed, loadListed, checkListed},
	{"pictures", hasPictures, loadPictures, checkPictures},
}

var npzFormat = &format{"NPZ", hasNPZ, loadNPZ, checkNPZ}

// A place is where a data set lies.
type place struct {
	path, choice string
	format       *format
}

// depth is how many folders deep a data set is looked for.
const depth = 3

// locate finds the data set that a name stands for.
func locate(name string) (place, error) {
	path, choice := splitName(name)
	if head, err := readHead(path, 4); err == nil && bytes.Equal(head, []byte("PK\x03\x04")) {
		return place{path, choice, npzFormat}, nil
	}
	if err := checkDir(path); err != nil {
		return place{}, err
	}
	dirs := []string{path}
	for range depth + 1 {
		var found []place
		var next []string
		for _, dir := range dirs {
			inside := true
			for _, f := range formats {
				if f.there(dir) {
					found = append(found, place{dir, choice, f})
					inside = false
					break
				}
			}
			if inside {
				next = append(next, foldersIn(dir)...)
			}
		}
		switch {
		case len(found) == 1:
			return found[0], nil
		case len(found) > 1:
			var names []string
			for _, p := range found[:min(len(found), 5)] {
				names = append(names, p.path)
			}
			return place{}, fmt.Errorf("data: %s holds %d data sets: give the folder of one, as %s", path, len(found), strings.Join(names, " or "))
		}
		dirs = next
	}
	return place{}, noSetIn(path)
}

// splitName parts a name from the choice behind its last colon, unless there is a
// file or folder of the whole name.
func splitName(name string) (path, choice string) {
	if _, err := os.Stat(name); err == nil {
		return name, ""
	}
	if at := strings.LastIndexByte(name, ':'); at > 0 {
		if _, err := os.Stat(name[:at]); err == nil {
			return name[:at], name[at+1:]
		}
	}
	return name, ""
}

// noChoice refuses a choice where there is none.
func noChoice(path, choice string) error {
	if choice == "" {
		return nil
	}
	return fmt.Errorf("data: there is no %q to choose in %s", choice, path)
}

// foldersIn returns the paths of the folders in dir in the order of their names,
// without hidden ones.
func foldersIn(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var list []string
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if info, err := os.Stat(path); err == nil && info.IsDir() && !hidden(e.Name()) {
			list = append(list, path)
		}
	}
	return list
}

// hidden tells names of files that systems leave behind.
func hidden(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "__") ||
		slices.Contains([]string{"thumbs.db", "ehthumbs.db", "desktop.ini"}, strings.ToLower(name))
}

// readHead returns the first n bytes of a plain file.
func readHead(path string, n int) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, n)
	got, err := f.Read(b)
	return b[:got], err
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
