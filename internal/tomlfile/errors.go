package tomlfile

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// Err is the first thing that was wrong, or a field that nothing asked for.
func (f *File) Err() error {
	for _, part := range f.whole.parts {
		for _, field := range slices.SortedFunc(maps.Keys(part.values), func(a, b string) int {
			return cmp.Or(cmp.Compare(part.line(a), part.line(b)), cmp.Compare(a, b))
		}) {
			if part.read[field] {
				continue
			}
			if part.asksBelow(field) {
				part.Refuse(field, "must be a table%s", part.spell(field))
			}
			part.Refuse(field, "is unknown")
		}
	}
	return f.whole.err
}

// asksBelow tells whether a field was taken for a table.
func (f *File) asksBelow(field string) bool {
	for asked := range f.read {
		if strings.HasPrefix(asked, field+".") {
			return true
		}
	}
	return false
}

// Refuse says what is wrong with a field, unless something was wrong before.
func (f *File) Refuse(field, format string, args ...any) {
	if f.whole.err != nil {
		return
	}
	where := ""
	if line := f.line(field); line > 0 {
		where = fmt.Sprintf("line %d: ", line)
	}
	f.whole.err = fmt.Errorf("%s: %s%s%s: %s", f.whole.name, where, f.what, quote(field), oneLine(fmt.Sprintf(format, args...)))
}

// line is that of a field; of what holds it, if it has none; 0 if nothing does.
func (f *File) line(field string) int {
	for name := field; ; {
		if line, ok := f.lines[name]; ok {
			return line
		}
		if name == "" {
			return 0
		}
		name = name[:max(0, strings.LastIndexByte(name, '.'))]
	}
}

// spell names a field's value as its author sees it, as the end of a message.
func (f *File) spell(field string) string {
	switch v := f.values[field].(type) {
	case nil:
		return ", is a table"
	case string:
		return ", is " + strconv.Quote(v)
	case int64, float64, bool:
		return fmt.Sprintf(", is %v", v)
	case []any, []map[string]any:
		return ", is a list"
	}
	return ", is a date or time"
}

// syntaxLine is the line of a syntax error. The parser gives the line after it
// where a line ends too early, and none at the start of a file.
func syntaxLine(content []byte, wrong toml.ParseError) int {
	line := max(1, wrong.Position.Line)
	if strings.Contains(wrong.Message, `but got '\n'`) {
		line = max(1, line-1)
	}
	return min(line, 1+bytes.Count(content, []byte("\n")))
}

// syntaxMessage is the parser's message in the words of these errors.
func syntaxMessage(wrong toml.ParseError) string {
	s := strings.TrimSuffix(wrong.Message, ".")
	s = strings.NewReplacer("for int64", "for whole numbers", "for float64", "for numbers").Replace(s)
	return strings.ToLower(s[:1]) + s[1:]
}

// quote is a field's name as it may stand in a message.
func quote(field string) string {
	plain := func(r rune) bool {
		return r == '_' || r == '-' || r == '.' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}
	if field != "" && !slices.ContainsFunc([]rune(field), func(r rune) bool { return !plain(r) }) {
		return field
	}
	return fmt.Sprintf("%q", field)
}

// oneLine is a message without line breaks.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
