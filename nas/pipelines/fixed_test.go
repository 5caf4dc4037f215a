package pipelines

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/nas"
	"coexplore/nas/space"
)

// TestFixedHardware compares networks on fixed hardware with adding up the cost
// model by hand, layer by layer.
func TestFixedHardware(t *testing.T) {
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		t.Fatal(err)
	}
	target := hw.DefaultTarget()
	rng := rand.New(rand.NewPCG(1, 5))
	for _, s := range []space.Chain{space.Tiny(), space.CIFAR10(), space.CIFAR10().WithStrides(1, 2)} {
		h, err := New(s, pool, target)
		if err != nil {
			t.Fatal(err)
		}
		f, err := h.fixPipeline()
		if err != nil {
			t.Fatal(err)
		}
		choices := nas.Choices(s)
		for range 50 {
			actions := nas.Random(s, choices, rng)
			plan, err := f.Plan(actions, 35)
			if err != nil {
				t.Fatal(err)
			}
			net := s.Decode(actions, nil)
			network, err := net.Network(s.Input, s.Classes, s.Head)
			if err != nil {
				t.Fatal(err)
			}
			if len(plan.Stages) != len(f.shares)+1 {
				t.Fatalf("%v runs on %d stages, the hardware has %d", net, len(plan.Stages), len(f.shares)+1)
			}
			next, slowest := 0, int64(0)
			for _, st := range plan.Pipeline.Stages {
				if st.First != next || st.Design != *f.design {
					t.Fatalf("%v: stage from layer %d with %v, want from %d with %v", net, st.First, st.Design, next, f.design)
				}
				next = st.Last + 1
				cycles := int64(0)
				for l := st.First; l <= st.Last; l++ {
					if network.Layers[l].Kind == hw.Dense {
						continue // runs on the host
					}
					c, err := accel.LayerCost(network.Layers[l].Loops(), *f.design, target)
					if err != nil {
						t.Fatal(err)
					}
					cycles += c.Cycles
				}
				slowest = max(slowest, cycles)
			}
			if next != len(network.Layers) {
				t.Fatalf("%v: %d of %d layers run", net, next, len(network.Layers))
			}
			if want := target.ClockMHz * 1e6 / float64(slowest); math.Abs(plan.Throughput-want) > 1e-6*want {
				t.Errorf("%v: %g frames/s, adding up gives %g", net, plan.Throughput, want)
			}
			if plan.Feasible != (plan.Throughput >= 35) {
				t.Errorf("%v: %g frames/s, feasible: %t", net, plan.Throughput, plan.Feasible)
			}
		}
	}
}

// TestNewRefuses checks that there are no pipelines without FPGAs, for a word size
// that there is not, or for a space that holds nothing.
func TestNewRefuses(t *testing.T) {
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		t.Fatal(err)
	}
	odd := hw.DefaultTarget()
	odd.Bits = 7
	empty := space.Tiny()
	empty.Kernels = nil
	for _, c := range []struct {
		name   string
		space  space.Chain
		pool   hw.Pool
		target hw.Target
		want   string
	}{
		{"no FPGAs", space.Tiny(), nil, hw.Target{}, "pool"},
		{"7 bits", space.Tiny(), pool, odd, "7 bits"},
		{"no kernels", empty, pool, hw.Target{}, "kernels"},
	} {
		if _, err := New(c.space, c.pool, c.target); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one that says %q", c.name, err, c.want)
		}
	}
}
