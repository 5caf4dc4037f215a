package rtl

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/internal/heavy"
)

// skipMissing ends a test whose programs are not installed, loudly.
func skipMissing(t *testing.T, err error) {
	t.Helper()
	if m := (*MissingError)(nil); errors.As(err, &m) {
		t.Skip("SKIPPED: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// plainLayer is a convolution with random weights on a random map.
func plainLayer(m, n, r, k, s, bits int, rng *rand.Rand) Layer {
	l := Layer{Loops: hw.Loops{M: m, N: n, R: r, C: r, K: k, S: s, Groups: 1, Reads: 1, Weighted: true},
		InRows: r * s, InCols: r * s, Pad: (k - 1) / 2, Shift: bits + 1}
	fill(&l, bits, rng)
	return l
}

// TestDeclared holds the multipliers and memories of the modules against the model's,
// for designs whose memories take one block, and several.
func TestDeclared(t *testing.T) {
	rng := rand.New(rand.NewPCG(19, 6))
	for _, c := range []struct {
		bits, more int // multipliers beyond the model's
		fewer      int // blocks than the model's, which counts 16-bit weights four times, not two
		tile       hw.Tiling
		m, n, r, k int
	}{
		{16, 0, 0, hw.Tiling{Tm: 3, Tn: 2, Tr: 4, Tc: 5}, 7, 5, 9, 3},
		{16, 0, 0, hw.Tiling{Tm: 4, Tn: 3, Tr: 40, Tc: 40}, 4, 3, 40, 5},
		{16, 0, 2, hw.Tiling{Tm: 2, Tn: 1, Tr: 8, Tc: 8}, 2, 1, 8, 19},
		{8, 0, 0, hw.Tiling{Tm: 4, Tn: 3, Tr: 60, Tc: 60}, 4, 3, 60, 1},
		{8, 1, 0, hw.Tiling{Tm: 3, Tn: 2, Tr: 4, Tc: 5}, 7, 5, 9, 3},
	} {
		p := Program{Design: hw.Design{Tiling: c.tile, Ports: hw.Ports{W: 2, I: 2, O: 1}}, Bits: c.bits,
			Layers: []Layer{plainLayer(c.m, c.n, c.r, c.k, 1, c.bits, rng)}}
		dir := t.TempDir()
		if err := p.Write(dir); err != nil {
			t.Fatal(err)
		}
		d, err := p.Declared(t.Context(), dir)
		skipMissing(t, err)
		u := p.Modelled()
		if m := p.ModelledMemories(); d.Memories.Data != m.Data || d.Memories.Data+d.Memories.Weights != d.BRAM18 {
			t.Errorf("%v, %d bits: the modules declare %+v, the model counts %+v", p.Design, c.bits, d.Memories, m)
		}
		if d.Multipliers != u.DSP+c.more || d.BRAM18 != u.BRAM18-c.fewer {
			t.Errorf("%v, %d bits: the modules declare %+v, the model counts %d DSP and %d BRAM18", p.Design, c.bits, d, u.DSP, u.BRAM18)
		}
		t.Logf("%v, %d bits: %+v", p.Design, c.bits, d)
	}
}

// TestBlocksInYosys holds the model's count of blocks to Yosys', memory by memory, around
// the edges of the blocks' shapes. Blocks of 36 Kb are two.
func TestBlocksInYosys(t *testing.T) {
	if _, err := exec.LookPath("yosys"); err != nil {
		skipMissing(t, &MissingError{"yosys", "yosys"})
	}
	dir := t.TempDir()
	var source strings.Builder
	source.WriteString(`module memory #(parameter WIDTH = 8, DEPTH = 8) (input clk, wen, ren, input [15:0] waddr, raddr, input [WIDTH-1:0] wdata, output reg [WIDTH-1:0] rdata);
  reg [WIDTH-1:0] words [0:DEPTH-1];
  always @(posedge clk) begin
    if (wen) words[waddr] <= wdata;
    if (ren) rdata <= words[raddr];
  end
endmodule
module top(input clk, wen, ren, input [15:0] waddr, raddr, input [31:0] wdata, output [3199:0] rdata);
`)
	want := map[string]int{}
	for _, bits := range []int{8, 16, 32} {
		full := 16384 / bits
		for _, words := range []int{full / 2, full - 1, full, full + 1, 18000 / bits, 18432 / bits, 2*full - 1, 2 * full, 2*full + 1, 3 * full, 3*full + 1, 5 * full} {
			name := fmt.Sprintf("w%d_%d", bits, words)
			if _, twice := want[name]; twice {
				continue
			}
			fmt.Fprintf(&source, "memory #(%d, %d) %s (clk, wen, ren, waddr, raddr, wdata[%d:0], rdata[%d:%d]);\n", bits, words, name, bits-1, 32*len(want)+bits-1, 32*len(want))
			want[name] = accel.BRAM18(words, bits)
		}
	}
	source.WriteString("endmodule\n")
	if err := os.WriteFile(filepath.Join(dir, "m.sv"), []byte(source.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	yosys := exec.Command("yosys", "-q", "-p", "read_verilog -sv m.sv; synth_xilinx -top top -flatten -run begin:map_ffram; dump -o cells.txt t:RAM*")
	yosys.Dir = dir
	if out, err := yosys.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cells, err := os.ReadFile(filepath.Join(dir, "cells.txt"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, m := range regexp.MustCompile(`cell \\RAMB(18|36)E1 \\(w\d+_\d+)`).FindAllStringSubmatch(string(cells), -1) {
		got[m[2]] += map[string]int{"18": 1, "36": 2}[m[1]]
	}
	if len(want) < 30 {
		t.Errorf("only %d memories", len(want))
	}
	for name, n := range want {
		if got[name] != n {
			t.Errorf("%s: Yosys takes %d blocks, the model %d", name, got[name], n)
		}
	}
}

// TestSynthesis has Yosys synthesise a small design. What it must find: a DSP slice for
// each multiplier that the model counts, and the model's blocks less those of the weights,
// which are small enough for the LUTs.
func TestSynthesis(t *testing.T) {
	heavy.Only(t, "synthesis with Yosys, which takes a minute")
	rng := rand.New(rand.NewPCG(19, 7))
	for _, c := range []struct{ tm, tn, bits int }{{2, 2, 16}, {4, 1, 8}} {
		p := Program{Design: hw.Design{Tiling: hw.Tiling{Tm: c.tm, Tn: c.tn, Tr: 34, Tc: 34}, Ports: hw.Ports{W: 1, I: 1, O: 1}}, Bits: c.bits,
			Layers: []Layer{plainLayer(4, 4, 34, 3, 1, c.bits, rng)}}
		dir := t.TempDir()
		if err := p.Write(dir); err != nil {
			t.Fatal(err)
		}
		s, err := p.Synthesize(t.Context(), dir)
		skipMissing(t, err)
		u := p.Modelled()
		if s.DSP != u.DSP || s.BRAM18 != u.BRAM18-c.tm*c.tn || s.LUTRAM == 0 {
			t.Errorf("%v, %d bits: %+v, the model counts %d DSP and %d BRAM18", p.Design, c.bits, s, u.DSP, u.BRAM18)
		}
		if m := p.ModelledMemories(); s.Memories != (Memories{Data: m.Data}) || s.WeightLUTRAM == 0 {
			t.Errorf("%v, %d bits: Yosys has %+v, the model %+v, whose weights go to LUTs", p.Design, c.bits, s, m)
		}
		t.Logf("%v, %d bits: Yosys %+v; the model %d DSP, %d BRAM18", p.Design, c.bits, s, u.DSP, u.BRAM18)
	}
}
