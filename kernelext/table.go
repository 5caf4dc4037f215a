package kernelext

import (
	"fmt"
	"html"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// Table displays rows under a header. Numbers stand on the right, fractions
// with four figures; to have it otherwise, pass strings. Outside a notebook it
// prints the table.
func Table(header []string, rows ...[]any) error {
	t, err := newTable(header, rows)
	if err != nil {
		return err
	}
	if !gonbui.IsNotebook {
		_, err := os.Stdout.WriteString(t.text())
		return err
	}
	err = send("", map[protocol.MIMEType]any{
		protocol.MIMETextHTML:  t.html(),
		protocol.MIMETextPlain: t.text(),
	})
	if err != nil {
		return err
	}
	return sync()
}

// table is a table with its cells as text.
type table struct {
	header []string
	rows   [][]string
	right  []bool // columns of numbers
}

func newTable(header []string, rows [][]any) (*table, error) {
	if len(header) == 0 {
		return nil, fmt.Errorf("kernelext: a table needs a header")
	}
	t := &table{header: header, right: make([]bool, len(header))}
	for c := range t.right {
		t.right[c] = len(rows) > 0
	}
	for i, row := range rows {
		if len(row) != len(header) {
			return nil, fmt.Errorf("kernelext: row %d of the table has %d cells, the header has %d", i+1, len(row), len(header))
		}
		cells := make([]string, len(row))
		for c, v := range row {
			var number bool
			cells[c], number = cellText(v)
			t.right[c] = t.right[c] && number
		}
		t.rows = append(t.rows, cells)
	}
	return t, nil
}

// cellText is a value as text, and whether it is a number.
func cellText(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64:
		return fmt.Sprint(v), true
	case float64:
		return strconv.FormatFloat(v, 'g', 4, 64), true
	case float32:
		return strconv.FormatFloat(float64(v), 'g', 4, 32), true
	}
	s := fmt.Sprint(v)
	_, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(s, "%")), 64)
	return s, err == nil
}

// text is the table with its columns aligned.
func (t *table) text() string {
	width := make([]int, len(t.header))
	for _, row := range append([][]string{t.header}, t.rows...) {
		for c, s := range row {
			width[c] = max(width[c], utf8.RuneCountInString(s))
		}
	}
	var b strings.Builder
	line := func(row []string) {
		var l strings.Builder
		for c, s := range row {
			pad := strings.Repeat(" ", width[c]-utf8.RuneCountInString(s))
			if t.right[c] {
				l.WriteString(pad + s + "  ")
			} else {
				l.WriteString(s + pad + "  ")
			}
		}
		b.WriteString(strings.TrimRight(l.String(), " ") + "\n")
	}
	line(t.header)
	rule := make([]string, len(width))
	for c, w := range width {
		rule[c] = strings.Repeat("-", w)
	}
	line(rule)
	for _, row := range t.rows {
		line(row)
	}
	return b.String()
}

// html is the table for a page.
func (t *table) html() string {
	var b strings.Builder
	line := func(tag string, row []string) {
		b.WriteString("<tr>")
		for c, s := range row {
			align := "left"
			if t.right[c] {
				align = "right"
			}
			fmt.Fprintf(&b, "<%s style=\"text-align: %s\">%s</%s>", tag, align, html.EscapeString(s), tag)
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("<table>\n<thead>\n")
	line("th", t.header)
	b.WriteString("</thead>\n<tbody>\n")
	for _, row := range t.rows {
		line("td", row)
	}
	b.WriteString("</tbody>\n</table>\n")
	return b.String()
}
