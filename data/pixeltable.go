package data

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// pixelColumn is the name of a column that has a pixel's value: pixel0, 1x1, r1c1, p12, 0.
var pixelColumn = regexp.MustCompile(`(?i)^(?:pixel|px|p|r)?[_ -]?\d+(?:[xc_]\d+)?$`)

// numberColumns are names of the column that numbers the rows, as Pandas and competitions do.
var numberColumns = []string{"", "id", "index", "unnamed: 0", "image_id", "imageid"}

// leastPixels is the smallest number of columns that are taken for pixels.
const leastPixels = 16

// A pixelTable is a table whose rows are images: the values of a square of grey pixels,
// row by row, and a label among them.
type pixelTable struct {
	path   string
	side   int
	label  int // its column; below 0: there is none
	number int // column that numbers the rows; below 0: there is none
	comma  rune
	header bool
}

// pixelTablesIn are the tables of pixels in a folder, or where it has none in those of its
// folders that have the name of a part of a set.
func pixelTablesIn(dir string) []*pixelTable {
	var tables []*pixelTable
	folders := []string{dir}
	for _, folder := range foldersIn(dir) {
		if partOfName(folder) != "" {
			folders = append(folders, folder)
		}
	}
	for _, folder := range folders {
		for _, path := range withEnding(folder, ".csv") {
			if t := openPixelTable(path); t != nil {
				tables = append(tables, t)
			}
		}
		if folder == dir && len(tables) > 0 {
			break
		}
	}
	return tables
}

// openPixelTable is the table at path as one of pixels; nil: it is none.
func openPixelTable(path string) *pixelTable {
	r, err := fileContent(path)()
	if err != nil {
		return nil
	}
	defer r.Close()
	t := &pixelTable{path: path, label: -1, number: -1, comma: ','}
	b := bufio.NewReaderSize(io.LimitReader(r, 4<<20), 1<<16)
	if head, _ := b.Peek(1 << 10); !bytes.ContainsRune(head, ',') {
		for _, comma := range ";\t" {
			if bytes.ContainsRune(head, comma) {
				t.comma = comma
			}
		}
	}
	c := csv.NewReader(b)
	c.Comma = t.comma
	first, err := c.Read()
	if err != nil || len(first) < leastPixels {
		return nil
	}
	first[0] = strings.TrimPrefix(first[0], "\ufeff")
	if _, err := strconv.Atoi(strings.TrimSpace(first[1])); err != nil {
		t.header = true
		for i, name := range first {
			name = strings.TrimSpace(name)
			if slices.ContainsFunc(labelColumns, func(l string) bool { return strings.EqualFold(l, name) }) && t.label < 0 {
				t.label = i
			} else if slices.Contains(numberColumns, strings.ToLower(name)) && t.number < 0 {
				t.number = i
			} else if !pixelColumn.MatchString(name) {
				return nil
			}
		}
	} else {
		for _, v := range first[1:] {
			if n, err := strconv.Atoi(strings.TrimSpace(v)); err != nil || n < 0 || n > 255 {
				return nil
			}
		}
		if square(len(first)-1) > 0 {
			t.label = 0
		}
	}
	n := len(first)
	if t.label >= 0 {
		n--
	}
	if t.number >= 0 {
		n--
	}
	if t.side = square(n); t.side == 0 {
		return nil
	}
	return t
}

// square is the side of a square of n, 0 if it is none.
func square(n int) int {
	side := int(math.Round(math.Sqrt(float64(n))))
	if side*side != n {
		return 0
	}
	return side
}

func hasPixelTable(dir string) bool {
	return slices.ContainsFunc(pixelTablesIn(dir), func(t *pixelTable) bool { return t.label >= 0 })
}

// read reads the images of the table and their labels.
func (t *pixelTable) read() (*Images, []string, error) {
	r, err := fileContent(t.path)()
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	c := csv.NewReader(r)
	c.Comma, c.ReuseRecord = t.comma, true
	m := &Images{Channels: 1, Height: t.side, Width: t.side}
	var labels []string
	for first := true; ; first = false {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			m.Labels = make([]uint8, len(labels))
			return m, labels, nil
		}
		if err != nil {
			return nil, nil, fmt.Errorf("data: %s: %w", t.path, err)
		}
		if first && t.header {
			continue
		}
		line, _ := c.FieldPos(0)
		for i, v := range row {
			v = strings.TrimSpace(v)
			if i == t.label {
				labels = append(labels, strings.Clone(v))
				continue
			}
			if i == t.number {
				continue
			}
			n, err := strconv.ParseUint(strings.TrimSuffix(v, ".0"), 10, 8)
			if err != nil {
				return nil, nil, fmt.Errorf("data: %s, line %d: pixel %q is no whole number from 0 to 255", t.path, line, v)
			}
			m.Pixels = append(m.Pixels, uint8(n))
		}
		if len(m.Pixels) > maxContent {
			return nil, nil, fmt.Errorf("data: %s: more than %d MiB of pixels", t.path, maxContent>>20)
		}
	}
}

// readPixelTables reads the set of the tables in dir. One with train, test or val in its
// name is of that part. Without one for testing, one image in pictureTest of each class
// is.
func readPixelTables(dir string) (*Set, error) {
	s := &Set{}
	var labels labeling
	var notes []string
	var all, validation *Images
	for _, t := range pixelTablesIn(dir) {
		name := filepath.Base(t.path)
		if t.label < 0 {
			notes = append(notes, name+" has no labels: left out")
			continue
		}
		m, texts, err := t.read()
		if err != nil {
			return nil, err
		}
		if err := labels.add(name, m.Labels, texts); err != nil {
			return nil, fmt.Errorf("data: %s: %w", dir, err)
		}
		to := &all
		switch part := partOfName(t.path); {
		case part == "", slices.Contains(trainFolders, part):
		case slices.Contains(testFolders, part):
			to = &s.Test
		default:
			to = &validation
		}
		if *to != nil {
			return nil, fmt.Errorf("data: %s holds several tables of pixels, %s among them: leave one for training and one for testing, with train and test in their names", dir, name)
		}
		*to = m
		notes = append(notes, fmt.Sprintf("%d images in %s", m.Len(), name))
	}
	var err error
	if s.Classes, err = labels.settle(); err != nil {
		return nil, fmt.Errorf("data: %s: %w", dir, err)
	}
	if s.Test == nil {
		s.Test, validation = validation, nil
	}
	if s.Train, s.Validation = all, validation; s.Train == nil {
		s.Train = &Images{Channels: 1}
	}
	if s.Test == nil {
		if s, err = s.setApart(); err != nil {
			return nil, err
		}
		notes = append(notes, fmt.Sprintf("one in %d of each class for testing (seed %d)", pictureTest, pictureSeed))
	}
	s.Note = strings.Join(notes, ", ") + labels.note()
	if s.Name, err = folderName(dir); err != nil {
		return nil, err
	}
	if err := s.agree(); err != nil {
		return nil, fmt.Errorf("data: %s: %w", dir, err)
	}
	return s, nil
}

// setApart makes test images of one training image in pictureTest of each class.
func (s *Set) setApart() (*Set, error) {
	split, err := s.Split(1./pictureTest, pictureSeed)
	if err != nil {
		return nil, err
	}
	split.Test, split.Validation = split.Validation, nil
	return split, nil
}

func loadPixelTables(dir, choice string) (*Set, error) {
	if err := noChoice(dir, choice); err != nil {
		return nil, err
	}
	return readPixelTables(dir)
}

func checkPixelTables(dir, choice string) (*Report, error) {
	s, err := loadPixelTables(dir, choice)
	if err != nil {
		return nil, err
	}
	r := &Report{Name: s.Name, Dir: dir, Format: "pixel table", Note: s.Note, Problems: []string{}}
	for _, t := range pixelTablesIn(dir) {
		r.file(t.path, nil)
	}
	r.describe(s)
	return r, nil
}
