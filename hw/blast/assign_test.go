package blast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func randomChain(rng *rand.Rand, most int) hw.Chain {
	var c hw.Chain
	for range 1 + rng.IntN(most) {
		c = append(c, hw.ConvSpec{1 + 2*rng.IntN(3), 12 * (1 + rng.IntN(3)), 1 + rng.IntN(2)})
	}
	return c
}

// TestBLASTPlanner compares BLAST without any option with the planner, which
// finds the same pipelines by its own programme.
func TestBLASTPlanner(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	for _, s := range []string{"XC7Z015:3", "XC7Z010:2,XC7Z020:1", "XC7Z010:1,XC7Z015:2,ZU3EG:1"} {
		pool, err := hw.ParsePool(s)
		if err != nil {
			t.Fatal(err)
		}
		target := hw.DefaultTarget()
		target.LinkGbps = 1.5
		p, err := NewPlanner(pool, target)
		if err != nil {
			t.Fatal(err)
		}
		b := &BLAST{Pool: pool, Target: target}
		feasible := 0
		for range 25 {
			net, err := randomChain(rng, 6).Network(hw.Shape{3, 24, 24}, 10, hw.FlattenHead)
			if err != nil {
				t.Fatal(err)
			}
			for _, obj := range objectives {
				fps := 50 * math.Pow(60, rng.Float64())
				want, err := p.Plan(net, fps, obj)
				if err != nil {
					t.Fatal(err)
				}
				got, err := b.Plan(net, fps, obj)
				if err != nil {
					t.Fatal(err)
				}
				if got.Feasible {
					feasible++
				}
				if got.Feasible != want.Feasible || got.ThroughputFPS != want.ThroughputFPS || len(got.Stages) != len(want.Stages) ||
					obj == hw.MaxUtilization && math.Abs(got.Efficiency-want.Efficiency) > 1e-12 {
					t.Fatalf("%s %v at %v, %v: %+v\nplanner %+v", s, net.Name, fps, obj, got.Pipeline, want)
				}
				if math.Abs(got.PowerW-want.PowerW) > 1e-9*want.PowerW || got.MACs != want.MACs || got.LatencyMS != want.LatencyMS {
					t.Fatalf("%+v, planner %+v", got.Pipeline, want)
				}
				if (got.Reason == "") != got.Feasible || !got.Feasible && got.BestFPS != want.BestFPS {
					t.Fatalf("reason %q, best %v; planner %v", got.Reason, got.BestFPS, want.BestFPS)
				}
			}
		}
		if feasible < 20 || feasible > 70 {
			t.Errorf("%s: %d of 75 feasible", s, feasible)
		}
	}
}

func ExampleBLAST() {
	pool, err := hw.ParsePool("XC7Z015:2")
	if err != nil {
		panic(err)
	}
	net, err := hw.ParseNetwork("3x36,5x36,1x64,3x48s2,7x24,1x64", hw.Shape{3, 32, 32}, 10, hw.FlattenHead)
	if err != nil {
		panic(err)
	}
	b := BLAST{Pool: pool, Target: hw.DefaultTarget(), Explain: true, Suggest: true}
	a, err := b.Plan(net, 80, hw.MaxUtilization)
	if err != nil {
		panic(err)
	}
	for _, s := range a.Stages {
		fmt.Printf("layers %d-%d on %s: %.2f ms\n", s.First+1, s.Last+1, s.Device, s.LatencyMS)
	}
	for _, c := range a.Trace.Cuts {
		fmt.Printf("cut before layer %d, chosen %v: %s\n", c.Before+1, c.Chosen, c.Why)
	}
	if a, err = b.Plan(net, 110, hw.MaxUtilization); err != nil {
		panic(err)
	}
	fmt.Println(a.Feasible, strings.Split(a.Reason, "; ")[1])
	// Output:
	// layers 1-2 on XC7Z015: 11.98 ms
	// layers 3-7 on XC7Z015: 7.59 ms
	// cut before layer 2, chosen false: with it nothing meets 80 frames/s
	// cut before layer 3, chosen true: without it nothing meets 80 frames/s
	// cut before layer 4, chosen false: with it nothing meets 80 frames/s
	// cut before layer 5, chosen false: with it nothing meets 80 frames/s
	// cut before layer 6, chosen false: with it nothing meets 80 frames/s
	// false the best that the pool XC7Z015:2 reaches is 83.47 frames/s
}

// TestBLASTLimit compares the limit on FPGAs with pools of so many.
func TestBLASTLimit(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 2))
	for range 12 {
		net, err := randomChain(rng, 7).Network(hw.Shape{3, 24, 24}, 10, hw.FlattenHead)
		if err != nil {
			t.Fatal(err)
		}
		fps := 50 * math.Pow(40, rng.Float64())
		for _, obj := range objectives {
			for most := 1; most <= 3; most++ {
				limited := &BLAST{Pool: mustPool(t, "XC7Z010:3,XC7Z020:2"), Target: hw.DefaultTarget(), MaxFPGAs: most}
				got, err := limited.Plan(net, fps, obj)
				if err != nil {
					t.Fatal(err)
				}
				if len(got.Stages) > most {
					t.Fatalf("%d FPGAs, want at most %d", len(got.Stages), most)
				}
				// The best over all pools of exactly that many.
				var best *Answer
				for small := 0; small <= most; small++ {
					var pool hw.Pool
					for i, n := range []int{small, most - small} {
						if n > 0 {
							pool = append(pool, hw.PoolEntry{limited.Pool[i].Device, min(n, limited.Pool[i].Count)})
						}
					}
					a, err := (&BLAST{Pool: pool, Target: hw.DefaultTarget()}).Plan(net, fps, obj)
					if err != nil {
						t.Fatal(err)
					}
					if best == nil || betterAnswer(a, best, obj) {
						best = a
					}
				}
				if betterAnswer(best, got, obj) || betterAnswer(got, best, obj) {
					t.Fatalf("%v, at most %d, %v at %v: %+v\nwant %+v", net.Name, most, obj, fps, got.Pipeline, best.Pipeline)
				}
			}
		}
	}
}

func mustPool(t *testing.T, s string) hw.Pool {
	t.Helper()
	p, err := hw.ParsePool(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// betterAnswer compares answers by their figures.
func betterAnswer(a, b *Answer, obj hw.Objective) bool {
	if a.Feasible != b.Feasible {
		return a.Feasible
	}
	if !a.Feasible {
		obj = hw.MaxThroughput
	}
	const eps = 1e-9
	switch obj {
	case MaxUtilization:
		if math.Abs(a.Efficiency-b.Efficiency) > eps {
			return a.Efficiency > b.Efficiency
		}
	case MinCost:
		if math.Abs(a.Price-b.Price) > eps {
			return a.Price < b.Price
		}
	}
	return a.ThroughputFPS > b.ThroughputFPS*(1+eps)
}

// TestBLASTBits gives one type of FPGA its own word size, and checks stages and
// links one by one.
func TestBLASTBits(t *testing.T) {
	target := hw.DefaultTarget()
	target.LinkGbps = 1
	net, err := hw.ParseNetwork("3x36,5x36,1x64,3x48s2,7x24,1x64", hw.Shape{3, 32, 32}, 10, hw.FlattenHead)
	if err != nil {
		t.Fatal(err)
	}
	b := &BLAST{Pool: mustPool(t, "XC7Z015:1,XC7Z020:1"), Target: target, Bits: map[string]int{"xc7z020": 16}}
	mixed := false
	for _, fps := range []float64{35, 70, 90, 120, 150, 200} {
		a, err := b.Plan(net, fps, hw.MaxUtilization)
		if err != nil {
			t.Fatal(err)
		}
		mixed = mixed || len(a.Stages) == 2
		slow := 0.0
		for i, s := range a.Stages {
			own := target
			if s.Device == "XC7Z020" {
				own.Bits = 16
			}
			if own.Bits == 16 != (s.Bits == 16) {
				t.Errorf("stage %+v says %d bits", s, s.Bits)
			}
			var loops []hw.Loops
			for l := s.First; l <= s.Last; l++ {
				if net.Layers[l].Kind == hw.Conv {
					loops = append(loops, net.Layers[l].Loops())
				}
			}
			dev, err := hw.DeviceByName(s.Device)
			if err != nil {
				t.Fatal(err)
			}
			best, err := BestDesign(loops, &dev, own)
			if err != nil {
				t.Fatal(err)
			}
			if best.Cycles != s.Cycles {
				t.Errorf("stage %d: %d cycles, the best accelerator has %d", i, s.Cycles, best.Cycles)
			}
			if err := dev.Fits(loops, s.Design, own); err != nil {
				t.Error(err)
			}
			slow = max(slow, s.LatencyMS)
			if s.First > 0 {
				slow = max(slow, float64(net.Cut(s.First).Words)*float64(own.Bits)/1e9*1e3)
			}
		}
		if math.Abs(a.IntervalMS/slow-1) > 1e-5 { // links end at whole cycles
			t.Errorf("interval %v ms, the slowest stage or link takes %v", a.IntervalMS, slow)
		}
	}
	if !mixed {
		t.Error("no pipeline has both word sizes")
	}
	b.Bits = map[string]int{"ZU3EG": 8}
	if _, err := b.Plan(net, 35, hw.MinCost); err == nil || !strings.Contains(err.Error(), "ZU3EG") {
		t.Errorf("a word size for an FPGA that is not there: %v", err)
	}
}

// TestBLASTRemedies applies every remedy of specifications that are out of
// reach, and checks that a little less is not enough.
func TestBLASTRemedies(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 3))
	kinds := map[string]int{}
	for n := range 64 {
		chain := randomChain(rng, 7)
		if n%4 == 3 {
			chain = slices.Repeat(hw.Chain{{3, 24, 1}}, 6+rng.IntN(3))
		}
		net, err := chain.Network(hw.Shape{3, 24, 24}, 10, hw.FlattenHead)
		if err != nil {
			t.Fatal(err)
		}
		b := BLAST{Pool: mustPool(t, []string{"XC7Z010:1", "XC7Z015:3", "XC7Z010:2,XC7Z020:2"}[n%3]), Target: hw.DefaultTarget(), Suggest: true}
		if n%2 == 0 {
			b.Target.LinkGbps = 0.05 * (1 + rng.Float64())
		}
		if n%4 == 3 {
			b.Catalogue = []hw.Device{} // the pool's own types alone
		}
		if n%5 == 0 {
			b.MaxFPGAs = 1
		}
		if n%7 == 0 {
			b.Parallel = true
		}
		best, err := b.Plan(net, 1, hw.MaxThroughput)
		if err != nil {
			t.Fatal(err)
		}
		fps := best.ThroughputFPS * (0.8 + 2*rng.Float64())
		a, err := b.Plan(net, fps, hw.MaxUtilization)
		if err != nil {
			t.Fatal(err)
		}
		if a.Feasible {
			kinds["none"]++
			if len(a.Remedies) > 0 || a.Reason != "" {
				t.Fatalf("a feasible answer has %+v, %q", a.Remedies, a.Reason)
			}
			continue
		}
		if len(a.Remedies) == 0 || !strings.Contains(a.Reason, "what would do") {
			t.Fatalf("no remedies: %q", a.Reason)
		}
		// with plans the network after a change of the problem.
		with := func(change func(b *BLAST, fps *float64)) *Answer {
			t.Helper()
			c := BLAST{Pool: slices.Clone(b.Pool), Target: b.Target, MaxFPGAs: b.MaxFPGAs, Parallel: b.Parallel}
			fps := fps
			change(&c, &fps)
			a, err := c.Plan(net, fps, hw.MaxThroughput)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		for _, r := range a.Remedies {
			add := func(c *BLAST, n int) {
				if c.MaxFPGAs > 0 {
					c.MaxFPGAs += n
				}
				if i := slices.IndexFunc(c.Pool, func(e hw.PoolEntry) bool { return e.Device.Part == r.Add }); i >= 0 {
					c.Pool[i].Count += n
					return
				}
				dev, err := hw.DeviceByName(r.Add)
				if err != nil {
					t.Fatal(err)
				}
				c.Pool = append(c.Pool, hw.PoolEntry{dev, n})
			}
			var enough, less *Answer
			kind := ""
			switch {
			case r.Add != "":
				kind = "add"
				if r.Count > 1 {
					kind = "add several"
				}
				enough = with(func(c *BLAST, _ *float64) { add(c, r.Count) })
				less = with(func(c *BLAST, _ *float64) {
					if r.Count > 1 {
						add(c, r.Count-1)
					}
				})
			case r.MaxFPGAs > 0:
				kind = "limit"
				enough = with(func(c *BLAST, _ *float64) { c.MaxFPGAs = r.MaxFPGAs })
				less = with(func(c *BLAST, _ *float64) { c.MaxFPGAs = r.MaxFPGAs - 1 })
			case r.LinkGbps > 0:
				kind = "link"
				enough = with(func(c *BLAST, _ *float64) { c.Target.LinkGbps = r.LinkGbps })
				less = with(func(c *BLAST, _ *float64) { c.Target.LinkGbps = 0.998 * r.LinkGbps })
			case r.Parallel:
				kind = "parallel"
				enough = with(func(c *BLAST, _ *float64) { c.Parallel = true })
				less = with(func(*BLAST, *float64) {})
			default:
				kind = "specification"
				enough = with(func(_ *BLAST, fps *float64) { *fps = r.FPS })
				less = with(func(_ *BLAST, fps *float64) { *fps = r.FPS * 1.0001 })
			}
			kinds[kind]++
			if !enough.Feasible || less.Feasible {
				t.Fatalf("%v on %v at %v: %+v is enough: %v; a little less is: %v\n%s", net.Name, b.Pool, fps, r, enough.Feasible, less.Feasible, a.Reason)
			}
			if kind != "link" && kind != "specification" && math.Abs(enough.ThroughputFPS/r.FPS-1) > 1e-9 {
				t.Fatalf("%+v reaches %v", r, enough.ThroughputFPS)
			}
		}
	}
	for _, k := range []string{"none", "add", "add several", "limit", "link", "parallel", "specification"} {
		if kinds[k] == 0 {
			t.Errorf("no remedy of kind %q among %v", k, kinds)
		}
	}
	t.Log(kinds)
}

// TestBLASTTrace compares what a trace says of every cut and group with the
// solutions of the instance without the groups that are ruled out.
func TestBLASTTrace(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 4))
	cuts, partial := 0, 0
	for n := range 40 {
		net, err := randomChain(rng, 6).Network(hw.Shape{3, 24, 24}, 10, hw.FlattenHead)
		if err != nil {
			t.Fatal(err)
		}
		b := &BLAST{Pool: mustPool(t, []string{"XC7Z015:3", "XC7Z010:1,XC7Z020:2"}[n%2]), Target: hw.DefaultTarget(), Explain: true}
		b.Target.LinkGbps = 2
		b.Parallel = n%3 == 0
		fps := 50 * math.Pow(30, rng.Float64())
		a, err := b.Plan(net, fps, objectives[rng.IntN(3)])
		if err != nil {
			t.Fatal(err)
		}
		tr := a.Trace
		if tr.Partial {
			partial++
			continue
		}
		limit := b.Target.Budget(fps)
		if tr.Objective == hw.MaxThroughput {
			limit = hw.NeverCycles - 1
		}
		in, err := b.instance(limit, limit, b.counts(), b.MaxFPGAs)
		if err != nil {
			t.Fatal(err)
		}
		rule := func(out func(g Group) bool) *Reach {
			c := *in
			c.Groups = slices.DeleteFunc(slices.Clone(in.Groups), out)
			s, ok := c.Solve(tr.Objective, limit)
			if !ok {
				return nil
			}
			x := &tracer{b: b, fps: fps}
			r := x.reach(score{s.Sum, s.Interval, int64(s.FPGAs), s.Price})
			return &r
		}
		same := func(what string, got, want *Reach) {
			t.Helper()
			if (got == nil) != (want == nil) {
				t.Fatalf("%s: %+v, want %+v", what, got, want)
			}
			if got == nil {
				return
			}
			g, w := *got, *want
			if tr.Objective != hw.MaxUtilization { // the sum is not compared
				g.Utilization, w.Utilization = 0, 0
			}
			if g != w {
				t.Fatalf("%s: %+v, want %+v", what, g, w)
			}
		}
		stages := 1
		for i, c := range tr.Cuts {
			unit := i + 1
			cuts++
			same(fmt.Sprintf("with cut %d", unit), c.With, rule(func(g Group) bool { return g.First < unit && unit <= g.Last }))
			same(fmt.Sprintf("without cut %d", unit), c.Without, rule(func(g Group) bool { return g.First == unit }))
			if c.Chosen {
				stages++
				same("chosen cut", c.With, &tr.Chosen)
			} else {
				same("cut not chosen", c.Without, &tr.Chosen)
			}
		}
		chosen := 0
		for i, g := range tr.Groups {
			if g.Chosen {
				chosen++
			}
			if i < len(in.Groups) {
				one := in.Groups[i]
				same("group", g.Best, rule(func(o Group) bool {
					return o.First <= one.Last && one.First <= o.Last && (o.First != one.First || o.Last != one.Last || o.Cycles != one.Cycles || o.Link != one.Link ||
						o.Type != one.Type || !slices.Equal(o.Use, one.Use))
				}))
			} else if g.Meets {
				t.Fatalf("%+v meets the specification and is not in the instance", g)
			}
		}
		if chosen != stages || stages != len(a.Solution.Groups) || len(tr.Cuts) != len(a.Units)-1 || tr.Why == "" {
			t.Fatalf("%d groups and %d stages chosen of %d; %d cuts of %d layers", chosen, stages, len(a.Solution.Groups), len(tr.Cuts), len(a.Units))
		}
	}
	if cuts < 60 || partial > 0 {
		t.Errorf("%d cuts, %d partial traces", cuts, partial)
	}
}
