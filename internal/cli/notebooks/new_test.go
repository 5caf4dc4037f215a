//go:build unix

package notebooks_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/internal/cli/clitest"
	"coexplore/internal/cli/notebooks"
	"coexplore/internal/heavy"
	"coexplore/kernelext/nbclient"
)

// The three commonest jobs take at most five lines each, in a new notebook.
func TestNotebooksNewJobs(t *testing.T) {
	dir := t.TempDir()
	found := filepath.Join(dir, "found")
	if code, _, stderr := clitest.Run(t, "explore", "--table", "builtin", "--episodes", "20", "--figures=false", "--out", found); code != 0 {
		t.Fatal(stderr)
	}
	jobs := []struct{ name, lines, figure string }{
		{"Pareto plot of a run directory", fmt.Sprintf(`Show(figure.Pareto(Must(OpenRun(%q))))`, found), "figure: Accuracy against pipeline efficiency"},
		{"beta swept", `s := Must(NewSession("XC7Z015:3", 2400))
Show(figure.BetaSweep(Must(s.SweepBeta(0, 0.5, 1))))`, "figure: What the weight of accuracy decides"},
		{"an FPGA of one's own", `mine := hw.Device{Part: "MINE", DSP: 220, BRAM18: 280, MemoryGbps: 34, Price: 1}
s := Must(NewSession("MINE:3", 2400, mine))
Show(figure.Pareto(Must(s.Search(0.5))))`, "figure: Accuracy against pipeline efficiency"},
	}
	file := filepath.Join(dir, "a folder", "my_first.ipynb")
	code, stdout, stderr := runNotebooks(t, "new", file)
	if code != 0 || stdout != file+"\n" {
		t.Fatalf("status %d, %q, %s", code, stdout, stderr)
	}
	nb, err := nbclient.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(nb.Cells) != 4 || nb.Cells[0].Source != "# my first" {
		t.Fatalf("%d cells, the first %q", len(nb.Cells), nb.Cells[0].Source)
	}
	jobs = jobs[:heavy.Count(1, 3)] // the others take as long as a search
	for _, j := range jobs {
		if n := strings.Count(j.lines, "\n") + 1; n > 5 {
			t.Errorf("%s takes %d lines", j.name, n)
		}
		nb.Cells = append(nb.Cells, &nbclient.Cell{Type: "code", Source: "%%\n" + j.lines})
	}
	if err := nb.Write(file); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out")
	if code, _, stderr := runNotebooks(t, "run", file, "--out", out, "--timeout", "30m"); code != 0 {
		t.Fatalf("status %d: %s", code, stderr)
	}
	if nb, err = nbclient.Read(filepath.Join(out, "my_first.ipynb")); err != nil {
		t.Fatal(err)
	}
	if c := nb.Cells[3]; len(c.Outputs) != 1 || !strings.Contains(fmt.Sprint(c.Outputs[0].Data["text/plain"]), "Figure 1. What a search found.") {
		t.Errorf("the cell that it begins with shows %+v", c.Outputs)
	}
	for i, j := range jobs {
		c := nb.Cells[4+i]
		if len(c.Outputs) != 1 || !strings.Contains(fmt.Sprint(c.Outputs[0].Data["text/html"]), "<img ") || !strings.HasPrefix(fmt.Sprint(c.Outputs[0].Data["text/plain"]), j.figure) {
			t.Errorf("%s shows %.300v", j.name, c.Outputs)
		}
	}
}

func TestNotebooksNew(t *testing.T) {
	dir := t.TempDir()
	there := filepath.Join(dir, "there.ipynb")
	write(t, there, "")
	for _, c := range []struct {
		file string
		code int
		want string
	}{
		{filepath.Join(dir, "name"), 2, "ends with .ipynb"},
		{there, 1, "is there already"},
		{filepath.Join(there, "below.ipynb"), 1, "not a directory"},
	} {
		code, stdout, stderr := runNotebooks(t, "new", c.file)
		if code != c.code || stdout != "" || !strings.Contains(stderr, c.want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("new %s: status %d, %q, %q", c.file, code, stdout, stderr)
		}
	}
	// The packages are found from the notebook's folder, in the module and elsewhere.
	module, err := nbclient.FindModule(".")
	if err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{
		module: `"$GONB_DIR/."`, filepath.Join(module, "notebooks"): `"$GONB_DIR/.."`, filepath.Join(module, "a", "b"): `"$GONB_DIR/../.."`,
		t.TempDir(): module,
	} {
		if got, err := notebooks.PackagesFrom(dir); err != nil || got != want {
			t.Errorf("from %s: %s, %v, want %s", dir, got, err, want)
		}
	}
	t.Chdir(os.TempDir())
	if _, err := notebooks.PackagesFrom(os.TempDir()); err == nil || !strings.Contains(err.Error(), "no coexplore module") {
		t.Errorf("without a module: error %v", err)
	}
}
