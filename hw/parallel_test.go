package hw

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestDivide compares the division of small layers over up to three FPGAs of two
// types with every way to share their channels or rows out.
func TestDivide(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 1))
	b := &BLAST{Pool: mustPool(t, "XC7Z010:2,XC7Z020:2"), Target: DefaultTarget()}
	divided, useless := 0, 0
	for range 60 {
		groups := 1
		if rng.IntN(3) == 0 {
			groups = 2 + rng.IntN(4)
		}
		l := Loops{M: groups * (2 + rng.IntN(9)), N: groups * (1 + rng.IntN(30)), R: 2 + rng.IntN(9), C: 1 + rng.IntN(30), K: 1 + 2*rng.IntN(2),
			S: 1, Groups: groups, Reads: 1, Weighted: true}
		net := &Network{Name: "one", Input: Shape{l.N, l.R, l.C}, Layers: []Layer{{Kind: Conv, In: Shape{l.N, l.R, l.C}, Out: Shape{l.M, l.R, l.C},
			Kernel: l.K, Stride: 1, Groups: groups, Inputs: []int{-1}}}}
		if err := b.load(net); err != nil {
			t.Fatal(err)
		}
		for _, use := range [][]int{{2, 0}, {0, 2}, {1, 1}, {2, 1}} {
			for _, by := range []SplitBy{ByChannels, ByRows} {
				units, n := l.units(by), sumInt(use)
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
						try(i+1, left-m, max(slow, b.part(&l, by, m, kinds[i]).Cycles), all)
					}
				}
				try(0, units, 0, true)
				parts := b.divide(&l, by, use, n, tooMany-1)
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
					share := l.share(by, p.from, p.n)
					if p.from != at || p.n < 1 || share.First != unit || share.of(l) != l.part(by, p.n) {
						t.Fatalf("%v over %v by %v: parts %+v", l, use, by, parts)
					}
					at, unit = at+p.n, share.Last+1
					slow = max(slow, p.best.Cycles)
				}
				if of := l.share(by, 0, 1).Of; at != units || unit != of {
					t.Fatalf("%v over %v by %v: %d of %d divided", l, use, by, at, units)
				}
				if slow != best {
					t.Errorf("%v over %v by %v: %d cycles, the best division takes %d: %+v", l, use, by, slow, best, parts)
				}
				if b.divide(&l, by, use, n, best-1) != nil {
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
		net, err := randomChain(rng, 5).Network(Shape{3, 24, 24}, 10, FlattenHead)
		if err != nil {
			t.Fatal(err)
		}
		target := DefaultTarget()
		target.LinkGbps = []float64{0, 0.5, 4}[n%3]
		plain := &BLAST{Pool: mustPool(t, []string{"XC7Z015:3", "XC7Z010:2,XC7Z020:1"}[n%2]), Target: target}
		if n%4 == 1 { // links carry words of the receiver's size
			plain.Bits = map[string]int{"XC7Z020": 16}
		}
		split := &BLAST{Pool: plain.Pool, Target: target, Bits: plain.Bits, Parallel: true}
		best, err := plain.Plan(net, 1, MaxThroughput)
		if err != nil {
			t.Fatal(err)
		}
		fps := best.ThroughputFPS * (0.5 + rng.Float64())
		for _, obj := range objectives {
			p, err := plain.Plan(net, fps, obj)
			if err != nil {
				t.Fatal(err)
			}
			s, err := split.Plan(net, fps, obj)
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
			if slices.ContainsFunc(s.Stages, func(s Stage) bool { return s.Share != nil }) {
				divided++
			}
			limit, of := target.budget(fps), obj
			if !s.Feasible || obj == MaxThroughput {
				limit, of = tooMany-1, MaxThroughput
			}
			want, ok := bruteForce(s.Instance, of, limit)
			got := score{s.Solution.Sum, s.Solution.Interval, int64(s.Solution.FPGAs), s.Solution.Price}
			if !ok || want.beats(got, of) || got.beats(want, of) {
				t.Fatalf("%v at %v, %v: %+v, brute force %+v", net.Name, fps, obj, got, want)
			}
			sim, err := NewSimulation(&s.Pipeline, net, target)
			if err != nil {
				t.Fatal(err)
			}
			r, err := sim.Run(100)
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
	net, err := ParseNetwork("1x16,7x64,1x16", Shape{8, 32, 32}, 10, FlattenHead)
	if err != nil {
		t.Fatal(err)
	}
	target := DefaultTarget()
	target.LinkGbps = 10
	b := &BLAST{Pool: mustPool(t, "XC7Z015:4"), Target: target, Suggest: true}
	const fps = 100
	a, err := b.Plan(net, fps, MinCost)
	if err != nil {
		t.Fatal(err)
	}
	if a.Feasible || a.BestFPS > fps || !slices.ContainsFunc(a.Remedies, func(r Remedy) bool { return r.Parallel }) {
		t.Fatalf("undivided: %+v", a)
	}
	b.Parallel = true
	d, err := b.Plan(net, fps, MinCost)
	if err != nil {
		t.Fatal(err)
	}
	var macs int64
	for _, s := range d.Stages {
		for l := s.First; l <= s.Last; l++ {
			loops := net.Layers[l].Loops()
			if net.Layers[l].Kind == Dense {
				continue
			}
			if s.Share != nil {
				loops = s.Share.of(loops)
			}
			macs += loops.MACs()
		}
	}
	want := net.MACs() - net.Layers[3].MACs
	if !d.Feasible || d.ThroughputFPS < 1.5*a.BestFPS || macs != want {
		t.Fatalf("divided: %v frames/s after %v, %d MACs of %d: %+v", d.ThroughputFPS, a.BestFPS, macs, want, d.Stages)
	}
	t.Logf("%.4g frames/s undivided, %.4g divided over %d FPGAs", a.BestFPS, d.ThroughputFPS, len(d.Stages))
	b.Target.LinkGbps = 0.01
	if d, err = b.Plan(net, fps, MinCost); err != nil || d.Feasible {
		t.Errorf("feasible over links of 10 Mbit/s: %v, %v", d, err)
	}
}

// TestShareWords holds what a part's FPGA receives against a count of the pixels
// under its windows.
func TestShareWords(t *testing.T) {
	for _, stride := range []int{1, 2} {
		for _, kernel := range []int{1, 3, 5} {
			net, err := Chain{{1, 6, 1}, {kernel, 4, stride}}.Network(Shape{3, 11, 9}, 10, FlattenHead)
			if err != nil {
				t.Fatal(err)
			}
			l := &net.Layers[1]
			in, out := l.In, l.Out
			for first := range out.H {
				for last := first; last < out.H; last++ {
					got := net.shareWords(1, Share{ByRows, first, last, out.H}, true)
					rows := min((last-first)*stride+kernel, in.H)
					if want := int64(rows * in.C * in.W); got != want {
						t.Errorf("kernel %d stride %d rows %d-%d: %d words, want %d", kernel, stride, first, last, got, want)
					}
				}
			}
			if got := net.shareWords(1, Share{ByChannels, 0, 1, 4}, false); got != in.Size() {
				t.Errorf("channels: %d words, want the whole input %d", got, in.Size())
			}
		}
	}
	// A residual block: the sum reads two maps, the layers before it let one pass.
	b := NewBuilder("residual", Shape{4, 6, 6}, 10)
	start := b.Conv("a", Convolution{Kernel: 1, Filters: 4, Stride: 1})
	b.Conv("b", Convolution{Kernel: 3, Filters: 4, Stride: 1})
	b.Conv("c", Convolution{Kernel: 3, Filters: 4, Stride: 1})
	b.Sum("sum", start)
	net, err := b.Network()
	if err != nil {
		t.Fatal(err)
	}
	row := int64(4 * 6)
	for _, v := range []struct {
		layer int
		share Share
		first bool
		want  int64
	}{
		{2, Share{ByRows, 0, 2, 6}, true, 5*row + 6*row}, // its rows, and the map that passes by
		{2, Share{ByRows, 3, 5, 6}, false, 5 * row},
		{3, Share{ByRows, 0, 2, 6}, true, 2 * 3 * row}, // rows of both maps
		{3, Share{ByChannels, 0, 1, 4}, true, 2 * 2 * 36},
	} {
		if got := net.shareWords(v.layer, v.share, v.first); got != v.want {
			t.Errorf("layer %d, %v: %d words, want %d", v.layer, v.share, got, v.want)
		}
	}
}
