package nas

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"coexplore/hw"
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
	for _, space := range []ChainSpace{TinySpace(), CIFAR10Space(), CIFAR10Space().WithStrides(1, 2)} {
		h, err := NewPipelines(space, pool, target)
		if err != nil {
			t.Fatal(err)
		}
		f, err := newFixedPipeline(h)
		if err != nil {
			t.Fatal(err)
		}
		choices := Choices(space)
		for range 50 {
			actions := Random(space, choices, rng)
			plan, err := f.Plan(actions, 35)
			if err != nil {
				t.Fatal(err)
			}
			net := space.Decode(actions, nil)
			network, err := net.Network(space.Input, space.Classes, space.Head)
			if err != nil {
				t.Fatal(err)
			}
			if len(plan.Stages) != len(f.shares)+1 {
				t.Fatalf("%v runs on %d stages, the hardware has %d", net, len(plan.Stages), len(f.shares)+1)
			}
			next, slowest := 0, int64(0)
			for _, st := range plan.Pipeline.Stages {
				if st.First != next || st.Design != f.design {
					t.Fatalf("%v: stage from layer %d with %v, want from %d with %v", net, st.First, st.Design, next, f.design)
				}
				next = st.Last + 1
				cycles := int64(0)
				for l := st.First; l <= st.Last; l++ {
					if network.Layers[l].Kind == hw.Dense {
						continue // runs on the host
					}
					c, err := hw.LayerCost(network.Layers[l].Loops(), f.design, target)
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

// TestSequentialEndsWithBLAST checks that the last trial of sequential
// optimization is the best network of the search on its best pipeline.
func TestSequentialEndsWithBLAST(t *testing.T) {
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		t.Fatal(err)
	}
	e := EvaluatorFunc(func(_ context.Context, network string, _ uint64) (Evaluation, error) {
		return Evaluation{Accuracy: float64(len(network)) / 20}, nil
	})
	p := Problem{Space: TinySpace(), Pool: pool, Spec: 600, Evaluator: e}
	r, err := Explore(context.Background(), p, Settings{Seed: 2, Episodes: 60}, &Sequential{HardwareAware: HardwareAware{Beta: 0.5}})
	if err != nil {
		t.Fatal(err)
	}
	last := r.Trials[len(r.Trials)-1]
	best := -1.0
	network := ""
	for _, trial := range r.Trials[:len(r.Trials)-1] {
		if trial.Status != Pruned && trial.Reward > best {
			best, network = trial.Reward, trial.Network
		}
	}
	if last.Network != network || last.Status != Reused {
		t.Fatalf("the last trial is %s (%s), the best network %s", last.Network, last.Status, network)
	}
	h, err := NewPipelines(TinySpace(), pool, hw.DefaultTarget())
	if err != nil {
		t.Fatal(err)
	}
	actions, err := TinySpace().Actions(network)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := h.Plan(actions, 600)
	if err != nil {
		t.Fatal(err)
	}
	if last.Efficiency != plan.Efficiency || last.Throughput != plan.Throughput {
		t.Errorf("the last trial has U %g at %g frames/s, BLAST finds %g at %g", last.Efficiency, last.Throughput, plan.Efficiency, plan.Throughput)
	}
}
