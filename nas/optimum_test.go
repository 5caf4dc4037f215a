package nas

import (
	"context"
	"flag"
	"math"
	"math/rand/v2"
	"testing"

	"coexplore/hw"
)

var heavy = flag.Bool("heavy", false, "measure on more pipelines and seeds (minutes)")

// TestOptimumAgainstEnumeration compares the optimum of fast exploration with
// trying every network of small spaces, on random pipelines.
func TestOptimumAgainstEnumeration(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 1))
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		t.Fatal(err)
	}
	small := TinySpace()
	strided := TinySpace().WithStrides(1, 2)
	strided.Kernels, strided.Filters = []int{1, 5}, []int{16, 36}
	flat := CIFAR10Space()
	flat.MinLayers, flat.MaxLayers = 4, 4
	flat.Kernels, flat.Filters = []int{1, 3, 7}, []int{24, 64}
	cases := 0
	for _, space := range []ChainSpace{small, strided, flat} {
		h, err := NewPipelines(space, pool, hw.DefaultTarget())
		if err != nil {
			t.Fatal(err)
		}
		choices := Choices(space)
		for range 12 {
			actions := Random(space, choices, rng)
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
			All(space, func(a []int) bool {
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
				t.Errorf("%s at %g frames/s: optimum %g (bound %g), enumeration finds %g", space.Title, fps, got.Efficiency, got.Bound, want)
			}
			p, err := h.Replan(got.Actions, fps, plan)
			if err != nil {
				t.Fatal(err)
			}
			if !p.Feasible || math.Abs(p.Efficiency-want) > 1e-9 {
				t.Errorf("%s at %g frames/s: the optimal network has U %g (feasible: %t), want %g", space.Title, fps, p.Efficiency, p.Feasible, want)
			}
		}
	}
	if cases < 10 {
		t.Errorf("only %d cases were feasible", cases)
	}
}

// TestFastReachesOptimum measures what fast exploration reaches within 300 steps,
// from an untrained controller, as a share of the optimum on the same pipeline:
// with an RNN for each stage and with a single one, on random pipelines of the
// CIFAR-10 space for 35 frames/s on three XC7Z015.
func TestFastReachesOptimum(t *testing.T) {
	const steps = 300
	pipelines, want := 4, 0.95 // the mean over few pipelines scatters
	if *heavy {
		pipelines, want = 50, 0.98
	}
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		space ChainSpace
	}{
		{"fixed stride", CIFAR10Space()},
		{"predicted stride", CIFAR10Space().WithStrides(1, 2)},
	} {
		r, err := MeasureReach(context.Background(), c.space, pool, hw.DefaultTarget(), 35, pipelines, steps, 11)
		if err != nil {
			t.Fatal(err)
		}
		arrives := func(curve []float64) int {
			for k, v := range curve {
				if v >= want {
					return k + 1
				}
			}
			return 0
		}
		split, single := arrives(r.Split), arrives(r.Single)
		t.Logf("%s, %d pipelines (optimum known to %.4f): an RNN a stage reaches %.2f %% of the optimum, a single RNN %.2f %%; %.0f %% after %d and %d steps (0: never)",
			c.name, pipelines, r.Gap, 100*r.Split[steps-1], 100*r.Single[steps-1], 100*want, split, single)
		if split == 0 {
			t.Errorf("%s: an RNN a stage reaches %.4f of the optimum, want %g", c.name, r.Split[steps-1], want)
		}
		if single != 0 && single <= split {
			t.Errorf("%s: a single RNN arrives after %d steps, an RNN a stage after %d", c.name, single, split)
		}
	}
}
