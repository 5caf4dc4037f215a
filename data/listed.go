package data

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"coexplore/internal/textfile"
)

// maxClassesOfLabels is the most classes that labels can tell apart: they are bytes.
const maxClassesOfLabels = 256

// labelColumns are names of the column that says a picture's class, the first first.
var labelColumns = []string{"label", "labels", "class", "class_name", "classname", "target", "category", "species", "breed", "y"}

// A pictureList is a table in a folder whose rows name pictures and their classes.
type pictureList struct {
	path        string
	folders     []string // where its pictures may lie
	file, class int      // columns
	part        int      // column of the pictures' parts of the set; below 0: there is none
	headless    bool     // its first row is of a picture
	rows        []listedPicture
}

// A listedPicture is a row of a list.
type listedPicture struct {
	name, class string
	part        string // of partColumns; empty: the list's
	line        int
}

// partColumns are names of the column that says a picture's part of the set.
var partColumns = []string{"split", "set", "subset", "part", "partition", "usage", "phase"}

// listsIn are the lists of pictures among the tables in a folder.
func listsIn(dir string) []*pictureList {
	var lists []*pictureList
	for _, ending := range []string{".csv", ".tsv"} {
		for _, path := range withEnding(dir, ending) {
			if l := openList(dir, path); l != nil {
				lists = append(lists, l)
			}
		}
	}
	return lists
}

// listHead is how many bytes of a table are looked at to tell whether it is a list.
const listHead = 1 << 16

// openList is the table at path as a list of pictures; nil: it is none.
func openList(dir, path string) *pictureList {
	stem := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	if strings.Contains(strings.ToLower(stem), "submission") { // to be filled in, or a sample of that
		return nil
	}
	text, err := readHead(path, listHead)
	if err != nil {
		return nil
	}
	if i := strings.LastIndexByte(string(text), '\n'); len(text) == listHead && i >= 0 {
		text = text[:i+1]
	}
	if text, err = textfile.Decode(text); err != nil {
		return nil
	}
	t, err := textfile.NewTable(text)
	if err != nil || len(t.Header()) < 2 {
		return nil
	}
	row, err := t.Read()
	if err != nil || len(row) < 2 {
		return nil
	}
	l := &pictureList{path: path, part: -1, folders: []string{dir, filepath.Join(dir, "images"), filepath.Join(dir, stem), filepath.Join(dir, strings.TrimSuffix(stem, "_labels"))}}
	l.folders = append(l.folders, foldersIn(dir)...)
	named := func(v string) bool { return findPicture(l.folders, v) != "" }
	l.file = -1
	for i, v := range row {
		label := i < len(t.Header()) && slices.Contains(labelColumns, strings.ToLower(strings.TrimSpace(t.Header()[i])))
		if l.file < 0 && !label && named(v) { // a label may be a picture's name, too: 0, and 0.png
			l.file = i
		}
	}
	if l.file < 0 || l.file >= len(t.Header()) {
		return nil
	}
	l.headless = named(t.Header()[l.file])
	for i, h := range t.Header() {
		if slices.Contains(partColumns, strings.ToLower(strings.TrimSpace(h))) && i < len(row) && isPart(row[i]) {
			l.part = i
		}
	}
	l.class = -1
	for _, name := range labelColumns {
		if l.class < 0 {
			l.class = slices.IndexFunc(t.Header(), func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), name) })
		}
	}
	if l.class < 0 && (len(row) == 2 && l.part < 0 || len(row) == 3 && l.part >= 0) {
		l.class = len(row)*(len(row)-1)/2 - l.file - max(l.part, 0)
	}
	if l.class < 0 || l.class == l.file {
		return nil
	}
	return l
}

// read reads the rows.
func (l *pictureList) read() error {
	text, err := textfile.Read(l.path)
	if err != nil {
		return fmt.Errorf("data: %w", err)
	}
	t, err := textfile.NewTable(text)
	if err != nil {
		return fmt.Errorf("data: %s: %w", l.path, err)
	}
	row, line := t.Header(), 1
	for first := true; ; first = false {
		if !first || !l.headless {
			row, err = t.Read()
			line = t.Line()
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("data: %s: %w", l.path, err)
		}
		if len(row) <= max(l.file, l.class, l.part) || row[l.class] == "" {
			return fmt.Errorf("data: %s, line %d: want a picture and its class", l.path, line)
		}
		p := listedPicture{row[l.file], row[l.class], "", line}
		if l.part >= 0 {
			if p.part = strings.ToLower(strings.TrimSpace(row[l.part])); !isPart(p.part) {
				return fmt.Errorf("data: %s, line %d: column %q says %q: want train, test or val", l.path, line, t.Header()[l.part], row[l.part])
			}
		}
		l.rows = append(l.rows, p)
	}
}

// hasListed reports whether there is a list of pictures in dir.
func hasListed(dir string) bool { return len(listsIn(dir)) > 0 }

// findListed lists the pictures that the lists in dir name. A list with train, test or
// val in its name has the pictures of that part; without such for testing, one picture in
// pictureTest of each class is.
func findListed(dir string) (*pictureFiles, error) {
	f := &pictureFiles{left: census{}}
	lists := listsIn(dir)
	for _, l := range lists {
		if err := l.read(); err != nil {
			return nil, err
		}
		for _, row := range l.rows {
			if !slices.Contains(f.classes, row.class) {
				f.classes = append(f.classes, row.class)
			}
			if len(f.classes) > maxClassesOfLabels {
				return nil, fmt.Errorf("data: %s: column %d has more than %d classes: is it one of labels?", l.path, l.class+1, maxClassesOfLabels)
			}
		}
	}
	if err := f.sort(dir); err != nil {
		return nil, err
	}
	var notes []string
	var all []picture
	seen := map[string]listedPicture{}
	for _, l := range lists {
		for _, row := range l.rows {
			path := findPicture(l.folders, row.name)
			if path == "" {
				return nil, fmt.Errorf("data: %s, line %d: there is no picture %s in %s", l.path, row.line, row.name, dir)
			}
			if row.part == "" {
				row.part = partOfName(l.path)
			}
			if other, ok := seen[path]; ok && (other.class != row.class || other.part != row.part) {
				return nil, fmt.Errorf("data: %s, line %d: %s is of class %s here, and of %s in line %d: a picture is of one class and one part: leave one of the lines", l.path, row.line, row.name,
					strings.TrimSpace(row.class+" "+row.part), strings.TrimSpace(other.class+" "+other.part), other.line)
			} else if ok {
				continue
			}
			seen[path] = row
			to := &all
			switch {
			case row.part == "":
			case isNamed(row.part, trainFolders):
				to = &f.train
			case isNamed(row.part, testFolders):
				to = &f.test
			default:
				to = &f.validation
			}
			*to = append(*to, picture{path, uint8(slices.Index(f.classes, row.class))})
		}
		notes = append(notes, fmt.Sprintf("%d pictures that %s names", len(l.rows), filepath.Base(l.path)))
	}
	note := strings.Join(notes, ", ")
	if len(f.test) == 0 {
		f.test, f.validation = f.validation, nil
	}
	if all = append(all, f.train...); len(f.test) == 0 {
		f.train = nil
		f.part(all)
		f.note = note + fmt.Sprintf(", one in %d of each class for testing (seed %d)", pictureTest, pictureSeed)
		return f, nil
	}
	f.train = all
	f.shuffle()
	f.note = note
	return f, nil
}

func loadListed(dir, choice string) (*Set, error) {
	f, err := findListed(dir)
	if err != nil {
		return nil, err
	}
	return f.load(dir, choice)
}

func checkListed(dir, choice string) (*Report, error) {
	f, err := findListed(dir)
	if err != nil {
		return nil, err
	}
	return f.check(dir, choice, "listed pictures")
}
