package blast

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"coexplore/hw"
	"coexplore/hw/sim"
)

// TestDivide compares the division of small layers over up to three FPGAs of two
// types with every way to share their channels or rows out.
func TestDivide(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 1))
	b := mustNew(Options{Pool: parsePool(t, "XC7Z010:2,XC7Z020:2"), Target: hw.DefaultTarget()})
	divided, useless := 0, 0
	for range 60 {
		groups := 1
		if rng.IntN(3) == 0 {
			groups = 2 + rng.IntN(4)
		}
		l := hw.Loops{M: groups * (2 + rng.IntN(9)), N: groups * (1 + rng.IntN(30)), R: 2 + rng.IntN(9), C: 1 + rng.IntN(30), K: 1 + 2*rng.IntN(2),
			S: 1, Groups: groups, Reads: 1, Weighted: true}
		net := &hw.Network{Name: "one", Input: hw.Shape{C: l.N, H: l.R, W: l.C}, Layers: []hw.Layer{{Kind: hw.Conv, In: hw.Shape{C: l.N, H: l.R, W: l.C}, Out: hw.Shape{C: l.M, H: l.R, W: l.C},
			Kernel: l.K, Stride: 1, Groups: groups, Inputs: []int{-1}}}}
		x := b.loaded(t, net)
		for _, use := range [][]int{{2, 0}, {0, 2}, {1, 1}, {2, 1}} {
			for _, by := range []hw.SplitBy{hw.ByChannels, hw.ByRows} {
				units, n := l.Pieces(by), sumInt(use)
				if units < n {
					continue
				}
				var kinds []int
				for k, c := range use {
					for range c {
						kinds = append(kinds, k)
					}
				}
				// The best with all FPGAs at work, and with some idle.
				best, idle := int64(math.MaxInt64), int64(math.MaxInt64)
				var try func(i, left int, slow int64, all bool)
				try = func(i, left int, slow int64, all bool) {
					if i == len(kinds) {
						if all && left == 0 {
							best = min(best, slow)
						} else if left == 0 {
							idle = min(idle, slow)
						}
						return
					}
					try(i+1, left, slow, false)
					for m := 1; m <= left; m++ {
						try(i+1, left-m, max(slow, x.types[kinds[i]].part(&l, by, m).ticks), all)
					}
				}
				try(0, units, 0, true)
				parts := x.divide(&l, by, use, n, hw.NeverCycles-1)
				if parts == nil {
					useless++
					if idle > best {
						t.Errorf("%v over %v by %v: not divided, though that takes %d and not %d", l, use, by, best, idle)
					}
					continue
				}
				divided++
				at, slow, unit := 0, int64(0), 0
				for _, p := range parts {
					share := l.Shard(by, p.from, p.n)
					if p.from != at || p.n < 1 || share.First != unit || share.Loops(l) != l.Part(by, p.n) {
						t.Fatalf("%v over %v by %v: parts %+v", l, use, by, parts)
					}
					at, unit = at+p.n, share.Last+1
					slow = max(slow, p.best.ticks)
				}
				if of := l.Shard(by, 0, 1).Of; at != units || unit != of {
					t.Fatalf("%v over %v by %v: %d of %d divided", l, use, by, at, units)
				}
				if slow != best {
					t.Errorf("%v over %v by %v: %d cycles, the best division takes %d: %+v", l, use, by, slow, best, parts)
				}
				if x.divide(&l, by, use, n, best-1) != nil {
					t.Errorf("%v over %v by %v: divided to less than %d cycles", l, use, by, best)
				}
			}
		}
	}
	if divided < 200 || useless < 5 {
		t.Errorf("%d divisions, %d that help nothing", divided, useless)
	}
}

// TestParallel checks that dividing layers is never worse than not, better
// where a layer alone misses the specification, and that a simulation of the
// pipelines agrees.
func TestParallel(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 2))
	gained, divided, met := 0, 0, 0
	for n := range 60 {
		net, err := randomChain(rng, 5).Network(hw.Shape{C: 3, H: 24, W: 24}, 10, hw.FlattenHead)
		if err != nil {
			t.Fatal(err)
		}
		target := hw.DefaultTarget()
		target.LinkGbps = []float64{0, 0.5, 4}[n%3]
		pool := parsePool(t, []string{"XC7Z015:3", "XC7Z010:2,XC7Z020:1"}[n%2])
		if n%4 == 1 { // links carry words of the receiver's size
			pool[1].Bits = 16
		}
		plain := mustNew(Options{Pool: pool, Target: target})
		split := mustNew(Options{Pool: pool, Target: target, Parallel: true})
		best, err := plain.planFor(net, 1, hw.MaxThroughput)
		if err != nil {
			t.Fatal(err)
		}
		fps := best.ThroughputFPS * (0.5 + rng.Float64())
		for _, obj := range objectives {
			p, err := plain.planFor(net, fps, obj)
			if err != nil {
				t.Fatal(err)
			}
			s, err := split.planFor(net, fps, obj)
			if err != nil {
				t.Fatal(err)
			}
			if betterAnswer(p, s, obj) {
				t.Fatalf("%v at %v, %v: %+v is worse than %+v", net.Name, fps, obj, s.Pipeline, p.Pipeline)
			}
			if betterAnswer(s, p, obj) {
				gained++
			}
			if s.Feasible && !p.Feasible {
				met++
			}
			if slices.ContainsFunc(s.Stages, func(s hw.Stage) bool { return s.Shard != nil }) {
				divided++
			}
			of, asked := obj, fps
			if !s.Feasible || obj == hw.MaxThroughput {
				of, asked = hw.MaxThroughput, 0
			}
			in, limit, err := split.asks(asked, of, nil).Instance(net)
			if err != nil {
				t.Fatal(err)
			}
			if limit == 0 {
				limit = hw.NeverCycles - 1
			}
			want, ok := bruteForce(in, of, limit)
			got := planScore(s)
			if !ok || want.beats(got, of) || got.beats(want, of) {
				t.Fatalf("%v at %v, %v: %+v, brute force %+v", net.Name, fps, obj, got, want)
			}
			machine, err := sim.New(&s.Pipeline, net, target)
			if err != nil {
				t.Fatal(err)
			}
			r, err := machine.Run(100)
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(r.ThroughputFPS/s.ThroughputFPS-1) > 1e-3 || math.Abs(r.FirstMS/s.LatencyMS-1) > 1e-9 {
				t.Fatalf("%v: simulated %v frames/s, first frame after %v ms; planned %v, %v\n%+v", net.Name, r.ThroughputFPS, r.FirstMS,
					s.ThroughputFPS, s.LatencyMS, s.Stages)
			}
		}
	}
	if gained < 20 || divided < 20 || met < 10 {
		t.Errorf("dividing gained something %d times, met a specification %d times; %d pipelines have a divided layer", gained, met, divided)
	}
	t.Logf("dividing gained something %d times of 180, met a specification %d times; %d pipelines have a divided layer", gained, met, divided)
}

// TestParallelNeeded has one heavy layer: alone on any FPGA it misses the
// specification, divided it meets it, unless the links are too slow.
func TestParallelNeeded(t *testing.T) {
	net, err := hw.ParseNetwork("1x16,7x64,1x16", hw.Shape{C: 8, H: 32, W: 32}, 10, hw.FlattenHead)
	if err != nil {
		t.Fatal(err)
	}
	target := hw.DefaultTarget()
	target.LinkGbps = 10
	b := mustNew(Options{Pool: parsePool(t, "XC7Z015:4"), Target: target, Suggest: true})
	const fps = 100
	a, err := b.planFor(net, fps, hw.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	if a.Feasible || a.BestFPS > fps || !slices.ContainsFunc(a.Remedies, func(r Remedy) bool { return r.Parallel }) {
		t.Fatalf("undivided: %+v", a)
	}
	b = mustNew(Options{Pool: b.options.Pool, Target: target, Suggest: true, Parallel: true})
	d, err := b.planFor(net, fps, hw.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	var macs int64
	for _, s := range d.Stages {
		for l := s.First; l <= s.Last; l++ {
			loops := net.Layers[l].Loops()
			if net.Layers[l].Kind == hw.Dense {
				continue
			}
			if s.Shard != nil {
				loops = s.Shard.Loops(loops)
			}
			macs += loops.MACs()
		}
	}
	want := net.MACs() - net.Layers[3].MACs
	if !d.Feasible || d.ThroughputFPS < 1.5*a.BestFPS || macs != want {
		t.Fatalf("divided: %v frames/s after %v, %d MACs of %d: %+v", d.ThroughputFPS, a.BestFPS, macs, want, d.Stages)
	}
	t.Logf("%.4g frames/s undivided, %.4g divided over %d FPGAs", a.BestFPS, d.ThroughputFPS, len(d.Stages))
	target.LinkGbps = 0.01
	b = mustNew(Options{Pool: b.options.Pool, Target: target, Parallel: true})
	if d, err = b.planFor(net, fps, hw.MinCost); err != nil || d.Feasible {
		t.Errorf("feasible over links of 10 Mbit/s: %v, %v", d, err)
	}
}
