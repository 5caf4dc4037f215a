//go:build unix

package nbclient

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// python is the interpreter that Debian's python3-nbclient and its like belong to.
const python = "/usr/bin/python3"

// reference runs a Python script with Jupyter's own packages, or skips the test.
func reference(t *testing.T, script string, args ...string) {
	t.Helper()
	if out, err := exec.Command(python, "-c", "import nbclient, nbconvert, ipykernel").CombinedOutput(); err != nil {
		t.Skipf("NOT TESTED against Jupyter's own client: install python3-nbclient, python3-nbconvert and python3-ipykernel (%v: %s)", err, bytes.TrimSpace(out))
	}
	out, err := exec.Command(python, append([]string{"-c", script}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("the reference: %v\n%s", err, out)
	}
}

// What is read is written as nbformat writes it, to the byte: old versions of the
// format, raw cells, attachments, line breaks of all kinds, numbers.
func TestWrittenAsNbformatDoes(t *testing.T) {
	const old = `{"cells": [
		{"cell_type": "markdown", "metadata": {"b": 1.0, "a": [true, null]}, "source": "# Tïtle\n\n![p](attachment:p.png)", "attachments": {"p.png": {"image/png": "iVBORw0KGgo="}}},
		{"cell_type": "raw", "metadata": {"format": "text/latex"}, "source": ["\\alpha\n", "<b> & \u2028x"]},
		{"cell_type": "code", "execution_count": 3, "metadata": {}, "source": "x\n\ny\f", "outputs": [
			{"output_type": "stream", "name": "stdout", "text": "a\rb\r\nc\u0085d\u001b[31m\u007f"},
			{"output_type": "execute_result", "execution_count": 3, "metadata": {}, "data": {"text/plain": "1\n2", "image/svg+xml": "<svg>\n</svg>", "image/png": "aGVsbG8=", "application/json": {"n": [1.0, 12345678901234567890, 1e-07, {}]}}},
			{"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t\n1", "t2"]}
		]},
		{"cell_type": "code", "execution_count": null, "metadata": {"tags": ["x"]}, "source": "", "outputs": []}
	], "metadata": {"kernelspec": {"display_name": "P", "language": "python", "name": "python3"}, "language_info": {"name": "python"}, "big": 12345678901234567890, "small": 2.0}, "nbformat": 4, "nbformat_minor": MINOR}`
	dir := t.TempDir()
	for _, minor := range []string{"0", "5"} {
		source := strings.Replace(old, "MINOR", minor, 1)
		if minor == "5" {
			for _, id := range []string{"one", "two", "three", "four"} {
				source = strings.Replace(source, `{"cell_type"`, `{"id": "`+id+`",  "cell_type"`, 1)
			}
		}
		in, want := filepath.Join(dir, "in"+minor+".ipynb"), filepath.Join(dir, "want"+minor+".ipynb")
		if err := os.WriteFile(in, []byte(source), 0o644); err != nil {
			t.Fatal(err)
		}
		reference(t, "import nbformat, sys; nbformat.write(nbformat.read(sys.argv[1], 4), sys.argv[2])", in, want)
		nb, err := Read(in)
		if err != nil {
			t.Fatal(err)
		}
		got, err := nb.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if ref, _ := os.ReadFile(want); !bytes.Equal(got, ref) {
			t.Errorf("4.%s: %s", minor, difference(string(got), string(ref)))
		}
	}
}

// execute has the reference execute the notebook in a file and write it into another,
// with the streams joined as nbconvert does, and the exception that ended it, if any,
// into a third.
const execute = `import nbformat, sys, nbclient
from nbconvert.preprocessors.coalescestreams import coalesce_streams
nb = nbformat.read(sys.argv[1], 4)
failed = ""
try:
    nbclient.NotebookClient(nb, timeout=30).execute()
except Exception as e:
    failed = type(e).__name__ + ": " + str(e)
for i, c in enumerate(nb.cells):
    if c.cell_type == "code":
        coalesce_streams.__wrapped__(c, {}, i)
nbformat.write(nb, sys.argv[2])
open(sys.argv[3], "w").write(failed)
`

// A Python notebook, with the kernel that it names, has the outputs that Jupyter's own
// client stores.
func TestOutputsAsNbclientStoresThem(t *testing.T) {
	dir := t.TempDir()
	nb := &Notebook{
		Metadata: map[string]any{"kernelspec": map[string]any{"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}},
		Cells: []*Cell{
			{Type: "markdown", Source: "# Text"},
			{Type: "code", Source: "import sys, time\nfor i in range(3):\n    print(i, flush=True)\n    time.sleep(0.05)\nprint('e', file=sys.stderr, flush=True)\ntime.sleep(0.3)\nprint('o')"},
			{Type: "code", Source: "for i in range(20):\n    print(f'\\rstep {i}', end='', flush=True)\nprint()"},
			{Type: "code", Source: "from IPython.display import *\nh = display(HTML('<b>1</b>'), display_id='d')\ndisplay(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>'))\nh.update(HTML('<b>2</b>'))"},
			{Type: "code", Source: "display(HTML('<b>3</b>'), display_id='d')\n6 * 7"},
			{Type: "code", Source: "print('gone')\nclear_output(wait=True)\nprint('kept')\nclear_output(wait=True)"},
			{Type: "code", Source: "1/0", Metadata: map[string]any{"tags": []any{"raises-exception"}}},
			{Type: "code", Source: "input('name? ')", Metadata: map[string]any{"tags": []any{"raises-exception"}}},
			{Type: "code", Source: "time.sleep(60)", Metadata: map[string]any{"tags": []any{"skip-execution"}}, Outputs: []Output{{Type: "stream", Stream: "stdout", Text: "from before\n"}}},
			{Type: "code", Source: "print('begun', flush=True)\ntime.sleep(600)"},
		},
	}
	in, out, failed := filepath.Join(dir, "in.ipynb"), filepath.Join(dir, "out.ipynb"), filepath.Join(dir, "failed")
	if err := nb.Write(in); err != nil {
		t.Fatal(err)
	}
	reference(t, execute, in, out, failed)
	want, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	exception, _ := os.ReadFile(failed)

	ours, err := Read(in)
	if err != nil {
		t.Fatal(err)
	}
	command, err := FindKernel(ours.KernelName(), dir)
	if err != nil {
		t.Fatal(err)
	}
	err = Run(context.Background(), ours, command, Options{CellTimeout: 30 * time.Second})
	if err == nil || !strings.HasSuffix(err.Error(), "in.ipynb: cell 10: stopped after 30s, the limit for one cell") {
		t.Errorf("error %v", err)
	}
	last := ours.Cells[9]
	if n := len(last.Outputs); n > 0 { // the reference raises what we store
		o := last.Outputs[n-1]
		if name, text, _ := strings.Cut(string(exception), ": "); o.ErrorName != name || !strings.HasPrefix(text, o.ErrorValue) {
			t.Errorf("the time-out is stored as %s: %s, the reference says %s", o.ErrorName, o.ErrorValue, exception)
		}
		last.Outputs = last.Outputs[:n-1]
	}
	got, err := ours.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if a, b := scrub(t, got), scrub(t, want); a != b {
		t.Errorf("ours differs from the reference:\n%s", difference(a, b))
	}
}

// scrub is the notebook without what differs from run to run, and with the cell's
// execution counts, of which the reference has none where it was interrupted.
func scrub(t *testing.T, raw []byte) string {
	t.Helper()
	var nb map[string]any
	if err := json.Unmarshal(raw, &nb); err != nil {
		t.Fatal(err)
	}
	cells := nb["cells"].([]any)
	delete(cells[len(cells)-1].(map[string]any), "execution_count")
	for _, c := range cells { // set by the option record_timing
		delete(c.(map[string]any)["metadata"].(map[string]any), "execution")
	}
	text, err := json.MarshalIndent(nb, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// difference is the lines of a and b from the first that differs.
func difference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			end := func(l []string) string { return strings.Join(l[max(0, i-3):min(len(l), i+8)], "\n") }
			return "ours:\n" + end(x) + "\nthe reference:\n" + end(y)
		}
	}
	return "one is longer"
}

// Pages that Jupyter's nbconvert makes of the lessons have all of their figures, the code
// of every solution as it is, and every formula in a cell of its table.
func TestLessonsInNbconvert(t *testing.T) {
	dir := t.TempDir()
	pageFile := func(nb *Notebook) string { return filepath.Join(dir, nb.Name+".html") }
	var args []string
	for _, nb := range allLessons(t) {
		args = append(args, filepath.Join("../../notebooks", nb.Name), pageFile(nb))
	}
	reference(t, `import sys, nbconvert
for notebook, page in zip(sys.argv[1::2], sys.argv[2::2]):
    open(page, "w").write(nbconvert.HTMLExporter().from_filename(notebook)[0])`, args...)
	code, formula := regexp.MustCompile(`(?s)<pre><code>(.*?)</code></pre>`), regexp.MustCompile(`\$[^$]+\$`)
	figures, solutions, cells := 0, 0, 0
	for _, nb := range allLessons(t) {
		raw, err := os.ReadFile(pageFile(nb))
		if err != nil {
			t.Fatal(err)
		}
		root, err := xhtml.Parse(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		page := map[atom.Atom][]string{} // texts of its elements
		images := 0
		for n := range root.Descendants() {
			switch n.DataAtom {
			case atom.Td, atom.Th, atom.Pre:
				var text strings.Builder
				for d := range n.Descendants() {
					if d.Type == xhtml.TextNode {
						text.WriteString(d.Data)
					}
				}
				page[n.DataAtom] = append(page[n.DataAtom], text.String())
			case atom.Img:
				images++
			}
		}
		for _, c := range nb.Cells {
			for _, o := range c.Outputs {
				figures += strings.Count(fmt.Sprint(o.Data["text/html"]), "<img ")
				images -= strings.Count(fmt.Sprint(o.Data["text/html"]), "<img ")
			}
			if c.Type != "markdown" {
				continue
			}
			for _, m := range code.FindAllStringSubmatch(c.Source, -1) {
				solutions++
				if want := strings.ReplaceAll(html.UnescapeString(m[1]), "\t", "    "); !slices.Contains(page[atom.Pre], want) {
					t.Errorf("%s: its page has no\n%s", nb.Name, want)
				}
			}
			for line := range strings.Lines(c.Source) {
				for cell := range strings.SplitSeq(line, "|") {
					if formulas := formula.FindAllString(cell, -1); strings.HasPrefix(line, "|") && formulas != nil {
						cells++
						if !slices.ContainsFunc(append(page[atom.Td], page[atom.Th]...), func(text string) bool {
							return slices.Equal(formula.FindAllString(text, -1), formulas)
						}) {
							t.Errorf("%s: no cell of a table has %q", nb.Name, formulas)
						}
					}
				}
			}
		}
		if images != 0 {
			t.Errorf("%s: its page has %d images more than its outputs", nb.Name, images)
		}
	}
	if t.Logf("%d figures, %d solutions, %d formulas in tables", figures, solutions, cells); figures < 40 || solutions < 27 || cells < 20 {
		t.Errorf("%d figures, %d solutions, %d cells with formulas", figures, solutions, cells)
	}
}
