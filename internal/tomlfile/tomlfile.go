// Package tomlfile reads a TOML file field by field, so that whatever is wrong with
// it is said in one line with the file, the line and the field.
//
//	f := tomlfile.Parse("mine.toml", content)
//	title, layers := f.String("title"), f.Int("layers")
//	if layers < 1 {
//		f.Refuse("layers", "must be at least 1, is %d", layers)
//	}
//	return f.Err() // the first thing that was wrong, unknown fields included
//
// A field of a table has the table's name before it, "power.static_w". Tables are
// those of an array, [[device]], each of which is read like a file.
package tomlfile

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/BurntSushi/toml"
)

// A File is the fields of a TOML file, or of one table of an array in it. Once
// something is wrong, what it returns is zero.
type File struct {
	values map[string]any // by name, with those of tables
	lines  map[string]int // of the fields, for messages; "" is the table itself
	read   map[string]bool
	whole  *document
	what   string // which table of an array it is, for messages
}

// document is what the parts of a file share.
type document struct {
	name  string
	lines fileLines
	parts []*File
	err   error
}

// Parse reads a file's content; name is for messages.
func Parse(name string, content []byte) *File {
	d := &document{name: name, lines: linesOf(string(content))}
	f := d.part(nil, d.lines.top, "")
	var values map[string]any
	if _, err := toml.Decode(string(content), &values); err != nil {
		var wrong toml.ParseError
		if errors.As(err, &wrong) {
			d.err = fmt.Errorf("%s: line %d: %s", name, syntaxLine(content, wrong), oneLine(syntaxMessage(wrong)))
		} else {
			d.err = fmt.Errorf("%s: %s", name, oneLine(strings.TrimPrefix(err.Error(), "toml: ")))
		}
		return f
	}
	f.add("", values)
	return f
}

// part appends a part of the document.
func (d *document) part(values map[string]any, lines map[string]int, what string) *File {
	f := &File{values: map[string]any{}, lines: lines, read: map[string]bool{}, whole: d, what: what}
	f.add("", values)
	d.parts = append(d.parts, f)
	return f
}

// add takes values in, those of tables under the tables' names.
func (f *File) add(prefix string, values map[string]any) {
	for key, v := range values {
		if table, ok := v.(map[string]any); ok {
			f.add(prefix+key+".", table)
			continue
		}
		f.values[prefix+key] = v
	}
}

// Has tells whether the file has the field.
func (f *File) Has(field string) bool {
	_, ok := f.values[field]
	return ok
}

// Optional tells that a field may be there, so that what holds it is a table.
func (f *File) Optional(field string) { f.read[field] = true }

// String is a field's text.
func (f *File) String(field string) string {
	v, ok := f.value(field).(string)
	if !ok {
		f.Refuse(field, "must be text in quotes%s", f.spell(field))
	}
	return v
}

// Int is a field's whole number.
func (f *File) Int(field string) int {
	v, ok := wholeNumber(f.value(field))
	if !ok {
		f.Refuse(field, "must be a whole number%s", f.spell(field))
	}
	return v
}

// Float is a field's number.
func (f *File) Float(field string) float64 {
	switch v := f.value(field).(type) {
	case float64:
		return v
	case int64:
		return float64(v)
	}
	f.Refuse(field, "must be a number%s", f.spell(field))
	return 0
}

// Ints are a field's whole numbers, in brackets.
func (f *File) Ints(field string) []int {
	list, ok := f.value(field).([]any)
	values := make([]int, len(list))
	for i := range list {
		var fine bool
		values[i], fine = wholeNumber(list[i])
		ok = ok && fine
	}
	if !ok {
		f.Refuse(field, "must be whole numbers in brackets, as in [1, 2]")
		return nil
	}
	return values
}

// Tables are the tables of an array, [[name]], of which there has to be one.
func (f *File) Tables(name string) []*File {
	f.read[name] = true
	v, ok := f.values[name]
	var tables []map[string]any
	switch list := v.(type) {
	case []map[string]any:
		tables = list
	case []any:
		for _, e := range list {
			table, isTable := e.(map[string]any)
			ok = ok && isTable
			tables = append(tables, table)
		}
	default:
		ok = false
	}
	single := f.holds(name)
	switch {
	case f.whole.err != nil:
		return nil
	case v == nil && !single || ok && len(tables) == 0:
		f.whole.err = fmt.Errorf("%s: no [[%s]] in it", f.whole.name, name)
		return nil
	case !ok:
		f.Refuse(name, "must be [[%s]] tables, in two pairs of brackets", name)
		return nil
	}
	parts := make([]*File, len(tables))
	for i, table := range tables {
		parts[i] = f.whole.part(table, f.whole.lines.table(name, i), fmt.Sprintf("%s %d, ", name, i+1))
	}
	return parts
}

// holds tells whether the file has fields of a table of that name.
func (f *File) holds(name string) bool {
	for field := range f.values {
		if strings.HasPrefix(field, name+".") {
			return true
		}
	}
	return false
}

// value is a field that has to be there.
func (f *File) value(field string) any {
	f.read[field] = true
	v, ok := f.values[field]
	if !ok && !f.holds(field) {
		f.Refuse(field, "is missing")
	}
	return v
}

// wholeNumber is one that an int32 holds, so that sums of a few stay right.
func wholeNumber(v any) (int, bool) {
	n, ok := v.(int64)
	if !ok || n < math.MinInt32 || n > math.MaxInt32 {
		return 0, false
	}
	return int(n), true
}
