package rtl

import (
	"errors"
	"math/rand/v2"
	"testing"

	"coexplore/hw"
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
		if d.Multipliers != u.DSP+c.more || d.BRAM18 != u.BRAM18-c.fewer {
			t.Errorf("%v, %d bits: the modules declare %+v, the model counts %d DSP and %d BRAM18", p.Design, c.bits, d, u.DSP, u.BRAM18)
		}
		t.Logf("%v, %d bits: %+v", p.Design, c.bits, d)
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
		t.Logf("%v, %d bits: Yosys %+v; the model %d DSP, %d BRAM18", p.Design, c.bits, s, u.DSP, u.BRAM18)
	}
}
