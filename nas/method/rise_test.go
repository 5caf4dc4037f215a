package method_test

import (
	"context"
	"math"
	"testing"

	"coexplore/internal/heavy"
	"coexplore/nas"
	"coexplore/nas/controller"
	"coexplore/nas/evaluate"
	"coexplore/nas/method"
)

// TestSampledRewardRises checks that the policy itself learns: on the built-in table
// the reward of the networks that it samples, before fast exploration, planned and
// looked up, is higher by 0.3 or more in the last quarter of a search than in the
// first, in the mean of 20 seeds. A frozen controller's changes by less than 0.1.
func TestSampledRewardRises(t *testing.T) {
	seeds, episodes := heavy.Count(5, 20), 60
	table, err := evaluate.TinyTable()
	if err != nil {
		t.Fatal(err)
	}
	rise := func(make func() nas.Method) float64 {
		first, last := 0.0, 0.0
		for seed := range seeds {
			p, err := tinyTable()
			if err != nil {
				t.Fatal(err)
			}
			r, err := nas.Explore(context.Background(), p, nas.Settings{Seed: uint64(seed + 1), Episodes: episodes}, make())
			if err != nil {
				t.Fatal(err)
			}
			for i, trial := range r.Trials {
				if i >= episodes/4 && i < episodes-episodes/4 {
					continue
				}
				actions, err := p.Space.Actions(trial.Sampled)
				if err != nil {
					t.Fatal(err)
				}
				plan, err := p.Hardware.Plan(actions, p.Spec)
				if err != nil {
					t.Fatal(err)
				}
				reward := -1.0
				if plan.Feasible {
					reward = 0.5*table.Accuracies(trial.Sampled)[0] + 0.5*plan.Efficiency
				}
				if i < episodes/4 {
					first += reward / float64(seeds*(episodes/4))
				} else {
					last += reward / float64(seeds*(episodes/4))
				}
			}
		}
		t.Logf("mean reward of sampled networks: %.3f in the first quarter, %.3f in the last", first, last)
		return last - first
	}
	c := controller.DefaultSettings() // with hardly a bonus: what is tried here is that it learns
	if d := rise(func() nas.Method { return &method.CoExploration{Beta: 0.5, Controller: c} }); d < 0.3 {
		t.Errorf("the reward of sampled networks rises by %.3f, want 0.3 or more", d)
	}
	if d := rise(func() nas.Method { return &method.CoExploration{Beta: 0.5, Frozen: true} }); math.Abs(d) > 0.1 {
		t.Errorf("with a frozen controller it changes by %.3f", d)
	}
}
