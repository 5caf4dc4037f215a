package nbclient

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRoundTrip(t *testing.T) {
	nb := sample()
	nb.Metadata = map[string]any{"authors": []any{"A. Uthor"}, "b": 1.5}
	first, err := nb.JSON()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "sample.ipynb")
	if err := nb.Write(file); err != nil {
		t.Fatal(err)
	}
	back, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	second, err := back.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Errorf("written and read:\n%s\nwas:\n%s", second, first)
	}
	if back.Name != "sample.ipynb" || back.Cells[2].Outputs[0].Text != "a < b\n" || back.Cells[2].Count != 3 {
		t.Errorf("read %+v", back.Cells[2])
	}
	if svg := back.Cells[2].Outputs[2].Data["image/svg+xml"]; svg != sample().Cells[2].Outputs[2].Data["image/svg+xml"] {
		t.Errorf("the SVG came back as %q", svg)
	}
}

// The rules of nbformat 4.5, as its JSON schema states them.
func TestWrittenFormat(t *testing.T) {
	raw, err := sample().JSON()
	if err != nil {
		t.Fatal(err)
	}
	var nb struct {
		Cells []map[string]any
		Major int            `json:"nbformat"`
		Minor int            `json:"nbformat_minor"`
		Meta  map[string]any `json:"metadata"`
	}
	if err := json.Unmarshal(raw, &nb); err != nil {
		t.Fatal(err)
	}
	if nb.Major != 4 || nb.Minor != 5 || nb.Meta["kernelspec"] == nil || !bytes.HasSuffix(raw, []byte("}\n")) {
		t.Errorf("nbformat %d.%d, metadata %v", nb.Major, nb.Minor, nb.Meta)
	}
	ids := map[any]bool{}
	for _, c := range nb.Cells {
		if ids[c["id"]] {
			t.Errorf("two cells have the id %v", c["id"])
		}
		ids[c["id"]] = true
		_, counted := c["execution_count"]
		_, outputs := c["outputs"]
		if code := c["cell_type"] == "code"; counted != code || outputs != code {
			t.Errorf("%v cell with keys %v", c["cell_type"], c)
		}
		for _, l := range c["source"].([]any)[:len(c["source"].([]any))-1] {
			if !strings.HasSuffix(l.(string), "\n") {
				t.Errorf("source line %q without its line break", l)
			}
		}
	}
}

func TestIDs(t *testing.T) {
	nb := &Notebook{Cells: []*Cell{
		{Type: "markdown"}, {Type: "markdown", ID: "cell-01"}, {Type: "markdown", ID: "mine"}, {Type: "markdown", ID: "mine"}, {Type: "markdown", ID: "no good"},
	}}
	nb.fill()
	var got []string
	for _, c := range nb.Cells {
		got = append(got, c.ID)
	}
	if want := "[cell-06 cell-01 mine cell-04 cell-05]"; fmt.Sprint(got) != want {
		t.Errorf("ids %v, want %v", got, want)
	}
}

// A byte order mark and Windows line ends are how an editor saved it, not what it says.
func TestAsEditorsSaveIt(t *testing.T) {
	nb, err := Parse([]byte("\ufeff{\r\n\"nbformat\": 4, \"nbformat_minor\": 2, \"metadata\": {},\r\n" +
		`"cells": [{"cell_type": "code", "metadata": {}, "source": ["%%\r\n", "x()\r\n"], "outputs": [{"output_type": "stream", "name": "stdout", "text": "a\r\nb"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if c := nb.Cells[0]; c.Source != "%%\nx()\n" || c.Outputs[0].Text != "a\r\nb" {
		t.Errorf("read %+v", c)
	}
}

func TestReadErrors(t *testing.T) {
	for _, c := range []struct{ raw, want string }{
		{"", "not a notebook"},
		{"{", "not a notebook"},
		{`{"nbformat": 3, "cells": []}`, "notebook format 3"},
		{`{"nbformat": 4, "cells": [{"cell_type": "poem", "source": ""}]}`, `cell 1: unknown cell type "poem"`},
		{`{"nbformat": 4, "cells": [{"cell_type": "code", "source": 7}]}`, "text that is neither"},
		{`{"nbformat": 4, "cells": [{"cell_type": "code", "source": "", "outputs": [{"output_type": "smell"}]}]}`, `cell 1: unknown output type "smell"`},
	} {
		_, err := Parse([]byte(c.raw))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Parse(%s): error %v, want %q", c.raw, err, c.want)
		}
	}
	if _, err := Read(filepath.Join(t.TempDir(), "none.ipynb")); !os.IsNotExist(unwrap(err)) {
		t.Errorf("Read of a missing file: %v", err)
	}
}

func unwrap(err error) error {
	for {
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			return err
		}
		if os.IsNotExist(err) {
			return err
		}
		err = u.Unwrap()
	}
}

func FuzzParse(f *testing.F) {
	raw, err := sample().JSON()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte(`{"nbformat":4,"cells":[{"cell_type":"code","source":["a","b"],"outputs":[{"output_type":"display_data","data":{"text/plain":["x"],"application/json":[1]}}]}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		nb, err := Parse(raw)
		if err != nil {
			return
		}
		first, err := nb.JSON()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(first)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, first)
		}
		if second, _ := again.JSON(); !bytes.Equal(first, second) {
			t.Errorf("written twice:\n%s\n%s", first, second)
		}
		if _, err := nb.Page(); err != nil {
			t.Error(err)
		}
	})
}
