package rtl

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/hw"
)

// TestWriteAgain checks that the same program gives the same files.
func TestWriteAgain(t *testing.T) {
	p := Program{Design: hw.Design{Tiling: hw.Tiling{Tm: 3, Tn: 2, Tr: 4, Tc: 5}, Ports: hw.Ports{W: 2, I: 2, O: 1}}, Bits: 8}
	p.Layers = []Layer{randomLayer(8, rand.New(rand.NewPCG(19, 4)))}
	a, b := t.TempDir(), t.TempDir()
	for _, dir := range []string{a, b} {
		if err := p.Write(dir); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(a)
	if err != nil || len(entries) < 20 {
		t.Fatalf("%d files, %v", len(entries), err)
	}
	for _, e := range entries {
		x, _ := os.ReadFile(filepath.Join(a, e.Name()))
		y, _ := os.ReadFile(filepath.Join(b, e.Name()))
		if string(x) != string(y) || len(x) == 0 {
			t.Errorf("%s differs, or is empty", e.Name())
		}
	}
}

// TestWriteRefuses checks the lines of what cannot be built.
func TestWriteRefuses(t *testing.T) {
	good := func() Program {
		l := Layer{Loops: hw.Loops{M: 1, N: 1, R: 2, C: 2, K: 1, S: 1, Groups: 1, Reads: 1, Weighted: true}, InRows: 2, InCols: 2}
		fill(&l, 16, rand.New(rand.NewPCG(19, 5)))
		return Program{Design: hw.Design{Tiling: hw.Tiling{Tm: 1, Tn: 1, Tr: 1, Tc: 1}, Ports: hw.Ports{W: 1, I: 1, O: 1}}, Bits: 16, Layers: []Layer{l}}
	}
	for _, c := range []struct {
		want   string
		change func(p *Program)
	}{
		{"words of 32 bits", func(p *Program) { p.Bits = 32 }},
		{"never limits", func(p *Program) { p.Design.I = 0 }},
		{"sums of maps", func(p *Program) { p.Layers[0].Reads = 2 }},
		{"no input map", func(p *Program) { p.Layers[0].Input = nil }},
		{"0 weights, want 1", func(p *Program) { p.Layers[0].Weights = nil }},
		{"shift 41", func(p *Program) { p.Layers[0].Shift = 41 }},
	} {
		p := good()
		c.change(&p)
		if err := p.Write(t.TempDir()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	p := good()
	if err := p.Write(filepath.Join(file, "dir")); err == nil {
		t.Error("a folder inside a file: no error")
	}
}
