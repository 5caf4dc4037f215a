package nbclient

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"coexplore/internal/atomicfile"
)

// Notebook is a notebook of format 4 (nbformat.readthedocs.io), the one that
// every living Jupyter reads and writes.
type Notebook struct {
	Cells    []*Cell
	Metadata map[string]any // kernel and language; anything else is kept as it was
	Name     string         // file name for messages; not written

	folder string // where it was read from
	older  int    // 5 less the minor version of the format that it was read in, and is written in
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
		if nb.Metadata == nil {
			nb.Metadata = map[string]any{}
		}
		nb.Metadata["language_info"] = reply.Language
	}
}

// Write writes the notebook to the file, whole or not at all.
func (nb *Notebook) Write(file string) error {
	raw, err := nb.JSON()
	if err != nil {
		return err
	}
	return atomicfile.Write(file, raw)
}
