package measured

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// maxFile bounds the bytes of a file.
const maxFile = 64 << 20

// Open reads a table from a file: JSON where the name ends in .json, else CSV. Errors
// name the file and the line.
func Open(path string) (*Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("measured: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(b) > maxFile {
		err = fmt.Errorf("it has more than %d MiB", maxFile>>20)
	}
	var t *Table
	if err == nil {
		if strings.HasSuffix(strings.ToLower(path), ".json") {
			t, err = readJSON(b)
		} else {
			t, err = readCSV(b)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("measured: %s: %w", path, err)
	}
	t.Name = path
	return t, nil
}

// ReadCSV reads a table in CSV.
func ReadCSV(b []byte) (*Table, error) { return named(readCSV(b)) }

// ReadJSON reads a table in JSON.
func ReadJSON(b []byte) (*Table, error) { return named(readJSON(b)) }

func named(t *Table, err error) (*Table, error) {
	if err != nil {
		return nil, fmt.Errorf("measured: %w", err)
	}
	return t, nil
}

// byteOrderMark begins files that some programs write.
var byteOrderMark = []byte("\xef\xbb\xbf")

func readCSV(b []byte) (*Table, error) {
	b = bytes.TrimPrefix(b, byteOrderMark)
	if bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff")) {
		return nil, fmt.Errorf("it is in UTF-16: save it as UTF-8")
	}
	in := csv.NewReader(bytes.NewReader(b))
	line, _, _ := bytes.Cut(b, []byte("\n"))
	if bytes.Contains(line, []byte(";")) && !bytes.Contains(line, []byte(",")) {
		in.Comma = ';'
	}
	header, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("it is empty: want a line of column names")
	}
	if err != nil {
		return nil, err
	}
	for i := range header {
		header[i] = strings.ToLower(strings.TrimSpace(header[i]))
		if !slices.Contains(columns, header[i]) {
			return nil, fmt.Errorf("line 1: unknown column %q: want some of %s", header[i], strings.Join(columns, ", "))
		}
		if slices.Contains(header[:i], header[i]) {
			return nil, fmt.Errorf("line 1: column %s is there twice", header[i])
		}
	}
	if slices.Contains(header, "cycles") && slices.Contains(header, "latency_ms") {
		return nil, fmt.Errorf("line 1: it has cycles and latency_ms: give one")
	}
	for _, column := range []string{"device", "kind", "m", "n"} {
		if !slices.Contains(header, column) {
			return nil, fmt.Errorf("line 1: no column %s", column)
		}
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
		line, _ := in.FieldPos(0)
		f := record{}
		for i, s := range fields {
			s = strings.TrimSpace(s)
			if in.Comma == ';' && header[i] != "device" && header[i] != "kind" && !strings.Contains(s, ".") {
				s = strings.Replace(s, ",", ".", 1)
			}
			f[header[i]] = s
		}
		if err := t.read(f); err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
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
	b = bytes.TrimPrefix(b, byteOrderMark)
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
