package data

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
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
