package measured

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"maps"
	"slices"
)

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// WriteCSV writes the table in CSV, with the columns that it uses. A table that holds
// cycles and latencies in milliseconds is no CSV: see Row.
func (t *Table) WriteCSV(w io.Writer) error {
	used := map[string]bool{}
	records := make([]record, len(t.rows))
	for i := range t.rows {
		records[i] = t.rows[i].fields()
		for column := range records[i] {
			used[column] = true
		}
	}
	var header []string
	for _, column := range columns {
		if used[column] {
			header = append(header, column)
		}
	}
	out := csv.NewWriter(w)
	if err := out.Write(header); err != nil {
		return err
	}
	line := make([]string, len(header))
	for _, f := range records {
		for i, column := range header {
			line[i] = f[column]
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// WriteJSON writes the table in JSON, a row a line.
func (t *Table) WriteJSON(w io.Writer) error {
	var b bytes.Buffer
	b.WriteByte('[')
	for i := range t.rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n{")
		first := true
		f := t.rows[i].fields()
		for _, column := range columns {
			s, ok := f[column]
			if !ok {
				continue
			}
			if !first {
				b.WriteString(", ")
			}
			first = false
			b.WriteString(`"` + column + `": `)
			if column == "device" || column == "kind" {
				text, err := json.Marshal(s)
				if err != nil {
					return err
				}
				b.Write(text)
			} else {
				b.WriteString(s)
			}
		}
		b.WriteByte('}')
	}
	b.WriteString("\n]\n")
	_, err := w.Write(b.Bytes())
	return err
}

// InMilliseconds is the table with latencies in milliseconds in place of cycles, each
// at its row's clock, which must be known.
func (t *Table) InMilliseconds() *Table {
	out := &Table{Name: t.Name, index: maps.Clone(t.index), rows: slices.Clone(t.rows)}
	for i := range out.rows {
		if r := &out.rows[i]; r.Cycles != 0 && r.ClockMHz != 0 {
			r.LatencyMS, r.Cycles, r.ClockMHz = float64(r.Cycles)/(r.ClockMHz*1e3), 0, 0
		}
	}
	return out
}
