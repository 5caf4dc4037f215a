//go:build linux

package nbclient

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// A cell that reads standard input fails at once, whatever it is that reads, and the
// kernel goes on.
func TestStdin(t *testing.T) {
	tools := realKernel(t)
	k, err := StartKernel(context.Background(), tools.Kernel("."))
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	for _, c := range []struct {
		source string
		line   int
	}{
		{"%noautoget\nfunc ask() (name string) {\n\tfmt.Scanln(&name)\n\treturn\n}\n%%\nfmt.Println(\"name?\")\nfmt.Println(ask())", 3},
		{"%%\nfmt.Println(\"name?\")\nin := bufio.NewReader(os.Stdin)\nl, _ := in.ReadString('\\n')\nfmt.Println(l)", 4},
		{"!echo name?\n!sed s/a/b/ | cat", 2},
	} {
		cell := &Cell{Type: "code", Source: c.source}
		err := k.RunCell(context.Background(), cell, time.Minute)
		var failed *CellError
		if !errors.As(err, &failed) || failed.Timeout || failed.Line != c.line || !strings.HasPrefix(failed.Reason, "reads standard input") {
			t.Errorf("%q: error %v, want one at line %d", c.source, err, c.line)
		}
		if got := brief(cell); got != "stdout=name?\n|StdinNotImplementedError" {
			t.Errorf("%q: outputs %q", c.source, got)
		}
	}
	after := &Cell{Type: "code", Source: "%%\nfmt.Println(\"after\")"}
	if err := k.RunCell(context.Background(), after, time.Minute); err != nil || brief(after) != "stdout=after\n" {
		t.Errorf("the cell after: %q, %v", brief(after), err)
	}
}

// A process that a cell leaves behind does not keep it from ending; one that says
// nothing lives on, for the cells below, until the notebook ends.
func TestLeftBehind(t *testing.T) {
	tools := realKernel(t)
	dir := t.TempDir()
	quiet, loud := filepath.Join(dir, "quiet"), filepath.Join(dir, "loud")
	nb := notebook(
		"!sh -c 'echo $$ >"+quiet+"; exec sleep 1000' >"+os.DevNull+" 2>&1 &",
		"!sh -c 'echo $$ >"+loud+"; exec sleep 1001' & echo shell",
		"%%\nmust(0, exec.Command(\"kill\", \"-0\", strings.TrimSpace(string(must(os.ReadFile(\""+quiet+"\"))))).Run())\nc := exec.Command(\"sleep\", \"1002\")\nc.Stdout = os.Stdout\nc.Start()\nfmt.Println(\"program\")\n",
	)
	nb.Cells[0].Source += "\nfunc must[T any](v T, err error) T {\n\tif err != nil {\n\t\tpanic(err)\n\t}\n\treturn v\n}"
	if err := Run(context.Background(), nb, tools.Kernel("."), Options{CellTimeout: time.Minute}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"", "stdout=shell\n|stderr=[the cell left this running, and it was ended with the cell: sleep 1001]\n",
		"stdout=program\n|stderr=[the cell left this running, and it was ended with the cell: sleep 1002]\n"} {
		if got := brief(nb.Cells[1+i]); got != want {
			t.Errorf("cell %d: outputs %q, want %q", i+2, got, want)
		}
	}
	gone(t, quiet)
	gone(t, loud)
}

// Three million lines, in a program that then fails: the notebook stays small, memory
// too, and the error is the program's own.
func TestFlood(t *testing.T) {
	tools := realKernel(t)
	nb := notebook("%%\nw := bufio.NewWriter(os.Stdout)\nfor i := range 3000000 {\n\tfmt.Fprintln(w, i)\n}\nw.Flush()\nfmt.Fprintln(os.Stderr, \"no such FPGA\")\nos.Exit(3)")
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var most uint64
	err := Run(context.Background(), nb, tools.Kernel("."), Options{Running: func(int, *Cell, time.Duration) {
		runtime.ReadMemStats(&after)
		most = max(most, after.HeapInuse)
	}})
	if err == nil || err.Error() != "test.ipynb: cell 2: no such FPGA" {
		t.Errorf("error %v", err)
	}
	if most > before.HeapInuse+64<<20 {
		t.Errorf("memory grew from %d to %d MB", before.HeapInuse>>20, most>>20)
	}
	text := ""
	for _, o := range nb.Cells[1].Outputs {
		text += o.Text
	}
	if !strings.HasPrefix(text, "0\n1\n2\n") || !strings.Contains(text, "\n2999998\n2999999\n") || len(text) > DefaultOutputLimit+floodTail+1000 {
		t.Errorf("%d bytes are kept: %.30q ... %q", len(text), text, text[max(0, len(text)-60):])
	}
	var lines int
	_, notice, _ := strings.Cut(text, "[")
	if fmt.Sscanf(notice, "%d lines, 22.6 MB, are left out here", &lines); lines+strings.Count(text, "\n") != 3000000+3 {
		t.Errorf("the notice %.100q counts %d lines; %d are there", notice, lines, strings.Count(text, "\n"))
	}
}
