package measured

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"coexplore/internal/textfile"
)

// Open reads a table from a file, plain or compressed by gzip: JSON where the name ends
// in .json, else CSV. Errors name the file and the line.
func Open(path string) (*Table, error) {
	text, err := textfile.Read(path)
	if err != nil {
		return nil, fmt.Errorf("measured: %w", err)
	}
	read := readCSV
	if strings.HasSuffix(strings.ToLower(path), ".json") {
		read = readJSON
	}
	t, err := read(text)
	if err != nil {
		return nil, fmt.Errorf("measured: %s: %w", path, err)
	}
	t.Name = path
	return t, nil
}

// ReadCSV reads a table in CSV.
func ReadCSV(b []byte) (*Table, error) { return decoded(b, readCSV) }

// ReadJSON reads a table in JSON.
func ReadJSON(b []byte) (*Table, error) { return decoded(b, readJSON) }

func decoded(b []byte, read func([]byte) (*Table, error)) (*Table, error) {
	var t *Table
	text, err := textfile.Decode(b)
	if err == nil {
		t, err = read(text)
	}
	if err != nil {
		return nil, fmt.Errorf("measured: %w", err)
	}
	return t, nil
}

func readCSV(text []byte) (*Table, error) {
	in, err := textfile.NewTable(text)
	if err != nil {
		return nil, err
	}
	header, err := checkHeader(in.Header())
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", in.HeaderLine(), err)
	}
	t := &Table{}
	for {
		fields, err := in.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, err // names its line
		}
		if err := t.readFields(in, header, fields); err != nil {
			return nil, fmt.Errorf("line %d: %w", in.Line(), err)
		}
	}
}

// checkHeader is the names of the columns as this package has them, or what is wrong
// with them.
func checkHeader(names []string) ([]string, error) {
	if len(names) == 0 {
		return nil, fmt.Errorf("it is empty: want a line of column names")
	}
	var header []string
	for _, name := range names {
		name = strings.ToLower(name)
		if !slices.Contains(columns, name) {
			return nil, fmt.Errorf("unknown column %q: want some of %s", name, strings.Join(columns, ", "))
		}
		if slices.Contains(header, name) {
			return nil, fmt.Errorf("column %s is there twice", name)
		}
		header = append(header, name)
	}
	if slices.Contains(header, "cycles") && slices.Contains(header, "latency_ms") {
		return nil, fmt.Errorf("it has cycles and latency_ms: give one")
	}
	for _, name := range []string{"device", "kind", "m", "n"} {
		if !slices.Contains(header, name) {
			return nil, fmt.Errorf("no column %s", name)
		}
	}
	return header, nil
}

// readFields adds the row of a line of CSV.
func (t *Table) readFields(in *textfile.Table, header, fields []string) error {
	if len(fields) > len(header) {
		return fmt.Errorf("%d fields, where there are %d columns", len(fields), len(header))
	}
	f := record{}
	for i, s := range fields {
		column := header[i]
		if s != "" && column != "device" && column != "kind" {
			v, err := in.Number(s)
			if err != nil {
				return fmt.Errorf("%s: %w", column, err)
			}
			s = strconv.FormatFloat(v, 'g', -1, 64)
		}
		f[column] = s
	}
	return t.read(f)
}

// read adds the row of a record.
func (t *Table) read(f record) error {
	r, err := f.row()
	if err != nil {
		return err
	}
	return t.add(r)
}

func readJSON(b []byte) (*Table, error) {
	in := json.NewDecoder(bytes.NewReader(b))
	in.UseNumber()
	line := func() int { return 1 + bytes.Count(b[:in.InputOffset()], []byte("\n")) }
	open, err := in.Token()
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", line(), err)
	}
	if open != json.Delim('[') {
		return nil, fmt.Errorf("line %d: want an array of objects, [{...}, {...}]", line())
	}
	t := &Table{}
	for in.More() {
		var object map[string]any
		if err := in.Decode(&object); err != nil {
			return nil, fmt.Errorf("line %d: %w", line(), err)
		}
		f := record{}
		for _, column := range columns {
			switch v := object[column].(type) {
			case nil:
			case string, json.Number:
				f[column] = fmt.Sprint(v)
			default:
				return nil, fmt.Errorf("line %d: %s: want a number or text", line(), column)
			}
			delete(object, column)
		}
		for _, column := range sortedKeys(object) {
			return nil, fmt.Errorf("line %d: unknown field %q: want some of %s", line(), column, strings.Join(columns, ", "))
		}
		if err := t.read(f); err != nil {
			return nil, fmt.Errorf("line %d: %w", line(), err)
		}
	}
	if _, err := in.Token(); err != nil {
		return nil, fmt.Errorf("line %d: the array does not end: %w", line(), err)
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("line %d: something follows the array", line())
	}
	return t, nil
}
