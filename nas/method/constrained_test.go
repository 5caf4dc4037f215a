package method

import (
	"context"
	"math/rand/v2"
	"testing"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/pareto"
	"coexplore/nas/pipelines"
	"coexplore/nas/space"
)

// TestConstrainedRank checks the order against constrained domination worked out pair
// by pair: no member stands behind one that it dominates.
func TestConstrainedRank(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	directions := []pareto.Direction{pareto.Maximize, pareto.Minimize}
	dominates := func(a, b *member) bool {
		switch {
		case a.Violation == 0 && b.Violation == 0:
			return pareto.Dominates(a.Values, b.Values, directions...)
		case a.Violation == 0 || b.Violation == 0:
			return a.Violation == 0
		}
		return a.Violation < b.Violation
	}
	for range 200 {
		members := make([]member, 1+rng.IntN(12))
		for i := range members {
			if rng.IntN(3) == 0 {
				members[i].Violation = float64(1+rng.IntN(4)) / 4
			} else {
				members[i].Values = []float64{float64(rng.IntN(4)), float64(rng.IntN(4))}
			}
		}
		order, err := constrainedRank(members, directions)
		if err != nil || len(order) != len(members) {
			t.Fatalf("%d of %d members in order (%v)", len(order), len(members), err)
		}
		for i := range order {
			for _, later := range order[i+1:] {
				if dominates(&members[later], &members[order[i]]) {
					t.Fatalf("%+v stands before %+v", members[order[i]], members[later])
				}
			}
		}
	}
}

// TestScreenedNSGA2Population checks on a specification that few networks meet that no
// network is in the population twice, and that those which miss it are there until
// there are enough that meet it.
func TestScreenedNSGA2Population(t *testing.T) {
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		t.Fatal(err)
	}
	h, err := pipelines.New(space.Tiny(), pool, hw.DefaultTarget())
	if err != nil {
		t.Fatal(err)
	}
	e := nas.EvaluatorFunc(func(_ context.Context, network string, _ uint64) (nas.Evaluation, error) {
		return nas.Evaluation{Accuracy: float64(len(network)) / 20}, nil
	})
	m := &NSGA2{Population: 8, Constrained: true}
	missed := false
	w := watcher(func() {
		seen := map[string]bool{}
		for _, member := range append(m.parents[:len(m.parents):len(m.parents)], m.children...) {
			name := space.Tiny().Network(member.Actions)
			if seen[name] {
				t.Errorf("%s is in the population twice", name)
			}
			seen[name] = true
			missed = missed || member.Violation > 0
		}
	})
	p := nas.Problem{Space: space.Tiny(), Hardware: h, Spec: 2200, Evaluator: e}
	r, err := nas.Explore(context.Background(), p, nas.Settings{Seed: 1, Episodes: 150, Recorder: w}, &Screened{m, 2})
	if err != nil {
		t.Fatal(err)
	}
	if !missed {
		t.Error("no network that misses the specification was ever in the population")
	}
	for _, member := range m.parents {
		if member.Violation > 0 {
			t.Errorf("after %d trained networks one that misses the specification is a parent", r.Trained)
		}
	}
}

// watcher is a recorder that looks after each step.
type watcher func()

func (watcher) Begin(*nas.Problem, *nas.Settings, string) error { return nil }
func (watcher) Fast(nas.FastStep) error                         { return nil }
func (watcher) Trial(nas.Trial) error                           { return nil }
func (watcher) End(*nas.Result) error                           { return nil }

func (w watcher) Checkpoint(*nas.State) error {
	w()
	return nil
}
