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
// Only the fields of the file itself are read, not those of tables in it.
package tomlfile

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// A File is the fields of a TOML file. Once something is wrong, what it returns is
// zero.
type File struct {
	name   string
	values map[string]any
	lines  map[string]int // of the fields, for messages
	read   map[string]bool
	err    error
}

// Parse reads a file's content; name is for messages.
func Parse(name string, content []byte) *File {
	f := &File{name: name, read: make(map[string]bool)}
	_, err := toml.Decode(string(content), &f.values)
	var wrong toml.ParseError
	switch {
	case errors.As(err, &wrong):
		f.err = fmt.Errorf("%s: line %d: %s", name, max(1, wrong.Position.Line), oneLine(wrong.Message))
	case err != nil:
		f.err = fmt.Errorf("%s: %s", name, oneLine(strings.TrimPrefix(err.Error(), "toml: ")))
	}
	f.lines = fieldLines(string(content))
	return f
}

// Err is the first thing that was wrong, or a field that nothing asked for.
func (f *File) Err() error {
	for _, field := range slices.SortedFunc(maps.Keys(f.values), func(a, b string) int {
		return cmp.Or(cmp.Compare(f.lines[a], f.lines[b]), cmp.Compare(a, b))
	}) {
		if !f.read[field] {
			f.Refuse(field, "is unknown")
		}
	}
	return f.err
}

// Refuse says what is wrong with a field, unless something was wrong before.
func (f *File) Refuse(field, format string, args ...any) {
	if f.err != nil {
		return
	}
	where := ""
	if line, ok := f.lines[field]; ok {
		where = fmt.Sprintf("line %d: ", line)
	}
	f.err = fmt.Errorf("%s: %sfield %s %s", f.name, where, quote(field), oneLine(fmt.Sprintf(format, args...)))
}

// Has tells whether the file has the field.
func (f *File) Has(field string) bool {
	_, ok := f.values[field]
	return ok
}

// String is a field's text.
func (f *File) String(field string) string {
	v, ok := f.value(field).(string)
	if !ok {
		f.Refuse(field, "must be text in quotes")
	}
	return v
}

// Int is a field's whole number.
func (f *File) Int(field string) int {
	v, ok := whole(f.value(field))
	if !ok {
		f.Refuse(field, "must be a whole number")
	}
	return v
}

// Ints are a field's whole numbers, in brackets.
func (f *File) Ints(field string) []int {
	list, ok := f.value(field).([]any)
	values := make([]int, len(list))
	for i := range list {
		var fine bool
		values[i], fine = whole(list[i])
		ok = ok && fine
	}
	if !ok {
		f.Refuse(field, "must be whole numbers in brackets, as in [1, 2]")
		return nil
	}
	return values
}

// value is a field that has to be there.
func (f *File) value(field string) any {
	f.read[field] = true
	v, ok := f.values[field]
	if !ok {
		f.Refuse(field, "is missing")
	}
	return v
}

// whole is a number that an int32 holds, so that sums of a few stay right.
func whole(v any) (int, bool) {
	n, ok := v.(int64)
	if !ok || n < math.MinInt32 || n > math.MaxInt32 {
		return 0, false
	}
	return int(n), true
}

// fieldLines finds the line of every field of the file itself, tables included. It is
// used for messages only: a line within a longer text that looks like a field may
// mislead it.
func fieldLines(content string) map[string]int {
	lines := make(map[string]int)
	inTable := false
	for i, line := range strings.Split(content, "\n") {
		line, _, _ = strings.Cut(strings.TrimSpace(line), "#")
		line = strings.TrimSpace(line)
		key, _, ok := strings.Cut(line, "=")
		if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
			key, ok, inTable = strings.Trim(line, "[] \t"), true, true
		} else if inTable {
			continue
		}
		key, _, _ = strings.Cut(strings.TrimSpace(key), ".")
		key = strings.Trim(key, `"' `)
		if _, twice := lines[key]; ok && !twice {
			lines[key] = i + 1
		}
	}
	return lines
}

// quote is a field's name as it may stand in a message.
func quote(field string) string {
	plain := func(r rune) bool {
		return r == '_' || r == '-' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}
	if field != "" && !slices.ContainsFunc([]rune(field), func(r rune) bool { return !plain(r) }) {
		return field
	}
	return fmt.Sprintf("%q", field)
}

// oneLine is a message without line breaks.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
