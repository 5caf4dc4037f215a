package accel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"coexplore/hw"
)

// A layer whose passes take as long as its loads: with fill and drain, the
// formula is what the simulation takes.
func ExampleSimulateTiles() {
	layer := hw.Loops{M: 16, N: 8, R: 8, C: 8, K: 3, S: 1, Groups: 1, Reads: 1, Weighted: true}
	d := hw.Design{Tiling: hw.Tiling{Tm: 8, Tn: 4, Tr: 4, Tc: 4}, Ports: hw.Ports{W: 2, I: 1, O: 4}}
	target := hw.DefaultTarget()
	target.FillDrain = true
	cost, err := LayerCost(layer, d, target)
	if err != nil {
		panic(err)
	}
	run, err := SimulateTiles(layer, d, target, TileOptions{Steps: 4})
	if err != nil {
		panic(err)
	}
	fmt.Printf("tW %v tI %v tComp %v tO %v\n", cost.TW, cost.TI, cost.TComp, cost.TO)
	fmt.Printf("formula %d, simulated %v\n", cost.Cycles, run.Cycles)
	for _, s := range run.Steps {
		fmt.Printf("%-7v tile %d pass %d: %v to %v\n", s.Part, s.Tile, s.Pass, s.Start, s.End)
	}
	// Output:
	// tW 144 tI 144 tComp 144 tO 32
	// formula 2480, simulated 2480
	// load    tile 0 pass 0: 0 to 144
	// compute tile 0 pass 0: 144 to 288
	// load    tile 0 pass 1: 144 to 288
	// compute tile 0 pass 1: 288 to 432
}

// randomTile is a layer, a design and a target. Designs with whole tiles divide
// every loop.
func randomTile(rng *rand.Rand, whole bool) (hw.Loops, hw.Design, hw.Target) {
	t := hw.DefaultTarget()
	t.Batch = 1 + rng.IntN(2)
	t.Input = hw.InputRule(rng.IntN(2))
	if rng.IntN(4) == 0 {
		t.Depth = rng.IntN(30)
	}
	groups := 1
	if rng.IntN(4) == 0 {
		groups = 1 + rng.IntN(6)
	}
	l := hw.Loops{M: groups * (1 + rng.IntN(20)), N: groups * (1 + rng.IntN(20)), R: 1 + rng.IntN(20), C: 1 + rng.IntN(20),
		K: 1 + rng.IntN(5), S: 1 + rng.IntN(2), Groups: groups, Reads: 1, Weighted: true}
	if rng.IntN(4) == 0 {
		l.Wide, l.Across = 1+rng.IntN(5)-l.K, 1+rng.IntN(2)-l.S
	}
	if rng.IntN(6) == 0 {
		l.Weighted, l.Reads = false, 1+rng.IntN(4)
	}
	if rng.IntN(6) == 0 {
		l = hw.Loops{M: groups, N: groups, R: l.R, C: l.C, K: 1, S: 1, Groups: groups, Reads: 1, Reduced: true}
	}
	size := func(n int) int {
		for {
			if v := 1 + rng.IntN(n); !whole || n%v == 0 {
				return v
			}
		}
	}
	d := hw.Design{Tiling: hw.Tiling{Tm: size(l.M / groups), Tn: size(l.N / groups), Tr: size(l.R), Tc: size(l.C)},
		Ports: hw.Ports{W: rng.IntN(9), I: rng.IntN(9), O: rng.IntN(9)}}
	if !whole && rng.IntN(3) == 0 {
		d.Tm, d.Tn = d.Tm*3, d.Tn*3
	}
	return l, d, t
}

// TestSimulateTiles holds the cost formula against the simulation of random
// layers on random designs, fill and drain included.
func TestSimulateTiles(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 6))
	exact, stores, loads := 0, 0, 0
	for n := range 6000 {
		l, d, target := randomTile(rng, n%2 == 0)
		if n%5 == 0 { // loads as long as passes
			d.W, d.I, target.Depth, target.Input = 0, 1, 0, hw.TileOnly
			l.K, l.Wide = min(l.K, 4), 0
			l.Reads = l.K * l.K / min(l.K*l.K, 1+rng.IntN(2))
			d.Tn = 1
		}
		steady, err := LayerCost(l, d, target)
		if err != nil {
			t.Fatal(err)
		}
		target.FillDrain = true
		full, err := LayerCost(l, d, target)
		if err != nil {
			t.Fatal(err)
		}
		run, err := SimulateTiles(l, d, target, TileOptions{})
		if err != nil {
			t.Fatal(err)
		}
		ragged, err := SimulateTiles(l, d, target, TileOptions{Ragged: true})
		if err != nil {
			t.Fatal(err)
		}
		load, pass, store := max(full.TW, full.TI), full.TComp, full.TO
		p := float64(run.Passes / run.Tiles)
		lat1 := max(load, pass)
		lat2 := max(p*lat1, store)
		eps := 1e-9 * full.Exact
		name := fmt.Sprintf("%+v on %v", l, d)
		if want := load + pass + (p-1)*lat1 + float64(run.Tiles-1)*lat2 + store; math.Abs(run.Cycles-want) > eps {
			t.Fatalf("%s: simulated %v, worked out %v", name, run.Cycles, want)
		}
		if low, want := run.Cycles-steady.Exact, min(load, pass)+min(p*lat1, store); math.Abs(low-want) > eps {
			t.Fatalf("%s: the formula without fill and drain is %v too low, want %v", name, low, want)
		}
		if high, want := full.Exact-run.Cycles, lat1-min(load, pass)+max(0, store-p*lat1); math.Abs(high-want) > eps {
			t.Fatalf("%s: the formula is %v too high, want %v", name, high, want)
		}
		if float64(full.Cycles) < run.Cycles-eps || float64(full.Cycles) > full.Exact+3 {
			t.Fatalf("%s: %d cycles in whole, simulated %v", name, full.Cycles, run.Cycles)
		}
		if ragged.Cycles > run.Cycles+eps || n%2 == 0 && n%5 != 0 && ragged.Cycles != run.Cycles {
			t.Fatalf("%s: ragged edges take %v, whole tiles %v", name, ragged.Cycles, run.Cycles)
		}
		// What has to be computed, whoever does it.
		if work := float64(l.MACs()) * float64(target.Batch) / float64(d.Tm*d.Tn); ragged.Computed < work-eps {
			t.Fatalf("%s: %v cycles of computing for %v of work", name, ragged.Computed, work)
		}
		if math.Abs(full.Exact-run.Cycles) <= eps {
			exact++
		}
		if store > p*lat1 {
			stores++
		}
		if load > pass {
			loads++
		}
	}
	if exact < 100 || stores < 100 || loads < 100 {
		t.Errorf("one-sided: the formula is exact on %d, stores are the limit on %d, loads on %d", exact, stores, loads)
	}
	t.Logf("6000 layers: with fill and drain exact on %d; loads longer than passes on %d, stores the limit on %d", exact, loads, stores)
}

// TestTileSteps checks that the parts work on one tile at a time, in order, and
// on no more tiles than there are buffers.
func TestTileSteps(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for range 200 {
		l, d, target := randomTile(rng, false)
		run, err := SimulateTiles(l, d, target, TileOptions{Ragged: rng.IntN(2) == 0, Steps: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		var loads, passes, stores []TileStep
		for _, s := range run.Steps {
			switch s.Part {
			case LoadTile:
				loads = append(loads, s)
			case ComputeTile:
				passes = append(passes, s)
			case StoreTile:
				stores = append(stores, s)
			}
		}
		if int64(len(loads)) != run.Passes || int64(len(passes)) != run.Passes || int64(len(stores)) != run.Tiles {
			t.Fatalf("%d loads, %d passes, %d stores: want %d and %d", len(loads), len(passes), len(stores), run.Passes, run.Tiles)
		}
		for i := range passes {
			if passes[i].Start < loads[i].End || i > 0 && (passes[i].Start < passes[i-1].End || loads[i].Start < loads[i-1].End) ||
				i > 1 && loads[i].Start < passes[i-2].End {
				t.Fatalf("pass %d of %+v on %v: out of order", i, l, d)
			}
			if q := passes[i].Tile; passes[i].Pass == 0 && q > 1 && passes[i].Start < stores[q-2].End {
				t.Fatalf("output tile %d of %+v on %v begins before its buffer is free", q, l, d)
			}
		}
		for q := range stores {
			last := passes[(q+1)*len(passes)/len(stores)-1]
			if stores[q].Start < last.End || q > 0 && stores[q].Start < stores[q-1].End {
				t.Fatalf("store %d of %+v on %v: out of order", q, l, d)
			}
		}
	}
}
