package data

import (
	"cmp"
	"fmt"
	"io"
	"math/rand/v2"
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

// The folders of the parts of a set, the first first.
var (
	trainFolders = []string{"train", "training"}
	testFolders  = []string{"test", "testing", "val", "valid", "validation"}
)

// A picture is a file of one, and its class.
type picture struct {
	path  string
	label uint8
}

// pictureFiles are the files of a set of pictures.
type pictureFiles struct {
	classes     []string
	train, test []picture
	note        string
}

// hasPictures reports whether dir is a set of pictures: folders of classes, in
// train and test or by themselves.
func hasPictures(dir string) bool {
	train, test := partFolder(dir, trainFolders), partFolder(dir, testFolders)
	return train != "" && test != "" || len(classFolders(dir)) > 1 && train == "" && test == ""
}

// partFolder returns the first of the folders in dir that holds folders of classes.
func partFolder(dir string, names []string) string {
	folders := foldersIn(dir)
	for _, name := range names {
		for _, folder := range folders {
			if strings.EqualFold(filepath.Base(folder), name) && len(classFolders(folder)) > 0 {
				return folder
			}
		}
	}
	return ""
}

// classFolders returns the folders in dir that hold pictures.
func classFolders(dir string) []string {
	return slices.DeleteFunc(foldersIn(dir), func(folder string) bool { return !holdsPicture(folder) })
}

// isPicture tells the names of pictures that are read.
func isPicture(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return !hidden(name) && (ext == ".png" || ext == ".jpg" || ext == ".jpeg")
}

// holdsPicture looks for a picture among the files of a folder, some at a time:
// there may be very many.
func holdsPicture(folder string) bool {
	f, err := os.Open(folder)
	if err != nil {
		return false
	}
	defer f.Close()
	for {
		names, err := f.Readdirnames(100)
		if slices.ContainsFunc(names, isPicture) {
			return true
		}
		if err != nil {
			return false
		}
	}
}

// findPictures lists the set of pictures in dir.
func findPictures(dir string) (*pictureFiles, error) {
	f := &pictureFiles{}
	train, test := partFolder(dir, trainFolders), partFolder(dir, testFolders)
	divided := train != "" && test != ""
	roots := []string{dir}
	if divided {
		roots = []string{train, test}
	}
	for _, root := range roots {
		for _, folder := range classFolders(root) {
			if name := filepath.Base(folder); !slices.Contains(f.classes, name) {
				f.classes = append(f.classes, name)
			}
		}
	}
	if len(f.classes) > 256 {
		return nil, fmt.Errorf("data: %s has %d folders of classes, more than 256", dir, len(f.classes))
	}
	sortClasses(f.classes)
	for label, class := range f.classes {
		if divided {
			f.train = append(f.train, picturesIn(filepath.Join(train, class), label)...)
			f.test = append(f.test, picturesIn(filepath.Join(test, class), label)...)
			continue
		}
		all := picturesIn(filepath.Join(dir, class), label)
		rng := rand.New(rand.NewPCG(pictureSeed, uint64(label)+1))
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		// Of two pictures or more, one is for testing and one for training.
		n := (len(all) + pictureTest/2) / pictureTest
		if len(all) > 1 {
			n = max(n, 1)
		}
		f.test, f.train = append(f.test, all[:n]...), append(f.train, all[n:]...)
	}
	// Classes are mixed, so that the first images are of all of them.
	rng := rand.New(rand.NewPCG(pictureSeed, 0))
	for _, part := range [][]picture{f.train, f.test} {
		rng.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
	}
	f.note = fmt.Sprintf("%d pictures in %s and %d in %s", len(f.train), filepath.Base(train), len(f.test), filepath.Base(test))
	if !divided {
		f.note = fmt.Sprintf("%d pictures, one in %d of each class for testing (seed %d)", len(f.train)+len(f.test), pictureTest, pictureSeed)
	}
	return f, nil
}

// picturesIn lists the pictures in a folder, by name.
func picturesIn(folder string, label int) []picture {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil // a class that only the other part has
	}
	var list []picture
	for _, e := range entries {
		if isPicture(e.Name()) && !e.IsDir() {
			list = append(list, picture{filepath.Join(folder, e.Name()), uint8(label)})
		}
	}
	return list
}

// sortClasses sorts names, those that are numbers by value.
func sortClasses(names []string) {
	slices.SortFunc(names, func(a, b string) int {
		x, errX := strconv.Atoi(a)
		y, errY := strconv.Atoi(b)
		if errX == nil && errY == nil {
			return cmp.Or(cmp.Compare(x, y), cmp.Compare(a, b))
		}
		return cmp.Compare(a, b)
	})
}

func loadPictures(dir, choice string) (*Set, error) {
	s, damage, err := readPictures(dir, choice)
	if err != nil {
		return nil, err
	}
	if len(damage) > 0 {
		return nil, fmt.Errorf("data: %w", damage[0])
	}
	return s, nil
}

func checkPictures(dir, choice string) (*Report, error) {
	s, damage, err := readPictures(dir, choice)
	if err != nil {
		return nil, err
	}
	r := &Report{Name: s.Name, Dir: dir, Format: "pictures", Note: s.Note, Problems: []string{}}
	const most = 20
	for _, err := range damage[:min(len(damage), most)] {
		r.problem("%v", err)
	}
	if n := len(damage) - most; n > 0 {
		r.problem("%d more pictures cannot be read", n)
	}
	r.describe(s)
	return r, nil
}

// readPictures reads the set of pictures in dir but for those that are damaged,
// which it returns the errors of.
func readPictures(dir, choice string) (s *Set, damage []error, err error) {
	f, err := findPictures(dir)
	if err != nil {
		return nil, nil, err
	}
	s = &Set{Classes: f.classes}
	if s.Name, err = folderName(dir); err != nil {
		return nil, nil, err
	}
	all := slices.Concat(f.train, f.test)
	shape, one, damage := commonShape(all)
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
	if s.Train, damage, err = decodePictures(f.train, size, damage); err != nil {
		return nil, nil, err
	}
	if s.Test, damage, err = decodePictures(f.test, size, damage); err != nil {
		return nil, nil, err
	}
	s.Note = f.note
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
