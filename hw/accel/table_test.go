package accel

import (
	"math/rand/v2"
	"testing"

	"coexplore/hw"
)

// TestTableEqualsSearch compares the look-up for groups of a universe with
// the search for each group.
func TestTableEqualsSearch(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var groups Groups // one for all tables
	big := 0
	for k := 0; k < 150; k++ {
		tg := randomTarget(rng)
		dev := randomDevice(rng, tg)
		dev.BRAM18 *= 2
		universe := make([]hw.Loops, 8)
		for i := range universe {
			universe[i] = randomLoops(rng, 9, &tg)
			if rng.IntN(3) == 0 {
				universe[i].R, universe[i].C = 20+rng.IntN(30), 20+rng.IntN(30)
			}
		}
		c, ok := NewTable(universe, &dev, tg)
		if !ok { // of layers that differ in everything, too big
			big++
			continue
		}
		for range 20 {
			ids := make([]int32, 1+rng.IntN(6))
			layers := make([]hw.Loops, len(ids))
			for i := range ids {
				ids[i] = int32(rng.IntN(len(universe)))
				layers[i] = universe[ids[i]]
			}
			groups.Load(c, ids)
			cycles, at := groups.Best(0, len(ids))
			want, err := BestDesign(layers, &dev, tg)
			if err != nil {
				if cycles < hw.NeverCycles {
					t.Fatalf("case %d: %v: table %d, search %v", k, layers, cycles, err)
				}
				continue
			}
			if cycles != want.Cycles {
				t.Fatalf("case %d: %v on %+v, %+v: table %d, search %d by %v", k, layers, dev, tg, cycles, want.Cycles, want.Design)
			}
			if err := Fits(&dev, layers, groups.Design(at), tg); err != nil {
				t.Fatal(err)
			}
		}
	}
	if big > 5 {
		t.Errorf("%d of 150 tables are too big", big)
	}
}

// TestTableOfNothing: on a device that no layer fits a table says so, as the search does.
func TestTableOfNothing(t *testing.T) {
	dev := hw.Device{Part: "tiny", DSP: 20, BRAM18: 1, MemoryGbps: 100, Price: 1}
	universe := []hw.Loops{conv(4, 4, 90, 90, 3, 1), conv(4, 4, 80, 80, 5, 1)}
	c, ok := NewTable(universe, &dev, hw.DefaultTarget())
	if !ok {
		t.Fatal("no table")
	}
	var groups Groups
	groups.Load(c, []int32{0, 1})
	if cycles, _ := groups.Best(0, 2); cycles != hw.NeverCycles {
		t.Errorf("%d cycles", cycles)
	}
}
