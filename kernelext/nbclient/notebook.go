package nbclient

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"coexplore/internal/atomicfile"
	"coexplore/internal/jsonfile"
)

// Notebook is a notebook of format 4 (nbformat.readthedocs.io), the one that
// every living Jupyter reads and writes.
type Notebook struct {
	Cells    []*Cell
	Metadata map[string]any // kernel and language; anything else is kept as it was
	Name     string         // file name for messages; not written

	folder string // where it was read from
}

// Cell is one cell.
type Cell struct {
	ID       string // 1 to 64 letters, digits, '-' or '_', unique in the notebook
	Type     string // "code", "markdown" or "raw"
	Source   string
	Metadata map[string]any
	Count    int      // how many cells the kernel had run with this one; 0: not run
	Outputs  []Output // code cells only

	attachments map[string]any
}

// Output is one output of a code cell.
type Output struct {
	Type string // "stream", "display_data", "execute_result" or "error"

	Stream string // stream: "stdout" or "stderr"
	Text   string // stream: what was printed

	Data     map[string]any // display_data, execute_result: content by media type; text and SVG as one string
	Metadata map[string]any // display_data, execute_result
	Count    int            // execute_result

	ErrorName  string   // error
	ErrorValue string   // error
	Traceback  []string // error: lines, possibly with terminal colours
}

// HasTag says whether the cell carries the tag.
func (c *Cell) HasTag(tag string) bool {
	tags, _ := c.Metadata["tags"].([]any)
	for _, t := range tags {
		if t == tag {
			return true
		}
	}
	return false
}

// Read reads the notebook in the file.
func Read(file string) (*Notebook, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("nbclient: %w", err)
	}
	nb, err := Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("nbclient: %s: %w", file, err)
	}
	nb.Name, nb.folder = filepath.Base(file), filepath.Dir(file)
	return nb, nil
}

// jsonNotebook and its parts are the file format.
type jsonNotebook struct {
	Cells    []jsonCell     `json:"cells"`
	Metadata map[string]any `json:"metadata"`
	Format   int            `json:"nbformat"`
	Minor    int            `json:"nbformat_minor"`
}

type jsonCell struct {
	Attachments map[string]any `json:"attachments"`
	Type        string         `json:"cell_type"`
	Count       *int           `json:"execution_count"`
	ID          string         `json:"id"`
	Metadata    map[string]any `json:"metadata"`
	Outputs     []jsonOutput   `json:"outputs"`
	Source      text           `json:"source"`
}

type jsonOutput struct {
	Type       string         `json:"output_type"`
	Name       string         `json:"name"`
	Text       text           `json:"text"`
	Data       map[string]any `json:"data"`
	Metadata   map[string]any `json:"metadata"`
	Count      *int           `json:"execution_count"`
	ErrorName  string         `json:"ename"`
	ErrorValue string         `json:"evalue"`
	Traceback  []string       `json:"traceback"`
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

// Parse reads a notebook from its JSON.
func Parse(raw []byte) (*Notebook, error) {
	var j jsonNotebook
	if err := jsonfile.Unmarshal(raw, &j); err != nil {
		return nil, fmt.Errorf("not a notebook: %w", err)
	}
	if j.Format != 4 {
		return nil, fmt.Errorf("notebook format %d; only format 4 is read (open and save it with a current Jupyter)", j.Format)
	}
	nb := &Notebook{Metadata: j.Metadata}
	for i, c := range j.Cells {
		cell := &Cell{ID: c.ID, Type: c.Type, Source: string(c.Source), Metadata: c.Metadata, attachments: c.Attachments}
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

var validID = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

// fill adds what format 4.5 asks for: ids, metadata, the kernel's name.
func (nb *Notebook) fill() {
	if nb.Metadata == nil {
		nb.Metadata = map[string]any{}
	}
	if nb.Metadata["kernelspec"] == nil {
		nb.Metadata["kernelspec"] = map[string]any{"display_name": KernelTitle, "language": "go", "name": KernelName}
	}
	if nb.Metadata["language_info"] == nil {
		nb.Metadata["language_info"] = map[string]any{"name": "go", "file_extension": ".go", "mimetype": "text/x-go"}
	}
	seen := map[string]bool{}
	for _, c := range nb.Cells {
		if seen[c.ID] || !validID.MatchString(c.ID) {
			c.ID = ""
		}
		seen[c.ID] = true
	}
	for i, c := range nb.Cells {
		for n := i + 1; c.ID == ""; n += len(nb.Cells) {
			if id := fmt.Sprintf("cell-%02d", n); !seen[id] {
				c.ID, seen[id] = id, true
			}
		}
		if c.Metadata == nil {
			c.Metadata = map[string]any{}
		}
	}
}

// describe takes over what a kernel says of its language. GoNB's stays as it is: the
// version of Go in it would change notebooks that are otherwise the same.
func (nb *Notebook) describe(info json.RawMessage) {
	var reply struct {
		Language map[string]any `json:"language_info"`
	}
	if json.Unmarshal(info, &reply) == nil && reply.Language != nil && reply.Language["name"] != "go" {
		nb.Metadata["language_info"] = reply.Language
	}
}

// JSON is the notebook as a file holds it. Equal notebooks give equal bytes.
func (nb *Notebook) JSON() ([]byte, error) {
	nb.fill()
	cells := make([]map[string]any, len(nb.Cells))
	for i, c := range nb.Cells {
		m := map[string]any{"cell_type": c.Type, "id": c.ID, "metadata": c.Metadata, "source": lines(c.Source)}
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
	err := enc.Encode(map[string]any{"cells": cells, "metadata": nb.Metadata, "nbformat": 4, "nbformat_minor": 5})
	if err != nil {
		return nil, fmt.Errorf("nbclient: %s: %w", nb.Name, err)
	}
	return b.Bytes(), nil
}

// Write writes the notebook to the file, whole or not at all.
func (nb *Notebook) Write(file string) error {
	raw, err := nb.JSON()
	if err != nil {
		return err
	}
	return atomicfile.Write(file, raw)
}

func (o Output) json() map[string]any {
	m := map[string]any{"output_type": o.Type}
	switch o.Type {
	case "stream":
		m["name"], m["text"] = o.Stream, lines(o.Text)
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

// inLines says whether the format stores a media type as a list of lines.
func inLines(media string) bool {
	return strings.HasPrefix(media, "text/") || media == "image/svg+xml" || media == "application/javascript"
}

func splitData(data map[string]any) map[string]any {
	m := make(map[string]any, len(data))
	for media, v := range data {
		if s, ok := v.(string); ok && inLines(media) {
			v = lines(s)
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
