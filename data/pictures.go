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

// The folders of the parts of a set, the first first. Without a folder for testing, the
// one for validation is it.
var (
	trainFolders      = []string{"train", "training"}
	testFolders       = []string{"test", "testing"}
	validationFolders = []string{"val", "valid", "validation", "dev", "eval", "evaluation"}
)

// A picture is a file of one, and its class.
type picture struct {
	path  string
	label uint8
}

// pictureFiles are the files of a set of pictures.
type pictureFiles struct {
	classes                 []string
	train, validation, test []picture
	left                    census // files that are not read
	note                    string
}

// hasPictures reports whether dir is a set of pictures: folders of classes, in
// train and test or by themselves.
func hasPictures(dir string) bool {
	p := partsIn(dir)
	if p.train != "" {
		return p.test != "" || !slices.ContainsFunc(foldersIn(dir), func(folder string) bool {
			return within(p.train, folder) == "" && slices.ContainsFunc(foldersIn(folder), holdsPicture)
		})
	}
	n := 0
	for _, folder := range foldersIn(dir) {
		if holdsPicture(folder) && !isPart(folder) {
			n++
		}
	}
	return n > 1 && p.test == ""
}

// within is the folder if it is path or path lies in it, else empty.
func within(path, folder string) string {
	if path == folder || strings.HasPrefix(path, folder+string(filepath.Separator)) {
		return folder
	}
	return ""
}

// findPictures lists the set of pictures in dir.
func findPictures(dir string) (*pictureFiles, error) {
	f := &pictureFiles{left: census{}}
	p := partsIn(dir)
	if p.train == "" {
		return f, f.divide(dir, nil)
	}
	var beside []string // folders of no part
	for _, folder := range foldersIn(dir) {
		if within(p.train, folder)+within(p.validation, folder)+within(p.test, folder) == "" {
			beside = append(beside, filepath.Base(folder))
		}
	}
	if p.test == "" {
		return f, f.divide(p.train, beside)
	}
	folders := map[string][]*classFolder{}
	aside := beside
	for _, part := range []string{p.train, p.validation, p.test} {
		if part == "" || p.listed[part] != "" {
			continue
		}
		classes, left, out, err := classesIn(part, true)
		if err != nil {
			return nil, err
		}
		folders[part], aside = classes, append(aside, out...)
		f.leave(left)
		for _, class := range classes {
			if !slices.Contains(f.classes, class.name()) {
				f.classes = append(f.classes, class.name())
			}
		}
	}
	if err := f.sort(dir); err != nil {
		return nil, err
	}
	for _, part := range []struct {
		folder string
		to     *[]picture
	}{{p.train, &f.train}, {p.validation, &f.validation}, {p.test, &f.test}} {
		if list := p.listed[part.folder]; list != "" {
			var err error
			if *part.to, err = annotated(part.folder, list, f.classes); err != nil {
				return nil, err
			}
			continue
		}
		for _, class := range folders[part.folder] {
			f.add(part.to, class)
		}
		slices.SortStableFunc(*part.to, func(a, b picture) int { return cmp.Compare(a.label, b.label) })
	}
	f.shuffle()
	f.note = fmt.Sprintf("%d pictures in %s and %d in %s", len(f.train), filepath.Base(p.train), len(f.test), filepath.Base(p.test))
	if len(f.validation) > 0 {
		f.note += fmt.Sprintf(", %d in %s to choose by", len(f.validation), filepath.Base(p.validation))
	}
	f.name(aside)
	return f, nil
}

// divide lists the set of pictures in dir that is not divided into parts: one picture in
// pictureTest of each class is for testing. Folders beside it are named as left out.
func (f *pictureFiles) divide(dir string, beside []string) error {
	classes, left, aside, err := classesIn(dir, false)
	if err != nil {
		return err
	}
	aside = append(aside, beside...)
	f.leave(left)
	for _, class := range classes {
		f.classes = append(f.classes, class.name())
	}
	if err := f.sort(dir); err != nil {
		return err
	}
	var all []picture
	for _, class := range classes {
		f.add(&all, class)
	}
	f.part(all)
	f.name(aside)
	return nil
}

// part divides pictures into those to train on and those to test with.
func (f *pictureFiles) part(all []picture) {
	for label := range f.classes {
		var of []picture
		for _, p := range all {
			if int(p.label) == label {
				of = append(of, p)
			}
		}
		rng := rand.New(rand.NewPCG(pictureSeed, uint64(label)+1))
		rng.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
		n := testShare(len(of))
		f.test, f.train = append(f.test, of[:n]...), append(f.train, of[n:]...)
	}
	f.shuffle()
	f.note = fmt.Sprintf("%d pictures, one in %d of each class for testing (seed %d)", len(f.train)+len(f.test), pictureTest, pictureSeed)
}

// testShare is how many of n are for testing: of two or more, one at least, and one less
// than all at most.
func testShare(n int) int {
	if n < 2 {
		return 0
	}
	return max(1, (n+pictureTest/2)/pictureTest)
}

// sort puts the classes in their order.
func (f *pictureFiles) sort(dir string) error {
	if len(f.classes) > 256 {
		return fmt.Errorf("data: %s has %d classes, more than 256", dir, len(f.classes))
	}
	sortClasses(f.classes)
	return nil
}

// add adds the pictures of a class's folder.
func (f *pictureFiles) add(to *[]picture, class *classFolder) {
	label := slices.Index(f.classes, class.name())
	for _, path := range class.pictures {
		*to = append(*to, picture{path, uint8(label)})
	}
}

// leave counts files that are left out.
func (f *pictureFiles) leave(left census) {
	for e, n := range left {
		f.left[e] += n
	}
}

// name says in the note what is left out.
func (f *pictureFiles) name(folders []string) {
	if len(folders) > 0 {
		f.note += "; left out: folder " + strings.Join(folders, ", ")
	}
	if len(f.left) > 0 {
		f.note += fmt.Sprintf("; left out: %v", f.left)
	}
}

// shuffle mixes the classes, so that the first images are of all of them.
func (f *pictureFiles) shuffle() {
	rng := rand.New(rand.NewPCG(pictureSeed, 0))
	for _, part := range [][]picture{f.train, f.test, f.validation} {
		rng.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
	}
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
	f, err := findPictures(dir)
	if err != nil {
		return nil, err
	}
	return f.load(dir, choice)
}

// load reads the set of the files.
func (f *pictureFiles) load(dir, choice string) (*Set, error) {
	s, damage, err := f.read(dir, choice)
	if err != nil {
		return nil, err
	}
	if len(damage) > 0 {
		return nil, fmt.Errorf("data: %w", damage[0])
	}
	for label, class := range s.Classes {
		if s.Test.Len() > 0 && !slices.Contains(s.Train.Labels, uint8(label)) {
			return nil, fmt.Errorf("data: %s: there is no picture of class %s to train on: put some into the training part, or remove the class from the others", dir, class)
		}
	}
	return s, nil
}

func checkPictures(dir, choice string) (*Report, error) {
	f, err := findPictures(dir)
	if err != nil {
		return nil, err
	}
	return f.check(dir, choice, "pictures")
}

// check reports on the set of the files.
func (f *pictureFiles) check(dir, choice, format string) (*Report, error) {
	s, damage, err := f.read(dir, choice)
	if err != nil {
		return nil, err
	}
	r := &Report{Name: s.Name, Dir: dir, Format: format, Note: s.Note, Problems: []string{}}
	const most = 20
	for _, err := range damage[:min(len(damage), most)] {
		r.problem("%v", err)
	}
	if n := len(damage) - most; n > 0 {
		r.problem("%d more pictures cannot be read", n)
	}
	unread := census{}
	for e, n := range f.left {
		if slices.Contains(unreadEndings, e) {
			unread[e] = n
		}
	}
	if len(unread) > 0 {
		r.problem("%v are pictures that are not read: save them as PNG or JPEG, or remove them", unread)
	}
	r.describe(s)
	return r, nil
}

// read reads the set of the files in dir but for those that are damaged, which it
// returns the errors of.
func (f *pictureFiles) read(dir, choice string) (s *Set, damage []error, err error) {
	s = &Set{Classes: f.classes}
	if s.Name, err = folderName(dir); err != nil {
		return nil, nil, err
	}
	all := slices.Concat(f.train, f.validation, f.test)
	shape, one, deep, damage := commonShape(all)
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
	bits := deepBits(deep)
	for _, part := range []struct {
		files []picture
		to    **Images
	}{{f.train, &s.Train}, {f.test, &s.Test}, {f.validation, &s.Validation}} {
		if part.to == &s.Validation && len(part.files) == 0 {
			continue
		}
		if *part.to, damage, err = decodePictures(part.files, size, bits, damage); err != nil {
			return nil, nil, err
		}
	}
	s.Note = f.note
	if bits != 16 {
		s.Note += fmt.Sprintf(", values of %d bits in 16", bits)
	}
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
