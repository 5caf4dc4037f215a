package blast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/hw/measured"
)

// mustModel is the model's table of layers.
func mustModel(t *testing.T, layers []hw.Loops, pool hw.Pool, target hw.Target, d *hw.Design) *measured.Table {
	t.Helper()
	table, err := measured.Model(layers, pool, target, d)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// TestLatenciesOfOneDesign plans with the table that the model exports for one design:
// the pipeline is that of the model with the design, figure by figure, also where the
// design does not hold all layers together.
func TestLatenciesOfOneDesign(t *testing.T) {
	for _, c := range []struct {
		network, pool string
		fps           float64
		design        hw.Design
	}{
		{"cifar10-optsw", "XC7Z015:3", 20, design(8, 4, 8, 8, 2, 2, 2)},
		{"cifar10-optsw", "XC7Z015:3", 500, design(8, 4, 8, 8, 2, 2, 2)},
		{"cifar10-opthw", "XC7Z015:2", 10, design(4, 8, 16, 16, 1, 2, 2)},
		{"cifar10-optsw", "XC7Z015:1,ZU3EG:2@150", 30, design(8, 3, 13, 7, 2, 2, 2)},
	} {
		target := hw.DefaultTarget()
		target.LinkGbps = 1
		pool := parsePool(t, c.pool)
		net := reference1(t, c.network)
		var layers []hw.Loops
		for i := range net.Layers {
			if net.Layers[i].Kind != hw.Dense {
				layers = append(layers, net.Layers[i].Loops())
			}
		}
		table := mustModel(t, layers, pool, target, &c.design)
		for _, obj := range objectives {
			want, err := mustNew(Options{Pool: pool, Target: target, FPS: c.fps, Objective: obj, Design: &c.design}).Plan(net)
			if err != nil {
				t.Fatal(err)
			}
			got, err := mustNew(Options{Pool: pool, Target: target, FPS: c.fps, Objective: obj, Latencies: table}).Plan(net)
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(got.PowerW-want.PowerW) > 1e-12*want.PowerW || math.Abs(got.GOPSPerWatt-want.GOPSPerWatt) > 1e-12*want.GOPSPerWatt {
				t.Errorf("%s: %g W and %g GOPS/W, the model has %g and %g", c.network, got.PowerW, got.GOPSPerWatt, want.PowerW, want.GOPSPerWatt)
			}
			got.PowerW, got.GOPSPerWatt = want.PowerW, want.GOPSPerWatt
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s on %s at %g frames/s, %v:\n%+v\nthe model has\n%+v", c.network, c.pool, c.fps, obj, got, want)
			}
		}
	}
}

// TestLatenciesEqualEnumeration compares plans from random latencies with brute force,
// and PlanChain with Plan.
func TestLatenciesEqualEnumeration(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 6))
	chains := 0
	for k := range 300 {
		tg := hw.DefaultTarget()
		tg.Dense = hw.DensePlace(rng.IntN(2))
		var pool hw.Pool
		for i := range 1 + rng.IntN(3) {
			d := randomDevice(rng, tg)
			d.Part, d.Price = fmt.Sprint("board", i), float64(1+rng.IntN(5))
			if rng.IntN(2) == 0 {
				d.ClockMHz = 50
			}
			pool = append(pool, hw.PoolEntry{Device: d, Count: 1 + rng.IntN(2)})
		}
		chain, net := randomNetwork(rng, 5)
		var loops []hw.Loops
		var first []int
		for i := range net.Layers {
			if net.Layers[i].Kind != hw.Dense || tg.Dense == hw.DenseOnFPGA {
				loops, first = append(loops, net.Layers[i].Loops()), append(first, i)
			}
		}
		table := &measured.Table{}
		for i := range pool {
			for _, l := range loops {
				if _, twice := table.Find(pool[i].Device.Part, l); twice {
					continue
				}
				r := measured.Row{Device: pool[i].Device.Part, Layer: l, LatencyMS: float64(1 + rng.IntN(1000))}
				if rng.IntN(2) == 0 { // the same as cycles of the table's own clock
					r.Cycles, r.ClockMHz, r.LatencyMS = int64(r.LatencyMS)*30_000, 30, 0
				}
				if err := table.Add(r); err != nil {
					t.Fatal(err)
				}
			}
		}
		ms := func(e, i, j int) int64 {
			sum := int64(0)
			for _, l := range loops[i:j] {
				r, _ := table.Find(pool[e].Device.Part, l)
				sum += int64(r.LatencyMS) + r.Cycles/30_000
			}
			return sum
		}
		none := func(int) int64 { return 0 }
		p := mustNew(Options{Pool: pool, Target: tg, Latencies: table})
		fast := enumeratePipelines(len(loops), pool, ms, none, 0, hw.MaxThroughput)
		if !fast.ok {
			continue
		}
		budget := int64(float64(fast.slow) * (0.7 + 2*rng.Float64()))
		fps := 1000 / float64(budget)
		for _, obj := range objectives {
			want := enumeratePipelines(len(loops), pool, ms, none, budget, obj)
			feasible := want.ok && want.slow <= budget
			if !want.ok {
				want = fast
			}
			got, err := p.planFor(net, fps, obj)
			if err != nil {
				t.Fatal(err)
			}
			o := outcome{ok: true}
			for i := range got.Stages {
				s := &got.Stages[i]
				c := int64(math.Round(s.LatencyMS))
				o.sum, o.slow, o.used = o.sum+c, max(o.slow, c), o.used+1
				o.price += pool.Device(s.Device).Price
				if s.Bottleneck != hw.Measured || s.Design != (hw.Design{}) {
					t.Fatalf("case %d: a stage %+v of measured layers", k, s)
				}
			}
			by := obj
			if !feasible {
				by = hw.MaxThroughput
			}
			if got.Feasible != feasible || better(o, want, by) || better(want, o, by) || got.PowerW != 0 {
				t.Fatalf("case %d, objective %d, feasible %v: got %+v, want %+v", k, obj, feasible, o, want)
			}
			if chain != nil {
				chains++
				var again hw.Pipeline
				if err := p.planChain(&again, chain, net.Input, net.Classes, headOf(net), fps, obj); err != nil {
					t.Fatal(err)
				}
				checkSame(t, &got.Pipeline, &again)
			}
		}
		if first == nil {
			t.Fatal("no units")
		}
	}
	if chains < 100 {
		t.Errorf("only %d chains", chains)
	}
}

// TestLatenciesRefused checks what a table cannot do.
func TestLatenciesRefused(t *testing.T) {
	pool := parsePool(t, "XC7Z015:2")
	target := hw.DefaultTarget()
	net := reference1(t, "cifar10-optsw")
	table := mustModel(t, net.Loops(), pool, target, nil)
	two := target
	two.Batch = 2
	sixteen := target
	sixteen.Bits = 16
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{Pool: pool, Target: two, FPS: 10, Latencies: table}, "single frames"},
		{Options{Pool: pool, Target: sixteen, FPS: 10, Latencies: table}, "latencies of 32-bit words on XC7Z015, where words have 16 bits"},
		{Options{Pool: pool, Target: target, FPS: 10, Latencies: table, Parallel: true}, "divided over FPGAs"},
		{Options{Pool: pool, Target: target, FPS: 10, Latencies: table, Design: &hw.Design{}}, "a given design"},
		{Options{Pool: parsePool(t, "XC7Z015:1,ZU3EG:1"), Target: target, FPS: 10, Latencies: table}, "the model has no latency of conv m=24 n=3 r=32 c=32 k=1 s=1 on ZU3EG; "},
	} {
		p, err := New(c.o)
		if err == nil {
			_, err = p.Plan(net)
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one that says %q", err, c.want)
		}
	}
	p := mustNew(Options{Pool: pool, Target: target, FPS: 1000, Latencies: table, Explain: true, Suggest: true})
	a, err := p.Plan(net)
	if err != nil || a.Feasible || a.Reason == "" || a.Trace == nil {
		t.Errorf("%+v, %v", a, err)
	}
}

// TestLatenciesAllocateNothing checks that searches plan chains from a table as fast as
// from the model's.
func TestLatenciesAllocateNothing(t *testing.T) {
	pool := parsePool(t, "XC7Z015:3")
	chain, err := hw.ParseChain("3x36,5x36,1x64,3x48s2,7x24,1x64")
	if err != nil {
		t.Fatal(err)
	}
	in := hw.Shape{C: 3, H: 32, W: 32}
	net, err := chain.Network(in, 10, hw.FlattenHead)
	if err != nil {
		t.Fatal(err)
	}
	p := mustNew(Options{Pool: pool, Target: hw.DefaultTarget(), FPS: 35, Latencies: mustModel(t, net.Loops(), pool, hw.DefaultTarget(), nil)})
	var dst hw.Pipeline
	plan := func() {
		if err := p.PlanChain(&dst, chain, in, 10, hw.FlattenHead); err != nil {
			t.Fatal(err)
		}
	}
	plan()
	if n := testing.AllocsPerRun(50, plan); n > 0 {
		t.Errorf("%g allocations", n)
	}
}
