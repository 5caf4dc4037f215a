package blast

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/hw/accel"
)

// TestOwnClocks compares plans for FPGAs of different clocks and word sizes with all
// partitions and assignments, in seconds and with every stage's best accelerator
// found by itself.
func TestOwnClocks(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 1))
	mixed := 0
	for n := range 60 {
		pool := parsePool(t, []string{"XC7Z010:2@150,XC7Z015:1", "XC7Z010:1@133.33,XC7Z015:2@75,ZU3EG:1@200"}[n%2])
		pool[0].Bits = []int{0, 16}[rng.IntN(2)]
		target := hw.DefaultTarget()
		target.LinkGbps = []float64{0, 0.8}[rng.IntN(2)]
		net, err := randomChain(rng, 5).Network(hw.Shape{C: 3, H: 24, W: 24}, 10, hw.FlattenHead)
		if err != nil {
			t.Fatal(err)
		}
		p := mustNew(Options{Pool: pool, Target: target})
		layers := len(net.Layers) - 1
		seconds := make([][]float64, len(pool)) // of type e and layers [i, j) at i*(layers+1)+j
		for e := range pool {
			own := pool.Target(e, target)
			seconds[e] = make([]float64, (layers+1)*(layers+1))
			for i := range layers {
				for j := i + 1; j <= layers; j++ {
					best, err := accel.BestDesign(net.Loops()[i:j], &pool[e].Device, own)
					if err != nil {
						t.Fatal(err)
					}
					seconds[e][i*(layers+1)+j] = own.Seconds(best.Cycles)
				}
			}
		}
		link := func(e, i int) float64 {
			if i == 0 || target.LinkGbps == 0 {
				return 0
			}
			return float64(net.Cut(i).Words) * float64(pool.Target(e, target).Bits) / (target.LinkGbps * 1e9)
		}
		fastest, highest := math.Inf(1), 0.0
		budget := math.Inf(1)
		used := make([]int, len(pool))
		var try func(at, stages int, slow, sum float64)
		try = func(at, stages int, slow, sum float64) {
			if at == layers {
				fastest = min(fastest, slow)
				if slow <= budget*(1+1e-9) {
					highest = max(highest, sum/float64(stages))
				}
				return
			}
			for e := range pool {
				if used[e] == pool[e].Count {
					continue
				}
				used[e]++
				for j := at + 1; j <= layers; j++ {
					s := seconds[e][at*(layers+1)+j]
					try(j, stages+1, max(slow, s, link(e, at)), sum+s)
				}
				used[e]--
			}
		}
		try(0, 0, 0, 0)
		got, err := p.planFor(net, 0, hw.MaxThroughput)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got.IntervalMS/1e3/fastest-1) > 1e-6 { // links end at whole ticks
			t.Fatalf("%v on %v: one frame every %v ms, by enumeration %v\n%+v", net.Name, pool, got.IntervalMS, fastest*1e3, got.Stages)
		}
		fps := 1 / fastest * (0.3 + 0.6*rng.Float64())
		budget, highest = 1/fps, 0
		try(0, 0, 0, 0)
		if got, err = p.planFor(net, fps, hw.MaxUtilization); err != nil {
			t.Fatal(err)
		}
		if !got.Feasible || math.Abs(got.Efficiency-highest*fps) > 1e-6 {
			t.Fatalf("%v on %v at %v: efficiency %v, by enumeration %v\n%+v", net.Name, pool, fps, got.Efficiency, highest*fps, got.Stages)
		}
		clocks := map[float64]bool{}
		for _, s := range got.Stages {
			own := pool.Target(slices.IndexFunc(pool, func(e hw.PoolEntry) bool { return e.Device.Part == s.Device }), target)
			if (s.ClockMHz != 0) != (own.ClockMHz != target.ClockMHz) || math.Abs(own.Seconds(s.Cycles)*1e3/s.LatencyMS-1) > 1e-12 {
				t.Fatalf("stage %+v, of a target %+v", s, own)
			}
			clocks[own.ClockMHz] = true
		}
		if len(clocks) > 1 {
			mixed++
		}
	}
	if mixed < 8 {
		t.Errorf("only %d pipelines have two clocks", mixed)
	}
	if _, err := New(Options{Pool: parsePool(t, "XC7Z010:1@123.456789,XC7Z015:1@98.765432"), Target: hw.DefaultTarget()}); err == nil ||
		!strings.Contains(err.Error(), "no small common multiple: round them") {
		t.Errorf("clocks without a common multiple: %v", err)
	}
}

// TestFewerBits plans networks at 32, 16 and 8 bits: fewer bits are never slower.
func TestFewerBits(t *testing.T) {
	for _, part := range []string{"XC7Z010", "XC7Z015", "ZU3EG", "ZU7EV", "ZU9EG"} {
		for _, network := range []string{"cifar10-optsw", "vgg11"} {
			last := 0.0
			for _, bits := range []int{32, 16, 8} {
				target := hw.DefaultTarget()
				target.Bits = bits
				a, err := mustNew(Options{Pool: parsePool(t, part+":2"), Target: target, Objective: hw.MaxThroughput}).Plan(reference1(t, network))
				if err != nil {
					t.Fatal(err)
				}
				if a.ThroughputFPS < last {
					t.Errorf("%s on two %s: %v frames/s at %d bits, %v at %d", network, part, a.ThroughputFPS, bits, last, 2*bits)
				}
				last = a.ThroughputFPS
			}
		}
	}
}

// TestWeakDevice has a part that holds no accelerator beside one that does: it is
// left unused. Alone it is refused.
func TestWeakDevice(t *testing.T) {
	pool := parsePool(t, "XC7Z015:2")
	weak := hw.Device{Part: "WEAK", DSP: 1, BRAM18: 1, MemoryGbps: 1, Price: 0.1}
	pool = append(hw.Pool{{Device: weak, Count: 2}}, pool...)
	net := reference1(t, "cifar10-opthw")
	for _, obj := range objectives {
		got, err := mustNew(Options{Pool: pool, Target: hw.DefaultTarget(), FPS: 60, Objective: obj}).Plan(net)
		if err != nil {
			t.Fatal(err)
		}
		want, err := mustNew(Options{Pool: pool[1:], Target: hw.DefaultTarget(), FPS: 60, Objective: obj}).Plan(net)
		if err != nil {
			t.Fatal(err)
		}
		checkSame(t, &got.Pipeline, &want.Pipeline)
	}
	if _, err := New(Options{Pool: pool[:1], Target: hw.DefaultTarget()}); err == nil || !strings.Contains(err.Error(), "not even one multiply-accumulate unit fits") {
		t.Errorf("a pool that holds nothing: %v", err)
	}
	chain, err := hw.ParseChain("3x24,5x24,1x24")
	if err != nil {
		t.Fatal(err)
	}
	p := mustNew(Options{Pool: pool, Target: hw.DefaultTarget(), FPS: 60})
	p, _ = p.Precompute(net.Input, 10, hw.FlattenHead, []int{1, 3, 5}, []int{24}, []int{1})
	var pipe hw.Pipeline
	if err := p.PlanChain(&pipe, chain, net.Input, 10, hw.FlattenHead); err != nil || pipe.Stages[0].Device == "WEAK" {
		t.Errorf("%+v, %v", pipe, err)
	}
}

// TestOffChipMemory holds the off-chip memory of stages against weights and maps
// counted by hand, and refuses stages that need more.
func TestOffChipMemory(t *testing.T) {
	pool := parsePool(t, "XC7Z015:2")
	pool[0].Device.MemoryMiB = 64
	target := hw.DefaultTarget()
	net, err := hw.ParseNetwork("3x64,3x64", hw.Shape{C: 3, H: 128, W: 128}, 10, hw.FlattenHead)
	if err != nil {
		t.Fatal(err)
	}
	p := mustNew(Options{Pool: pool, Target: target, Objective: hw.MaxThroughput})
	a, err := p.Plan(net)
	if err != nil || len(a.Stages) != 2 {
		t.Fatal(a, err)
	}
	in, maps := 3*128*128, 64*128*128
	for i, words := range []int{
		9*3*64 + (in + maps) + in + maps,      // weights, maps of the layer, second buffers for what arrives and leaves
		9*64*64 + (maps + maps) + maps + maps, //
	} {
		if want := float64(words) * 4 / (1 << 20); math.Abs(a.Stages[i].MemoryMiB-want) > 1e-9 {
			t.Errorf("stage %d takes %v MiB, want %v", i+1, a.Stages[i].MemoryMiB, want)
		}
	}
	// 17 MiB hold the second layer by itself, 16 only both layers together, which
	// need no buffers between them; 12 neither.
	for mib, stages := range map[int]int{17: 2, 16: 1, 12: 0} {
		pool[0].Device.MemoryMiB = mib
		a, err := mustNew(Options{Pool: pool, Target: target, Objective: hw.MaxThroughput}).Plan(net)
		if stages == 0 {
			if err == nil || !strings.Contains(err.Error(), "needs 16.14 MiB of off-chip memory, has 12 (layer 2 fits no FPGA") {
				t.Errorf("%d MiB: %v", mib, err)
			}
		} else if err != nil || len(a.Stages) != stages {
			t.Errorf("%d MiB: %+v, %v", mib, a, err)
		}
	}
	// Skip edges keep their maps alive.
	skips, err := hw.ParseNetwork("3x64,3x64,3x64,+2", hw.Shape{C: 64, H: 128, W: 128}, 10, hw.FlattenHead)
	if err != nil {
		t.Fatal(err)
	}
	pool[0].Device.MemoryMiB = 1024
	p = mustNew(Options{Pool: pool, Target: target, MaxFPGAs: 1, Objective: hw.MaxThroughput})
	if a, err = p.Plan(skips); err != nil {
		t.Fatal(err)
	}
	// Alive at once at the third layer: its input, the map that skips, its output.
	if want := float64(3*9*64*64+3*maps+maps+maps) * 4 / (1 << 20); math.Abs(a.Stages[0].MemoryMiB-want) > 1e-9 {
		t.Errorf("with a skip edge %v MiB, want %v", a.Stages[0].MemoryMiB, want)
	}
}

// TestManyTypes plans on a pool of eleven parts, six each: few FPGAs of it are no
// problem, and too many ways to use it are refused before memory is asked for.
func TestManyTypes(t *testing.T) {
	var pool hw.Pool
	for _, d := range hw.Devices() {
		if len(pool) < 11 {
			pool = append(pool, hw.PoolEntry{Device: d, Count: 6})
		}
	}
	if len(pool) < 11 {
		t.Fatalf("%d parts in the catalogue", len(pool))
	}
	net := reference1(t, "vgg16")
	target := hw.DefaultTarget()
	target.Bits = 16
	a, err := mustNew(Options{Pool: pool, Target: target, MaxFPGAs: 2, Objective: hw.MaxThroughput}).Plan(net)
	if err != nil || len(a.Stages) != 2 {
		t.Errorf("two FPGAs: %+v, %v", a, err)
	}
	_, err = mustNew(Options{Pool: pool, Target: target, Objective: hw.MaxThroughput}).Plan(net)
	if err == nil || !strings.Contains(err.Error(), "--max-fpgas") {
		t.Errorf("sixty-six FPGAs of eleven types: %v", err)
	}
	// Sets are counted as they are listed.
	rng := rand.New(rand.NewPCG(8, 2))
	for range 200 {
		counts := make([]int, 1+rng.IntN(4))
		for i := range counts {
			counts[i] = rng.IntN(5)
		}
		most := rng.IntN(9)
		s, err := newSets(counts, most, 3)
		if err != nil {
			t.Fatal(err)
		}
		want := 0
		var walk func(k, left int)
		walk = func(k, left int) {
			if k == len(counts) {
				want++
				return
			}
			for c := 0; c <= min(counts[k], left); c++ {
				walk(k+1, left-c)
			}
		}
		walk(0, most)
		if s.len() != want || countSets(counts, most) != want {
			t.Fatalf("%v, at most %d: %d sets, counted %d, want %d", counts, most, s.len(), countSets(counts, most), want)
		}
		for u := range s.len() {
			for k := range counts {
				if v := s.before[u*s.types+k]; v >= 0 && (int(s.after[int(v)*s.types+k]) != u || s.total[v] != s.total[u]-1) {
					t.Fatalf("%v: set %d and the one before it, %d", counts, u, v)
				}
			}
		}
	}
}

// TestLinkEnergyAndLatency adds what links take to the figures without them.
func TestLinkEnergyAndLatency(t *testing.T) {
	net := reference1(t, "cifar10-optsw")
	plain := hw.DefaultTarget()
	plain.LinkPJBit = 0
	with := plain
	with.LinkPJBit, with.LinkLatencyUS = 40, 250
	a, err := mustNew(Options{Pool: parsePool(t, "XC7Z015:3"), Target: plain, FPS: 35}).Plan(net)
	if err != nil {
		t.Fatal(err)
	}
	b, err := mustNew(Options{Pool: parsePool(t, "XC7Z015:3"), Target: with, FPS: 35}).Plan(net)
	if err != nil {
		t.Fatal(err)
	}
	links, bits := 0.0, int64(0)
	for _, s := range b.Stages {
		if s.First > 0 {
			links++
			bits += net.Cut(s.First).Words * 32
		}
	}
	watts := float64(bits) * 40e-12 * b.ThroughputFPS
	if links < 1 || b.IntervalMS != a.IntervalMS || math.Abs(b.LatencyMS-a.LatencyMS-links*0.25) > 1e-9 || math.Abs(b.PowerW-a.PowerW-watts) > 1e-12 {
		t.Errorf("%v links of %d bits: interval %v and %v ms, latency %v and %v ms, power %v and %v W (%v W for the links)",
			links, bits, a.IntervalMS, b.IntervalMS, a.LatencyMS, b.LatencyMS, a.PowerW, b.PowerW, watts)
	}
}
