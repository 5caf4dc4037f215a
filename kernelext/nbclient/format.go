package nbclient

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"coexplore/internal/jsonfile"
	"coexplore/internal/textfile"
)

// jsonNotebook and its parts are the file format.
type jsonNotebook struct {
	Cells    []jsonCell `json:"cells"`
	Metadata bundle     `json:"metadata"`
	Format   int        `json:"nbformat"`
	Minor    int        `json:"nbformat_minor"`
}

type jsonCell struct {
	Attachments bundle       `json:"attachments"`
	Type        string       `json:"cell_type"`
	Count       *int         `json:"execution_count"`
	ID          string       `json:"id"`
	Metadata    bundle       `json:"metadata"`
	Outputs     []jsonOutput `json:"outputs"`
	Source      text         `json:"source"`
}

type jsonOutput struct {
	Type       string   `json:"output_type"`
	Name       string   `json:"name"`
	Text       text     `json:"text"`
	Data       bundle   `json:"data"`
	Metadata   bundle   `json:"metadata"`
	Count      *int     `json:"execution_count"`
	ErrorName  string   `json:"ename"`
	ErrorValue string   `json:"evalue"`
	Traceback  []string `json:"traceback"`
}

// text is a string that may be stored as a list of lines.
type text string

func (t *text) UnmarshalJSON(raw []byte) error {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		*t = text(s)
		return nil
	}
	var lines []string
	if err := json.Unmarshal(raw, &lines); err != nil {
		return errors.New("text that is neither a string nor a list of strings")
	}
	*t = text(strings.Join(lines, ""))
	return nil
}

// bundle is an object of JSON, as a map. Numbers in it are float64 where that writes
// them as they were, and json.Number otherwise.
type bundle map[string]any

func (b *bundle) UnmarshalJSON(raw []byte) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode((*map[string]any)(b)); err != nil {
		return err
	}
	for key, v := range *b {
		(*b)[key] = plainNumbers(v)
	}
	return nil
}

func plainNumbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if f, err := v.Float64(); err == nil {
			if again, err := json.Marshal(f); err == nil && string(again) == string(v) {
				return f
			}
		}
	case []any:
		for i := range v {
			v[i] = plainNumbers(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = plainNumbers(v[key])
		}
	}
	return v
}

// Parse reads a notebook from its JSON. A byte order mark is left out, and so is the
// "\r" of a Windows editor's line ends.
func Parse(raw []byte) (*Notebook, error) {
	raw, err := textfile.Decode(raw)
	if err != nil {
		return nil, fmt.Errorf("not a notebook: %w", err)
	}
	var j jsonNotebook
	if err := jsonfile.Unmarshal(raw, &j); err != nil {
		return nil, fmt.Errorf("not a notebook: %w", err)
	}
	if j.Format != 4 {
		return nil, fmt.Errorf("notebook format %d; only format 4 is read (open and save it with a current Jupyter)", j.Format)
	}
	nb := &Notebook{Metadata: j.Metadata, older: 5 - min(max(j.Minor, 0), 5)}
	for i, c := range j.Cells {
		cell := &Cell{ID: c.ID, Type: c.Type, Source: strings.ReplaceAll(string(c.Source), "\r\n", "\n"), Metadata: c.Metadata, attachments: c.Attachments}
		switch c.Type {
		case "markdown", "raw":
		case "code":
			if c.Count != nil {
				cell.Count = *c.Count
			}
			for _, o := range c.Outputs {
				out, err := o.output()
				if err != nil {
					return nil, fmt.Errorf("cell %d: %w", i+1, err)
				}
				cell.Outputs = append(cell.Outputs, out)
			}
		default:
			return nil, fmt.Errorf("cell %d: unknown cell type %q", i+1, c.Type)
		}
		nb.Cells = append(nb.Cells, cell)
	}
	nb.fill()
	return nb, nil
}

func (o jsonOutput) output() (Output, error) {
	out := Output{Type: o.Type}
	switch o.Type {
	case "stream":
		out.Stream, out.Text = o.Name, string(o.Text)
	case "display_data", "execute_result":
		out.Data, out.Metadata = joinData(o.Data), o.Metadata
		if o.Count != nil {
			out.Count = *o.Count
		}
	case "error":
		out.ErrorName, out.ErrorValue, out.Traceback = o.ErrorName, o.ErrorValue, o.Traceback
	default:
		return out, fmt.Errorf("unknown output type %q", o.Type)
	}
	return out, nil
}

// JSON is the notebook as a file holds it. Equal notebooks give equal bytes.
func (nb *Notebook) JSON() ([]byte, error) {
	nb.fill()
	cells := make([]map[string]any, len(nb.Cells))
	for i, c := range nb.Cells {
		m := map[string]any{"cell_type": c.Type, "metadata": c.Metadata, "source": splitLines(c.Source)}
		if nb.older == 0 { // the format has ids since 4.5
			m["id"] = c.ID
		}
		if c.attachments != nil {
			m["attachments"] = c.attachments
		}
		if c.Type == "code" {
			m["execution_count"] = count(c.Count)
			outs := make([]map[string]any, len(c.Outputs))
			for j, o := range c.Outputs {
				outs[j] = o.json()
			}
			m["outputs"] = outs
		}
		cells[i] = m
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	err := enc.Encode(map[string]any{"cells": cells, "metadata": nb.Metadata, "nbformat": 4, "nbformat_minor": 5 - nb.older})
	if err != nil {
		return nil, fmt.Errorf("nbclient: %s: %w", nb.Name, err)
	}
	return separators.ReplaceAllFunc(b.Bytes(), func(escape []byte) []byte {
		switch string(escape) {
		case `\u2028`:
			return []byte("\u2028")
		case `\u2029`:
			return []byte("\u2029")
		}
		return escape
	}), nil
}

// separators finds the two characters that package json escapes and others do not, and
// other escapes, so that what follows an escaped backslash is none.
var separators = regexp.MustCompile(`\\(?:u202[89]|.)`)

func (o Output) json() map[string]any {
	m := map[string]any{"output_type": o.Type}
	switch o.Type {
	case "stream":
		m["name"], m["text"] = o.Stream, splitLines(o.Text)
	case "error":
		m["ename"], m["evalue"], m["traceback"] = o.ErrorName, o.ErrorValue, append([]string{}, o.Traceback...)
	default:
		m["data"], m["metadata"] = splitData(o.Data), o.Metadata
		if o.Metadata == nil {
			m["metadata"] = map[string]any{}
		}
		if o.Type == "execute_result" {
			m["execution_count"] = count(o.Count)
		}
	}
	return m
}

// count is n, or JSON's null for a cell that has not run.
func count(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

// lines cuts the text after each line break.
func lines(s string) []string {
	if s == "" {
		return []string{}
	}
	l := strings.SplitAfter(s, "\n")
	if l[len(l)-1] == "" {
		l = l[:len(l)-1]
	}
	return l
}

// splitLines cuts the text where Python's splitlines does, as nbformat stores it.
func splitLines(s string) []string {
	list, begin := []string{}, 0
	for i, r := range s {
		switch r {
		case '\r':
			if strings.HasPrefix(s[i+1:], "\n") {
				continue
			}
		case '\n', '\v', '\f', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029:
		default:
			continue
		}
		end := i + utf8.RuneLen(r)
		list, begin = append(list, s[begin:end]), end
	}
	if begin < len(s) {
		list = append(list, s[begin:])
	}
	return list
}

// inLines says whether the format stores a media type as a list of lines.
func inLines(media string) bool {
	return strings.HasPrefix(media, "text/") || media == "image/svg+xml" || media == "application/javascript"
}

func splitData(data map[string]any) map[string]any {
	m := make(map[string]any, len(data))
	for media, v := range data {
		if s, ok := v.(string); ok && inLines(media) {
			v = splitLines(s)
		}
		m[media] = v
	}
	return m
}

func joinData(data map[string]any) map[string]any {
	m := make(map[string]any, len(data))
	for media, v := range data {
		if list, ok := v.([]any); ok && !strings.HasSuffix(media, "json") {
			var b strings.Builder
			for _, l := range list {
				s, _ := l.(string)
				b.WriteString(s)
			}
			v = b.String()
		}
		m[media] = v
	}
	return m
}
