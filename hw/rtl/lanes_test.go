package rtl

import (
	"math/rand/v2"
	"testing"

	"coexplore/hw"
	"coexplore/hw/accel"
)

// TestLanes holds what the RTL does in each cycle of a layer against the steps of the
// tile simulation, of which the figure of the double buffer is made: loads and stores
// in the same cycles, passes from the cycle on in which their words are there.
func TestLanes(t *testing.T) {
	rng := rand.New(rand.NewPCG(19, 9))
	p := Program{Design: hw.Design{Tiling: hw.Tiling{Tm: 4, Tn: 2, Tr: 6, Tc: 6}, Ports: hw.Ports{W: 1, I: 1, O: 1}}, Bits: 16,
		Layers: []Layer{plainLayer(8, 6, 6, 3, 1, 16, rng)}}
	l := &p.Layers[0]
	run, err := accel.SimulateTiles(l.Loops, p.Design, p.target(), accel.TileOptions{Ragged: true, Whole: true, Latency: 1, Drain: drain, Steps: 1000})
	if err != nil {
		t.Fatal(err)
	}
	var want [3]map[int64]bool
	for i := range want {
		want[i] = map[int64]bool{}
	}
	for _, s := range run.Steps {
		at := int64(s.Start)
		if s.Part == accel.StoreTile {
			at += portRegister
		}
		for range int64(s.End - s.Start) {
			want[s.Part][at] = true
			at++
		}
	}
	dir := t.TempDir()
	if err := p.Write(dir); err != nil {
		t.Fatal(err)
	}
	var busy [3]int
	_, err = p.Verify(t.Context(), dir, Options{Icarus: true, Lanes: func(_ int, cycle int64, load, compute, store bool) {
		for part, works := range [3]bool{load, compute, store} {
			if works != want[part][cycle] {
				t.Errorf("cycle %d: %v works: %v, simulated %v", cycle, accel.TilePart(part), works, !works)
			}
			if works {
				busy[part]++
			}
		}
	}})
	skipMissing(t, err)
	if busy[0] != len(want[0]) || busy[1] != len(want[1]) || busy[2] != len(want[2]) {
		t.Errorf("busy in %v cycles, simulated %d, %d, %d", busy, len(want[0]), len(want[1]), len(want[2]))
	}
}

// TestDRAM shows what the formula leaves out: a memory in which bursts have to begin.
// The cycles grow with their cost and shrink with their length, and never fall below
// those of the memory that the formula knows. (The documentation has these figures.)
func TestDRAM(t *testing.T) {
	rng := rand.New(rand.NewPCG(19, 10))
	p := Program{Design: hw.Design{Tiling: hw.Tiling{Tm: 4, Tn: 4, Tr: 8, Tc: 8}, Ports: hw.Ports{W: 2, I: 2, O: 2}}, Bits: 16,
		Layers: []Layer{plainLayer(8, 4, 16, 3, 1, 16, rng)}}
	dir := t.TempDir()
	if err := p.Write(dir); err != nil {
		t.Fatal(err)
	}
	cycles := func(gap, burst int) int64 {
		runs, err := p.Verify(t.Context(), dir, Options{Gap: gap, Burst: burst})
		skipMissing(t, err)
		t.Logf("%d cycles a burst of %d words: %d cycles, formula %d: %+.1f%%", gap, burst, runs[0].RTL, runs[0].Formula,
			100*(float64(runs[0].RTL)/float64(runs[0].Formula)-1))
		return runs[0].RTL
	}
	before := cycles(0, 0)
	for _, gap := range []int{1, 4, 16} {
		long, short := cycles(gap, 0), cycles(gap, 16)
		if long < before || short < long {
			t.Errorf("%d cycles a burst: %d cycles with long bursts, %d with short ones, %d for cheaper bursts", gap, long, short, before)
		}
		before = long
	}
}
