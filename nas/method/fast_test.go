package method_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"testing"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/controller"
	"coexplore/nas/method"
	"coexplore/nas/pipelines"
	"coexplore/nas/space"
)

// fastSetup is a policy on the CIFAR-10 space and a network with a feasible plan.
func fastSetup(t *testing.T, rng *rand.Rand) (*pipelines.Hardware, *controller.Policy, []int, *nas.Plan) {
	t.Helper()
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		t.Fatal(err)
	}
	s := space.CIFAR10().WithStrides(1, 2)
	h, err := pipelines.New(s, pool, hw.DefaultTarget())
	if err != nil {
		t.Fatal(err)
	}
	policy, err := controller.New(nas.Choices(s), controller.DefaultSettings(), rng)
	if err != nil {
		t.Fatal(err)
	}
	choices := nas.Choices(s)
	for {
		actions := nas.Random(s, choices, rng)
		plan, err := h.Plan(actions, 35)
		if err != nil {
			t.Fatal(err)
		}
		if plan.Feasible && len(plan.Stages) > 1 {
			return h, policy, actions, plan
		}
	}
}

// TestFastExploration checks what fast exploration says of its best network by
// planning it anew on the same partition, that it never loses, that it leaves the
// depth alone and that it does not touch the controller.
func TestFastExploration(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for range 5 {
		h, policy, actions, plan := fastSetup(t, rng)
		before, err := policy.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		f, err := method.NewFastExploration(h, 35, policy, method.DefaultFastSettings(), actions, plan)
		if err != nil {
			t.Fatal(err)
		}
		best := f.Best
		for range 30 {
			if err := f.Step(rng); err != nil {
				t.Fatal(err)
			}
			if f.Best < best {
				t.Fatalf("the best U fell from %g to %g", best, f.Best)
			}
			best = f.Best
			for i, r := range f.Rewards {
				if r < -1 || r > 1 {
					t.Fatalf("the RNN of stage %d has the mean reward %g", i, r)
				}
			}
		}
		if len(f.BestActions) != len(actions) || f.BestActions[0] != actions[0] {
			t.Errorf("the depth changed: %v became %v", actions, f.BestActions)
		}
		again, err := h.Replan(f.BestActions, 35, plan)
		if err != nil {
			t.Fatal(err)
		}
		if !again.Feasible || !near(again.Efficiency, f.Best) {
			t.Errorf("best network: U %g (feasible: %t), fast exploration says %g", again.Efficiency, again.Feasible, f.Best)
		}
		free, err := h.Plan(f.BestActions, 35)
		if err != nil {
			t.Fatal(err)
		}
		if free.Efficiency < f.Best-1e-12 {
			t.Errorf("planned freely U is %g, less than %g on the fixed partition", free.Efficiency, f.Best)
		}
		after, err := policy.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(before, after) {
			t.Error("fast exploration changed the controller")
		}
	}
}

func near(a, b float64) bool { return a-b < 1e-12 && b-a < 1e-12 }

// fastWatcher records the steps of fast exploration.
type fastWatcher struct {
	nas.NopRecorder
	steps []nas.FastStep
}

func (w *fastWatcher) Fast(s nas.FastStep) error {
	w.steps = append(w.steps, s)
	return nil
}

// TestFastIsRecorded checks that a recorder sees every step of fast exploration
// and that a trial's account of it agrees.
func TestFastIsRecorded(t *testing.T) {
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		t.Fatal(err)
	}
	w := &fastWatcher{}
	e := nas.EvaluatorFunc(func(context.Context, string, uint64) (nas.Evaluation, error) {
		return nas.Evaluation{Accuracy: 0.5}, nil
	})
	h, err := pipelines.New(space.Tiny(), pool, hw.DefaultTarget())
	if err != nil {
		t.Fatal(err)
	}
	r, err := nas.Explore(context.Background(), nas.Problem{Space: space.Tiny(), Hardware: h, Spec: 600, Evaluator: e},
		nas.Settings{Seed: 1, Episodes: 12, Recorder: w}, &method.CoExploration{Beta: 0.5, FastSteps: 25, Patience: 10})
	if err != nil {
		t.Fatal(err)
	}
	i := 0
	for _, trial := range r.Trials {
		for step := 1; step <= trial.FastSteps; step++ {
			if i >= len(w.steps) {
				t.Fatalf("only %d steps were recorded", i)
			}
			s := w.steps[i]
			if s.Episode != trial.Episode || s.Step != step {
				t.Fatalf("step %d is of episode %d, step %d; want %d, %d", i, s.Episode, s.Step, trial.Episode, step)
			}
			if step == trial.FastSteps && s.Best < trial.FastBest {
				t.Errorf("trial %d says U %g was the best, the last step %g", trial.Index, trial.FastBest, s.Best)
			}
			i++
		}
		if trial.Status == nas.Pruned && trial.FastSteps > 0 {
			t.Errorf("trial %d was pruned but explored", trial.Index)
		}
		if trial.Efficiency < trial.FastBest-1e-12 {
			t.Errorf("trial %d: U %g at first, %g after fast exploration, %g planned anew", trial.Index, trial.FastStart, trial.FastBest, trial.Efficiency)
		}
	}
	if i != len(w.steps) || i == 0 {
		t.Errorf("%d steps were recorded, the trials account for %d", len(w.steps), i)
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
