package method

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"coexplore/nas"
	"coexplore/nas/controller"
)

// TestLearnSkipsFailures compares what a policy learns from trials some of which
// failed with what it learns from the others alone.
func TestLearnSkipsFailures(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	some, err := controller.New([]int{3, 4, 2}, controller.DefaultSettings(), rng)
	if err != nil {
		t.Fatal(err)
	}
	others := some.Clone()
	state := func(p *controller.Policy) []byte {
		b, err := p.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	actions := [][]int{{0, 1, 1}, {2, 3, 0}, {1, 0, 1}, {2, 2, 1}}
	trials := []nas.Trial{{Status: nas.Failed, Reward: -1}, {Status: nas.Trained, Reward: 0.7}, {Status: nas.Pruned, Reward: -1}, {Status: nas.Failed, Reward: 9}}
	learn(some, trials, actions)
	stats := others.Update(actions[1:3], []float64{0.7, -1})
	if !bytes.Equal(state(some), state(others)) {
		t.Error("the policy has learned something else")
	}
	for i, trial := range trials {
		if trial.Baseline != stats.Baseline || trial.Entropy != stats.Entropy {
			t.Errorf("trial %d: baseline %g, entropy %g; want %g and %g", i, trial.Baseline, trial.Entropy, stats.Baseline, stats.Entropy)
		}
	}
	before := state(some)
	learn(some, trials[3:], actions[3:])
	if !bytes.Equal(state(some), before) {
		t.Error("the policy has learned from a failure alone")
	}
	if trials[3].Baseline != some.Baseline() || trials[3].Entropy != some.Entropy(actions[3]) {
		t.Errorf("a failure alone: baseline %g, entropy %g", trials[3].Baseline, trials[3].Entropy)
	}
}
