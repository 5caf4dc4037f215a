package blast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"coexplore/hw"
)

// TestTrace compares what a trace says of every cut and group with the
// solutions of the instance without the groups that are ruled out.
func TestTrace(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 4))
	cuts, partial := 0, 0
	target := hw.DefaultTarget()
	target.LinkGbps = 2
	for n := range 40 {
		net, err := randomChain(rng, 6).Network(hw.Shape{C: 3, H: 24, W: 24}, 10, hw.FlattenHead)
		if err != nil {
			t.Fatal(err)
		}
		b := mustNew(Options{Pool: parsePool(t, []string{"XC7Z015:3", "XC7Z010:1,XC7Z020:2"}[n%2]), Target: target, Explain: true, Parallel: n%3 == 0})
		fps := 50 * math.Pow(30, rng.Float64())
		obj := objectives[rng.IntN(3)]
		a, err := b.planFor(net, fps, obj)
		if err != nil {
			t.Fatal(err)
		}
		tr := a.Trace
		if tr.Partial {
			partial++
			continue
		}
		x := b.asks(fps, obj, nil).loaded(t, net)
		if _, err := x.solve(); err != nil {
			t.Fatal(err)
		}
		steps := len(x.steps)
		limit := x.budget()
		if tr.Objective == hw.MaxThroughput {
			limit = hw.NeverCycles - 1
		}
		x.widen(limit, limit, x.counts)
		in := x.instance(limit)
		rule := func(out func(g Candidate) bool) *Reach {
			c := *in
			c.Candidates = slices.DeleteFunc(slices.Clone(in.Candidates), out)
			s, ok, err := c.Solve(tr.Objective, limit)
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				return nil
			}
			r := (&tracer{p: x}).reach(score{s.Sum, s.Interval, int64(s.FPGAs), s.Price})
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
			same(fmt.Sprintf("with cut %d", unit), c.With, rule(func(g Candidate) bool { return g.First < unit && unit <= g.Last }))
			same(fmt.Sprintf("without cut %d", unit), c.Without, rule(func(g Candidate) bool { return g.First == unit }))
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
			if i < len(in.Candidates) {
				one := in.Candidates[i]
				same("group", g.Best, rule(func(o Candidate) bool {
					return o.First <= one.Last && one.First <= o.Last && (o.First != one.First || o.Last != one.Last || o.Cycles != one.Cycles || o.Link != one.Link ||
						o.Type != one.Type || !slices.Equal(o.Use, one.Use))
				}))
			} else if g.Meets {
				t.Fatalf("%+v meets the specification and is not in the instance", g)
			}
		}
		if chosen != stages || stages != steps || len(tr.Cuts) != in.Layers-1 || tr.Why == "" {
			t.Fatalf("%d groups and %d stages chosen of %d; %d cuts of %d layers", chosen, stages, steps, len(tr.Cuts), in.Layers)
		}
	}
	if cuts < 60 || partial > 0 {
		t.Errorf("%d cuts, %d partial traces", cuts, partial)
	}
}
