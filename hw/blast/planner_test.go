package blast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/internal/heavy"
)

// outcome is what an objective compares.
type outcome struct {
	ok        bool
	sum, slow int64
	used      int64
	price     float64
}

// enumeratePipelines tries every partition into contiguous groups and every
// assignment of FPGAs, with groups' cycles and links given by functions.
func enumeratePipelines(n int, pool hw.Pool, cycles func(t, i, j int) int64, link func(i int) int64, budget int64, obj hw.Objective) outcome {
	var best outcome
	left := make([]int, len(pool))
	for t := range pool {
		left[t] = pool[t].Count
	}
	var place func(at int, o outcome)
	place = func(at int, o outcome) {
		if at == n {
			o.ok = true
			if better(o, best, obj) {
				best = o
			}
			return
		}
		for t := range pool {
			if left[t] == 0 {
				continue
			}
			left[t]--
			for j := at + 1; j <= n; j++ {
				c := cycles(t, at, j)
				l := int64(0)
				if at > 0 {
					l = link(at)
				}
				if c >= hw.NeverCycles || obj != hw.MaxThroughput && (c > budget || l > budget) {
					continue
				}
				place(j, outcome{sum: o.sum + c, slow: max(o.slow, c, l), used: o.used + 1, price: o.price + pool[t].Device.Price})
			}
			left[t]++
		}
	}
	place(0, outcome{})
	return best
}

// better compares the values that define each objective; nothing else.
func better(a, b outcome, obj hw.Objective) bool {
	if !b.ok {
		return true
	}
	switch obj {
	case hw.MaxUtilization:
		if x, y := a.sum*b.used, b.sum*a.used; x != y {
			return x > y
		}
	case hw.MinCost:
		if a.price != b.price {
			return a.price < b.price
		}
	}
	return a.slow < b.slow
}

// randomNetwork is a chain, or a network with skip edges (and a nil chain).
func randomNetwork(rng *rand.Rand, most int) (hw.Chain, *hw.Network) {
	c := make(hw.Chain, 1+rng.IntN(most))
	for i := range c {
		c[i] = hw.ConvSpec{Kernel: 1 + 2*rng.IntN(3), Filters: 1 + rng.IntN(6), Stride: 1 + rng.IntN(2)}
	}
	net, err := c.Network(hw.Shape{C: 1 + rng.IntN(3), H: 4 + rng.IntN(9), W: 4 + rng.IntN(9)}, 3, hw.Head(rng.IntN(2)))
	if err != nil {
		panic(err)
	}
	if n := len(net.Layers); n > 2 && rng.IntN(2) == 0 {
		to := 2 + rng.IntN(n-2)
		net.Layers[to].Inputs = append(net.Layers[to].Inputs, rng.IntN(to-1))
		return nil, net
	}
	return c, net
}

// TestPlanEqualsEnumeration compares every objective with brute force over all
// partitions and assignments, on chains and on networks with skip edges, for
// pools of one and of several types, with and without links.
func TestPlanEqualsEnumeration(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	met := [3]int{}
	chains, tables := 0, 0 // planned as chains, and by tables
	for k := 0; k < heavy.Count(100, 500); k++ {
		tg := randomTarget(rng)
		tg.Dense = hw.DensePlace(rng.IntN(2))
		if rng.IntN(2) == 0 {
			tg.LinkGbps = float64(1+rng.IntN(20)) / 10
		}
		var pool hw.Pool
		for i := 0; i < 1+rng.IntN(3); i++ {
			d := randomDevice(rng, tg)
			d.Part, d.Price, d.BRAM18 = fmt.Sprint("tiny", i), float64(1+rng.IntN(5)), d.BRAM18+20
			pool = append(pool, hw.PoolEntry{Device: d, Count: 1 + rng.IntN(2)})
		}
		p, err := New(Options{Pool: pool, Target: tg})
		if err != nil {
			t.Fatal(err)
		}
		chain, net := randomNetwork(rng, 5)
		var loops []hw.Loops
		var first []int
		for i := range net.Layers {
			if net.Layers[i].Kind != hw.Dense || tg.Dense == hw.DenseOnFPGA {
				loops, first = append(loops, net.Layers[i].Loops()), append(first, i)
			}
		}
		cycles := func(e, i, j int) int64 {
			b, err := accel.BestDesign(loops[i:j], &pool[e].Device, tg)
			if err != nil {
				return hw.NeverCycles
			}
			return b.Cycles
		}
		link := func(i int) int64 { return tg.LinkCycles(net.Cut(first[i]).Words) }
		fast := enumeratePipelines(len(loops), pool, cycles, link, 0, hw.MaxThroughput)
		if !fast.ok {
			if _, err := p.planFor(net, 1, hw.MaxThroughput); err == nil {
				t.Fatalf("case %d: a plan for what does not fit", k)
			}
			continue
		}
		fps := tg.ClockMHz * 1e6 * float64(tg.Batch) / float64(fast.slow) * math.Exp(rng.Float64()*2-1.6)
		budget := tg.Budget(fps)
		for obj := hw.MaxUtilization; obj <= hw.MaxThroughput; obj++ {
			want := enumeratePipelines(len(loops), pool, cycles, link, budget, obj)
			feasible := want.ok && want.slow <= budget
			if !want.ok {
				want = fast
			}
			got, err := p.planFor(net, fps, obj)
			if err != nil {
				t.Fatalf("case %d: %v", k, err)
			}
			if chain != nil {
				var again hw.Pipeline
				tabled := p.knows(chain, net.Input, net.Classes, headOf(net))
				if err := tabled.planChain(&again, chain, net.Input, net.Classes, headOf(net), fps, obj); err != nil {
					t.Fatalf("case %d: %v", k, err)
				}
				if chains++; tabled.universe.table(len(pool)-1) != nil {
					tables++
				}
				checkSame(t, &got.Pipeline, &again)
			}
			o := read(&got.Pipeline, pool, link, first)
			o.ok = true
			if got.Feasible != feasible {
				t.Fatalf("case %d, objective %d: feasible %v, want %v", k, obj, got.Feasible, feasible)
			}
			by := obj
			if !feasible {
				by = hw.MaxThroughput
				if got.Reason == "" || got.BestFPS != got.ThroughputFPS {
					t.Fatalf("case %d: no reason: %+v", k, got)
				}
			} else {
				met[obj]++
			}
			if better(o, want, by) || better(want, o, by) {
				t.Fatalf("case %d, objective %d, feasible %v: got %+v, want %+v\n%v", k, obj, feasible, o, want, net)
			}
		}
	}
	if tables < chains*9/10 {
		t.Errorf("only %d of %d chains were planned by tables", tables, chains)
	}
	for obj, n := range met {
		if n < heavy.Count(16, 80) {
			t.Errorf("objective %d: only %d feasible cases", obj, n)
		}
	}
}

// read takes a pipeline's values and checks that its stages are whole.
func read(p *hw.Pipeline, pool hw.Pool, link func(int) int64, first []int) outcome {
	var o outcome
	next := 0
	used := map[string]int{}
	for i := range p.Stages {
		s := &p.Stages[i]
		if s.First != next || s.Last < s.First {
			panic(fmt.Sprintf("stage %d covers %d to %d, want from %d", i, s.First, s.Last, next))
		}
		next = s.Last + 1
		o.sum += s.Cycles
		o.slow = max(o.slow, s.Cycles)
		for u, f := range first {
			if f == s.First && i > 0 {
				o.slow = max(o.slow, link(u))
			}
		}
		o.used++
		used[s.Device]++
		for _, e := range pool {
			if e.Device.Part == s.Device {
				o.price += e.Device.Price
				if used[s.Device] > e.Count {
					panic("more FPGAs than the pool has")
				}
			}
		}
	}
	return o
}

// checkSame compares what PlanChain must have in common with Plan.
func checkSame(t *testing.T, a, b *hw.Pipeline) {
	t.Helper()
	same := a.Feasible == b.Feasible && a.ThroughputFPS == b.ThroughputFPS && a.Efficiency == b.Efficiency &&
		a.LatencyMS == b.LatencyMS && a.BestFPS == b.BestFPS && a.MACs == b.MACs && a.Params == b.Params && len(a.Stages) == len(b.Stages)
	for i := 0; same && i < len(a.Stages); i++ {
		x, y := &a.Stages[i], &b.Stages[i]
		same = x.Device == y.Device && x.First == y.First && x.Last == y.Last && x.Cycles == y.Cycles
	}
	if !same {
		t.Fatalf("Plan %+v, PlanChain %+v", a, b)
	}
}

func headOf(net *hw.Network) hw.Head {
	for i := range net.Layers {
		if net.Layers[i].Kind == hw.GlobalAvgPool {
			return hw.PoolHead
		}
	}
	return hw.FlattenHead
}
