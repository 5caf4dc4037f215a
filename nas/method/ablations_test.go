package method_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"coexplore/internal/heavy"
	"coexplore/nas"
	"coexplore/nas/controller"
	"coexplore/nas/evaluate"
	"coexplore/nas/method"
)

// TestAblations runs the paper's method and the ablations on the same problem and
// checks what sets each apart from co-exploration.
func TestAblations(t *testing.T) {
	explore := func(m nas.Method) *nas.Result {
		p, err := tinyTable()
		if err != nil {
			t.Fatal(err)
		}
		r, err := nas.Explore(context.Background(), p, nas.Settings{Seed: 3, Episodes: 40}, m)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	steps := func(r *nas.Result) (n, plans int) {
		for i := range r.Trials {
			n += r.Trials[i].FastSteps
			if r.Trials[i].FastSteps > 0 {
				plans += r.Trials[i].Plans - 2 // of the sampled network and of the one that is chosen
			}
		}
		return n, plans
	}
	whole := explore(&method.CoExploration{Beta: 0.5})
	if n, plans := steps(whole); plans <= 4*n || whole.Reused > 0 {
		t.Errorf("coexplore: %d plans in %d steps, %d networks reused", plans, n, whole.Reused)
	}
	paper := explore(method.PaperCoExploration(0.5))
	if n, plans := steps(paper); n == 0 || plans != 4*n || paper.Reused == 0 {
		t.Errorf("the paper's: %d plans in %d steps of 4 proposals, %d networks reused", plans, n, paper.Reused)
	}
	single := explore(method.SingleCoExploration(0.5))
	if n, plans := steps(single); n == 0 || plans != 4*n {
		t.Errorf("a single RNN: %d plans in %d steps of 4 proposals", plans, n)
	}
	if n, _ := steps(explore(method.SlowCoExploration(0.5))); n != 0 {
		t.Errorf("without fast exploration: %d steps of it", n)
	}
	if repeat := explore(method.RepeatCoExploration(0.5)); repeat.Reused == 0 {
		t.Error("by the paper's rule no network was chosen again")
	}
	macs := explore(method.MACsCoExploration(0.5))
	missed := 0
	for _, trial := range macs.Trials {
		if trial.FastSteps > 0 && trial.Status == nas.Pruned {
			missed++
		}
	}
	if missed == 0 {
		t.Error("by MACs alone fast exploration never chose a network that misses the specification")
	}
	frozen := explore(method.FrozenCoExploration(0.5))
	first, last := frozen.Trials[0].Entropy, frozen.Trials[len(frozen.Trials)-1].Entropy
	if math.Abs(first-last) > 0.05 || first < 1 {
		t.Errorf("the entropy of a frozen controller went from %g to %g", first, last)
	}
}

// TestFastGuides checks the rewards of the paper's fast exploration and of that by MACs
// against working them out from plans of the proposals.
func TestFastGuides(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for range 5 {
		h, policy, actions, plan := fastSetup(t, rng)
		start, macs, worst := plan.Efficiency, float64(plan.MACs), 0.0
		for _, st := range plan.Stages {
			worst = max(worst, st.Utilization)
		}
		seen := &replanLog{Hardware: h}
		s := method.DefaultFastSettings()
		s.Batch, s.Mode = 1, method.Joint{}
		f, err := method.NewFastExploration(seen, 35, policy, s, actions, plan)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Step(rng); err != nil || len(seen.plans) != 1 || f.StepPlans() != 1 {
			t.Fatalf("%d plans in a step that is said to take %d (%v)", len(seen.plans), f.StepPlans(), err)
		}
		for i, u := range seen.plans[0].utilizations {
			want := u
			if u > 1 {
				want = -1
			}
			if f.Rewards[i] != want {
				t.Errorf("stage %d with U %g earned %g, want %g", i, u, f.Rewards[i], want)
			}
		}
		s.Mode = method.MACs{}
		seen.plans = nil
		if f, err = method.NewFastExploration(seen, 35, policy, s, actions, plan); err != nil {
			t.Fatal(err)
		}
		if err := f.Step(rng); err != nil || len(f.Rewards) != 1 {
			t.Fatal(err, f.Rewards)
		}
		ratio := seen.plans[0].macs / macs
		want := worst * ratio
		if want > 1 {
			want = max(-1, 2-want)
		}
		if !near(f.Rewards[0], want) || !near(f.Efficiency, start*ratio) || f.Meets != (worst*ratio <= 1) {
			t.Errorf("by MACs: reward %g, efficiency %g, meets %t; want %g, %g, %t", f.Rewards[0], f.Efficiency, f.Meets, want, start*ratio, worst*ratio <= 1)
		}
	}
}

// replanLog is hardware that remembers its replans.
type replanLog struct {
	nas.Hardware
	plans []replanned
}

type replanned struct {
	utilizations []float64
	macs         float64
}

func (l *replanLog) Replan(actions []int, fps float64, fixed *nas.Plan) (*nas.Plan, error) {
	p, err := l.Hardware.Replan(actions, fps, fixed)
	if err == nil {
		r := replanned{macs: float64(p.MACs)}
		for _, st := range p.Stages {
			r.utilizations = append(r.utilizations, st.Utilization)
		}
		l.plans = append(l.plans, r)
	}
	return p, err
}

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
	if d := rise(func() nas.Method { return method.FrozenCoExploration(0.5) }); math.Abs(d) > 0.1 {
		t.Errorf("with a frozen controller it changes by %.3f", d)
	}
}
