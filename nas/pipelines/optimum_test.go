package pipelines

import (
	"math"
	"math/rand/v2"
	"testing"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/space"
)

// TestOptimumAgainstEnumeration compares the optimum of fast exploration with
// trying every network of small spaces, on random pipelines.
func TestOptimumAgainstEnumeration(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 1))
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		t.Fatal(err)
	}
	small := space.Tiny()
	strided := space.Tiny().WithStrides(1, 2)
	strided.Kernels, strided.Filters = []int{1, 5}, []int{16, 36}
	flat := space.CIFAR10()
	flat.MinLayers, flat.MaxLayers = 4, 4
	flat.Kernels, flat.Filters = []int{1, 3, 7}, []int{24, 64}
	cases, repeated := 0, 0
	for _, s := range []space.Chain{small, strided, flat} {
		h, err := New(s, pool, hw.DefaultTarget())
		if err != nil {
			t.Fatal(err)
		}
		choices := nas.Choices(s)
		for range 12 {
			actions := nas.Random(s, choices, rng)
			fps := 100 + 900*rng.Float64()
			plan, err := h.Plan(actions, fps)
			if err != nil {
				t.Fatal(err)
			}
			if !plan.Feasible {
				continue
			}
			cases++
			got, err := h.Optimum(actions, fps, plan, 0)
			if err != nil {
				t.Fatal(err)
			}
			want := 0.0
			nas.All(s, func(a []int) bool {
				p, err := h.Replan(a, fps, plan)
				if err != nil {
					t.Fatal(err)
				}
				if p.Feasible {
					want = max(want, p.Efficiency)
				}
				return true
			})
			if math.Abs(got.Efficiency-want) > 1e-9 || math.Abs(got.Bound-want) > 1e-9 {
				t.Errorf("%s at %g frames/s: optimum %g (bound %g), enumeration finds %g", s.Title, fps, got.Efficiency, got.Bound, want)
			}
			const tolerance = 0.02
			o, err := newOptimizer(h, len(s.Decode(actions, nil)), fps, plan.Pipeline, tolerance)
			if err != nil {
				t.Fatal(err)
			}
			o.limit = 2 // partial stages in the first pass: several are needed
			near := o.run(actions, tolerance)
			if near.Efficiency > want+1e-9 || near.Bound < want-1e-9 || near.Bound-near.Efficiency > tolerance && math.Abs(near.Efficiency-want) > 1e-9 {
				t.Errorf("%s at %g frames/s: %g to %g with a tolerance of %g, enumeration finds %g", s.Title, fps, near.Efficiency, near.Bound, tolerance, want)
			}
			if near.Nodes > got.Nodes {
				repeated++
			}
			p, err := h.Replan(got.Actions, fps, plan)
			if err != nil {
				t.Fatal(err)
			}
			if !p.Feasible || math.Abs(p.Efficiency-want) > 1e-9 {
				t.Errorf("%s at %g frames/s: the optimal network has U %g (feasible: %t), want %g", s.Title, fps, p.Efficiency, p.Feasible, want)
			}
		}
	}
	if cases < 10 {
		t.Errorf("only %d cases were feasible", cases)
	}
	if repeated == 0 {
		t.Errorf("in none of %d cases a second pass was needed", cases)
	}
}
