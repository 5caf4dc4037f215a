//go:build unix

package notebooks_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/internal/cli/clitest"
	"coexplore/kernelext/nbclient"
)

// runNotebooks runs `coexplore notebooks`, and skips the test where the kernel cannot
// be had.
func runNotebooks(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	code, stdout, stderr = clitest.Run(t, append([]string{"notebooks"}, args...)...)
	if strings.Contains(stderr, "dial tcp") {
		t.Skipf("NOT TESTED, because the kernel cannot be built without a module proxy: %s", stderr)
	}
	return code, stdout, stderr
}

// write puts a notebook with these code cells into a file.
func write(t *testing.T, file string, sources ...string) {
	t.Helper()
	nb := &nbclient.Notebook{Cells: []*nbclient.Cell{{Type: "markdown", Source: "# A notebook"}}}
	for _, s := range sources {
		nb.Cells = append(nb.Cells, &nbclient.Cell{Type: "code", Source: s})
	}
	if err := nb.Write(file); err != nil {
		t.Fatal(err)
	}
}

func TestNotebooksRun(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	good, bad := filepath.Join(dir, "good.ipynb"), filepath.Join(dir, "bad.ipynb")
	write(t, good, "%noautoget", "%%\nfmt.Println(6 * 7)")
	write(t, bad, "%noautoget", "%%\nvar x int = \"a\"\nfmt.Println(x)")

	code, stdout, stderr := runNotebooks(t, "run", good, "--out", out)
	if code != 0 {
		t.Fatalf("status %d: %s", code, stderr)
	}
	executed, page := filepath.Join(out, "good.ipynb"), filepath.Join(out, "good.html")
	index := filepath.Join(out, "index.html")
	if stdout != executed+"\n"+page+"\n"+index+"\n" {
		t.Errorf("standard output %q", stdout)
	}
	nb, err := nbclient.Read(executed)
	if err != nil || len(nb.Cells[2].Outputs) != 1 || nb.Cells[2].Outputs[0].Text != "42\n" {
		t.Errorf("executed notebook %+v, %v", nb, err)
	}
	if html, err := os.ReadFile(page); err != nil || !bytes.Contains(html, []byte("<title>A notebook</title>")) || !bytes.Contains(html, []byte("42\n")) {
		t.Errorf("page %s, %v", html, err)
	}

	if html, err := os.ReadFile(index); err != nil || !bytes.Contains(html, []byte(`<a href="good.html">A notebook</a>`)) {
		t.Errorf("index %s, %v", html, err)
	}

	// One that fails does not keep the others from running.
	code, stdout, stderr = runNotebooks(t, "run", bad, good, "--out", out)
	if code != 1 || !strings.Contains(stderr, "bad.ipynb: cell 3, line 2 (var x int = \"a\"): cannot use \"a\"") ||
		!strings.Contains(stderr, "coexplore: 1 of 2 notebooks failed; their outputs are in "+out) {
		t.Errorf("status %d, %s", code, stderr)
	}
	if strings.Count(stdout, "\n") != 5 {
		t.Errorf("standard output %q", stdout)
	}

	// --check compares with the outputs in the file, --in-place puts them there.
	if code, _, stderr := runNotebooks(t, "run", good, "--out", out, "--check"); code != 1 || !strings.Contains(stderr, "the outputs differ") {
		t.Errorf("--check of a notebook without outputs: status %d, %s", code, stderr)
	}
	if code, _, stderr := runNotebooks(t, "run", good, "--out", out, "--in-place"); code != 0 {
		t.Errorf("--in-place: status %d, %s", code, stderr)
	}
	if code, _, stderr := runNotebooks(t, "run", good, "--out", out, "--check"); code != 0 {
		t.Errorf("--check of a notebook with its outputs: status %d, %s", code, stderr)
	}

	// Another output is noticed, unless it is of a cell that is marked as such.
	if nb, err = nbclient.Read(good); err != nil {
		t.Fatal(err)
	}
	nb.Cells[2].Outputs[0].Text = "43\n"
	for _, tags := range [][]any{nil, {"varies"}} {
		nb.Cells[2].Metadata = map[string]any{"tags": tags}
		if err := nb.Write(good); err != nil {
			t.Fatal(err)
		}
		code, _, stderr := runNotebooks(t, "run", good, "--out", out, "--check")
		if noticed := code == 1 && strings.Contains(stderr, "the outputs differ"); noticed != (tags == nil) || code > 1 {
			t.Errorf("--check of a cell with the tags %v and another output: status %d, %s", tags, code, stderr)
		}
	}
}

func TestNotebooksWrongUse(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.ipynb"), filepath.Join(dir, "b", "a.ipynb")
	if err := os.Mkdir(filepath.Dir(b), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, a, "")
	write(t, b, "")
	broken := filepath.Join(dir, "broken.ipynb")
	if err := os.WriteFile(broken, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"run", filepath.Join(dir, "none.ipynb")}, 1, "none.ipynb: no such file or directory"},
		{[]string{"run", broken}, 1, "broken.ipynb: not a notebook"},
		{[]string{"run", a, b}, 2, "would have outputs of the same name"},
		{[]string{"run", a, "--out", dir}, 2, "is the folder of"},
		{[]string{"run", a, "--timeout", "-1s"}, 2, "--timeout must be positive"},
		{[]string{"run"}, 2, "no notebooks in ./notebooks"},
		{[]string{"bogus"}, 2, "unknown command"},
	} {
		code, stdout, stderr := runNotebooks(t, c.args...)
		if code != c.code || stdout != "" || !strings.Contains(stderr, c.want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("notebooks %v: status %d, %q, want %d with %q in one line", c.args, code, stderr, c.code, c.want)
		}
	}
}
