package textfile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// A Table reads comma-separated values, or what a spreadsheet writes for them
// where the comma is the decimal sign: semicolons, or tabs, and 0,5 for 0.5.
type Table struct {
	Comments []Comment // the lines before the header that begin with #

	rows      *csv.Reader
	header    []string
	headLine  int // of the text
	before    int // lines of the text before what rows reads
	separator rune
}

// A Comment is a line before the header of a Table, without its #.
type Comment struct {
	Line int // of the text, from 1
	Text string
}

// NewTable reads the comments and the header of the table in a decoded text. The
// separator is the first of comma, semicolon and tab that is in the header, or
// what a first line such as sep=; says.
func NewTable(text []byte) (*Table, error) {
	t := &Table{}
	if value, ok := bytes.CutPrefix(text, []byte("sep=")); ok && len(value) > 1 && value[1] == '\n' {
		t.separator = rune(value[0])
		text = value[2:]
		t.before = 1
	}
	for bytes.HasPrefix(text, []byte("#")) || bytes.HasPrefix(text, []byte(`"#`)) || bytes.HasPrefix(text, []byte("\n")) {
		comment, rest, _ := bytes.Cut(text, []byte("\n"))
		text = rest
		t.before++
		if len(comment) > 0 {
			t.Comments = append(t.Comments, Comment{t.before, plainComment(string(comment))})
		}
	}
	if t.separator == 0 {
		t.separator = separator(text)
	}
	t.rows = csv.NewReader(bytes.NewReader(text))
	t.rows.FieldsPerRecord = -1
	if !strings.ContainsRune(",;\t", t.separator) {
		return nil, fmt.Errorf("line 1: the separator %q: want a comma, a semicolon or a tab", t.separator)
	}
	t.rows.Comma = t.separator
	t.headLine = t.before + 1
	header, err := t.Read()
	if errors.Is(err, io.EOF) {
		return t, nil
	}
	if err != nil {
		return nil, err
	}
	t.header = header
	t.headLine = t.Line()
	return t, nil
}

// separator is the separator of a table whose header is text's first line.
func separator(text []byte) rune {
	header, _, _ := bytes.Cut(text, []byte("\n"))
	for _, s := range ",;\t" {
		if bytes.ContainsRune(header, s) {
			return s
		}
	}
	return ','
}

// plainComment is a comment without what a spreadsheet adds to it: quotes, and
// the separators of the cells that are empty.
func plainComment(s string) string {
	if strings.HasPrefix(s, `"`) {
		if end := strings.LastIndexByte(s, '"'); end > 0 {
			s = strings.ReplaceAll(s[1:end], `""`, `"`)
		}
	}
	return strings.TrimSpace(strings.TrimRight(strings.TrimPrefix(s, "#"), ",;\t "))
}

// Header is the names of the columns, nil if the text has no header.
func (t *Table) Header() []string { return t.header }

// HeaderLine is the line of the text where the header is, or should be.
func (t *Table) HeaderLine() int { return t.headLine }

// Read returns the next row without the spaces around its fields and without the
// empty fields at its end; rows of empty fields are left out. At the end the
// error is io.EOF, otherwise it names the line.
func (t *Table) Read() ([]string, error) {
	for {
		row, err := t.rows.Read()
		if errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		var wrong *csv.ParseError
		if errors.As(err, &wrong) {
			return nil, fmt.Errorf("line %d: %w", t.before+wrong.Line, wrong.Err)
		}
		if err != nil {
			return nil, err
		}
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
		for len(row) > 0 && row[len(row)-1] == "" {
			row = row[:len(row)-1]
		}
		if len(row) > 0 {
			return row, nil
		}
	}
}

// Line is the line of the text on which the row that was read last begins.
func (t *Table) Line() int {
	at, _ := t.rows.FieldPos(0)
	return t.before + at
}

// Number is the finite number in a field: with a decimal point or, unless commas
// separate the fields, with a decimal comma.
func (t *Table) Number(field string) (float64, error) {
	plain := field
	if t.separator != ',' && !strings.Contains(field, ".") {
		plain = strings.Replace(field, ",", ".", 1)
	}
	v, err := strconv.ParseFloat(plain, 64)
	switch {
	case err != nil && strings.Contains(field, ","):
		return 0, fmt.Errorf("%q is not a number: write a decimal point, and nothing between thousands", field)
	case err != nil && !errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("%q is not a number", field)
	case math.IsInf(v, 0) || math.IsNaN(v):
		return 0, fmt.Errorf("%q is not finite", field)
	}
	return v, nil
}
