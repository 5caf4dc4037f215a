package data

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"coexplore/internal/textfile"
)

// maxClassesOfLabels is the most classes that labels can tell apart: they are bytes.
const maxClassesOfLabels = 256

// labelColumns are names of the column that says a picture's class, the first first.
var labelColumns = []string{"label", "labels", "class", "class_name", "classname", "target", "category", "species", "breed", "y"}

// annotated lists the pictures of a part that its list names with their classes.
func annotated(part, list string, classes []string) ([]picture, error) {
	text, err := textfile.Read(list)
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	var pictures []picture
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		if len(f) < 2 {
			return nil, fmt.Errorf("data: %s, line %d: want the name of a picture and its class", list, n)
		}
		label := slices.Index(classes, f[1])
		if label < 0 {
			return nil, fmt.Errorf("data: %s, line %d: class %q has no training images", list, n, f[1])
		}
		path := findPicture([]string{filepath.Join(part, "images"), part}, f[0])
		if path == "" {
			return nil, fmt.Errorf("data: %s, line %d: there is no picture %s in %s", list, n, f[0], part)
		}
		pictures = append(pictures, picture{path, uint8(label)})
	}
	return pictures, nil
}

// findPicture finds a picture by its name, with or without its ending, in one of the
// folders; empty: it is not there. A name may have folders before it, but none above.
func findPicture(folders []string, name string) string {
	if name == "" || !filepath.IsLocal(filepath.FromSlash(name)) {
		return ""
	}
	for _, folder := range folders {
		for _, end := range append([]string{""}, pictureEndings...) {
			path := filepath.Join(folder, filepath.FromSlash(name)+end)
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && isPicture(path) {
				return path
			}
		}
	}
	return ""
}

// A pictureList is a table in a folder whose rows name pictures and their classes.
type pictureList struct {
	path        string
	folders     []string // where its pictures may lie
	file, class int      // columns
	rows        [][2]string
	lines       []int // of the rows
}

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
	l := &pictureList{path: path, folders: []string{dir, filepath.Join(dir, "images"), filepath.Join(dir, stem), filepath.Join(dir, strings.TrimSuffix(stem, "_labels"))}}
	l.folders = append(l.folders, foldersIn(dir)...)
	l.file = slices.IndexFunc(row, func(v string) bool { return findPicture(l.folders, v) != "" })
	if l.file < 0 {
		return nil
	}
	l.class = -1
	for _, name := range labelColumns {
		if l.class < 0 {
			l.class = slices.IndexFunc(t.Header(), func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), name) })
		}
	}
	if l.class < 0 && len(row) == 2 {
		l.class = 1 - l.file
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
	for {
		row, err := t.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("data: %s: %w", l.path, err)
		}
		if len(row) <= max(l.file, l.class) || row[l.class] == "" {
			return fmt.Errorf("data: %s, line %d: want a picture and its class", l.path, t.Line())
		}
		l.rows, l.lines = append(l.rows, [2]string{row[l.file], row[l.class]}), append(l.lines, t.Line())
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
			if !slices.Contains(f.classes, row[1]) {
				f.classes = append(f.classes, row[1])
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
	for _, l := range lists {
		to := &all
		switch part := partOfName(l.path); {
		case part == "":
		case slices.Contains(trainFolders, part):
			to = &f.train
		case slices.Contains(testFolders, part):
			to = &f.test
		default:
			to = &f.validation
		}
		for i, row := range l.rows {
			path := findPicture(l.folders, row[0])
			if path == "" {
				return nil, fmt.Errorf("data: %s, line %d: there is no picture %s in %s", l.path, l.lines[i], row[0], dir)
			}
			*to = append(*to, picture{path, uint8(slices.Index(f.classes, row[1]))})
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

// partOfName is the name of a part that stands in a file's name as a word, in lower case;
// empty: none does.
func partOfName(path string) string {
	stem := strings.ToLower(strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)))
	words := strings.FieldsFunc(stem, func(r rune) bool { return !(r >= 'a' && r <= 'z') })
	for _, part := range slices.Concat(trainFolders, testFolders, validationFolders) {
		if slices.Contains(words, part) {
			return part
		}
	}
	return ""
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
