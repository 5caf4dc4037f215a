package method_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/method"
	"coexplore/nas/pipelines"
	"coexplore/nas/space"
)

// fixLog is hardware that remembers what it was fixed to, and counts plans.
type fixLog struct {
	nas.Fixer
	plans    int
	networks [][]int
	fixed    []*fixedLog
}

func (l *fixLog) Plan(actions []int, fps float64) (*nas.Plan, error) {
	l.plans++
	return l.Fixer.Plan(actions, fps)
}

func (l *fixLog) Replan(actions []int, fps float64, fixed *nas.Plan) (*nas.Plan, error) {
	l.plans++
	return l.Fixer.Replan(actions, fps, fixed)
}

func (l *fixLog) Fix(actions []int, plan *nas.Plan) (nas.Hardware, error) {
	h, err := l.Fixer.Fix(actions, plan)
	f := &fixedLog{Hardware: h, log: l}
	l.networks, l.fixed = append(l.networks, slices.Clone(actions)), append(l.fixed, f)
	return f, err
}

func (l *fixLog) Preset() (nas.Hardware, error) {
	h, err := l.Fixer.Preset()
	f := &fixedLog{Hardware: h, log: l}
	l.fixed = append(l.fixed, f)
	return f, err
}

// fixedLog is hardware that was fixed.
type fixedLog struct {
	nas.Hardware
	log   *fixLog
	plans int
}

func (f *fixedLog) Plan(actions []int, fps float64) (*nas.Plan, error) {
	f.plans++
	f.log.plans++
	return f.Hardware.Plan(actions, fps)
}

// fixProblems are a chain's and a cell's problem on hardware that remembers.
func fixProblems(t *testing.T) map[string]func() (nas.Problem, *fixLog) {
	accuracy := nas.EvaluatorFunc(func(_ context.Context, network string, _ uint64) (nas.Evaluation, error) {
		return nas.Evaluation{Accuracy: 0.5}, nil
	})
	cells, err := pipelines.NewCells(searchtest.Pool(t, "XC7Z015:2"), hw.Target{}, hw.Shape{C: 3, H: 32, W: 32}, 10)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]func() (nas.Problem, *fixLog){
		"chain": func() (nas.Problem, *fixLog) {
			l := &fixLog{Fixer: searchtest.Pipelines(t, space.Tiny(), "XC7Z015:3")}
			return nas.Problem{Space: space.Tiny(), Hardware: l, Spec: 1000, Evaluator: accuracy}, l
		},
		"two types": func() (nas.Problem, *fixLog) {
			l := &fixLog{Fixer: searchtest.Pipelines(t, space.Tiny(), "XC7Z015:1,ZU3EG:1")}
			return nas.Problem{Space: space.Tiny(), Hardware: l, Spec: 1500, Evaluator: accuracy}, l
		},
		"cells": func() (nas.Problem, *fixLog) {
			l := &fixLog{Fixer: cells}
			return nas.Problem{Space: space.NASBench201{}, Hardware: l, Spec: 120, Evaluator: accuracy}, l
		},
	}
}

// TestHardwareChoice compares the hardware that is chosen with all candidates, every
// one worked out anew: the pipeline of each network of the sample as hardware for all
// of them.
func TestHardwareChoice(t *testing.T) {
	const sample, episodes = 9, 15
	chosenLater := false
	for name, problem := range fixProblems(t) {
		for seed := range uint64(4) {
			p, log := problem()
			m := &method.HardwareAware{Beta: 0.5, Sample: sample}
			r, err := nas.Explore(context.Background(), p, nas.Settings{Seed: seed, Episodes: episodes}, m)
			if err != nil {
				t.Fatal(err)
			}
			if len(log.networks) != sample {
				t.Fatalf("%s: a sample of %d, want %d", name, len(log.networks), sample)
			}
			own, _ := problem()
			best, highest := -1, -1.0
			for i, actions := range log.networks {
				plan, err := own.Hardware.Plan(actions, p.Spec)
				if err != nil || !plan.Feasible {
					t.Fatalf("%s: %v is in the sample: %+v, %v", name, actions, plan, err)
				}
				h, err := own.Hardware.(nas.Fixer).Fix(actions, plan)
				if err != nil {
					t.Fatal(err)
				}
				mean := 0.0
				for _, a := range log.networks {
					if plan, err := h.Plan(a, p.Spec); err != nil {
						t.Fatal(err)
					} else if nas.Meets(plan.Throughput, p.Spec) {
						mean += plan.Efficiency / sample
					}
				}
				if mean > highest+1e-12 {
					best, highest = i, mean
				}
			}
			for i, f := range log.fixed {
				want := sample
				if i == best {
					want += episodes
				}
				if f.plans != want {
					t.Errorf("%s, seed %d: %d plans on candidate %d, want %d: candidate %d is the best", name, seed, f.plans, i, want, best)
				}
			}
			chosenLater = chosenLater || best > 0
			if r.Plans != log.plans-1 || r.Trials[0].Plans != r.Plans-episodes+1 { // one is the check of the specification
				t.Errorf("%s: %d plans, of them %d for the first network; the hardware made %d", name, r.Plans, r.Trials[0].Plans, log.plans-1)
			}
			if s := r.Trials[0].FastSeconds; !(s > 0) {
				t.Errorf("%s: fixing the hardware took %g s", name, s)
			}
		}
	}
	if !chosenLater {
		t.Error("the first candidate was always the best, which shows little")
	}
}

// TestHardwareBudget checks that choosing hardware leaves half of the plans, that the
// paper's form makes none for it, and what is said where nothing meets the
// specification.
func TestHardwareBudget(t *testing.T) {
	problem := fixProblems(t)["chain"]
	for _, most := range []int{40, 400, 4000} {
		p, log := problem()
		r, err := nas.Explore(context.Background(), p, nas.Settings{Seed: 1, Episodes: most, MaxPlans: most}, &method.HardwareAware{})
		if err != nil {
			t.Fatal(err)
		}
		if first := r.Trials[0].Plans - 1; first > most/2 || len(log.networks) == 0 || r.Plans > most {
			t.Errorf("of %d plans %d are for a sample of %d; in all there were %d", most, first, len(log.networks), r.Plans)
		}
	}
	p, log := problem()
	r, err := nas.Explore(context.Background(), p, nas.Settings{Seed: 1, Episodes: 20}, &method.HardwareAware{Sample: -1})
	if err != nil || r.Plans != 20 || len(log.fixed) != 1 {
		t.Errorf("the paper's form: %d plans for 20 networks, fixed %d times, %v", r.Plans, len(log.fixed), err)
	}
	h := searchtest.Pipelines(t, space.Tiny(), "XC7Z015:3")
	if p.Spec, err = h.BestThroughput(space.Tiny().Smallest()); err != nil {
		t.Fatal(err)
	}
	p.Spec *= 0.999
	for _, m := range []nas.Method{
		&method.HardwareAware{Sample: 1}, &method.Sequential{HardwareAware: method.HardwareAware{Sample: 1}},
	} {
		if _, err := nas.Explore(context.Background(), p, nas.Settings{Seed: 1, Episodes: 20}, m); err == nil || !strings.Contains(err.Error(), "none of 20 drawn") {
			t.Errorf("%s: no network meets the specification: %v", m.Name(), err)
		}
	}
}
