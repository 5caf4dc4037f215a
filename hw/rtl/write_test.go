package rtl

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/hw"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden holds what is written for three designs against golden files: the sizes
// and the program in full, and the sums of all files. Their modules are linted clean.
func TestGolden(t *testing.T) {
	for name, write := range map[string]func(dir string) error{
		"sixteen": func(dir string) error {
			p := Program{Design: hw.Design{Tiling: hw.Tiling{Tm: 4, Tn: 2, Tr: 6, Tc: 6}, Ports: hw.Ports{W: 1, I: 1, O: 1}}, Bits: 16,
				Layers: []Layer{plainLayer(8, 6, 12, 3, 1, 16, rand.New(rand.NewPCG(19, 13)))}}
			return p.Write(dir)
		},
		"eight": func(dir string) error {
			p := Program{Design: hw.Design{Tiling: hw.Tiling{Tm: 3, Tn: 2, Tr: 4, Tc: 5}, Ports: hw.Ports{W: 2, I: 2, O: 1}}, Bits: 8}
			var err error
			if p.Layers, err = FromNetwork(parse(t, "3x6,dw3,max2,3x8g2,avg2,1x5,gap", hw.Shape{C: 3, H: 12, W: 12}), 0, 7, 8); err != nil {
				return err
			}
			p.Randomize(1)
			return p.Write(dir)
		},
		"pipeline": func(dir string) error { return twoStages(t, 16, 2, 3, Link{Words: 2, Every: 3}).Write(dir) },
	} {
		dir := t.TempDir()
		if err := write(dir); err != nil {
			t.Fatal(err)
		}
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) < 20 {
			t.Fatalf("%d files, %v", len(entries), err)
		}
		var b strings.Builder
		for _, e := range entries {
			text, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil || len(text) == 0 {
				t.Fatalf("%s: %v", e.Name(), err)
			}
			fmt.Fprintf(&b, "%x %s\n", sha256.Sum256(text), e.Name())
			if strings.HasPrefix(e.Name(), "design") || strings.HasPrefix(e.Name(), "program") {
				b.Write(text)
			}
		}
		golden := filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(golden, []byte(b.String()), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(golden); err != nil || string(want) != b.String() {
			t.Errorf("%s: other than %s (%v): go test -update writes it", name, golden, err)
		}
		if _, err := exec.LookPath("verilator"); err != nil {
			t.Log("SKIPPED: verilator is not installed: apt-get install verilator")
			continue
		}
		if out, err := exec.CommandContext(t.Context(), "make", "-s", "-C", dir, "lint").CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v: %s", name, err, out)
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
