package study_test

import (
	"context"
	"testing"

	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/method"
	"coexplore/nas/study"
)

func TestCostUntil(t *testing.T) {
	trials := []nas.Trial{
		{Status: nas.Trained, Design: nas.Design{Accuracy: 0.5, Throughput: 40}, TrainSeconds: 2, FastSeconds: 1},
		{Status: nas.Pruned, Design: nas.Design{Throughput: 20}, FastSeconds: 1},
		{Status: nas.Trained, Design: nas.Design{Accuracy: 0.9, Throughput: 20}, TrainSeconds: 4, FastSeconds: 1}, // too slow
		{Status: nas.Trained, Design: nas.Design{Accuracy: 0.8, Throughput: 35}, TrainSeconds: 8, FastSeconds: 1},
		{Status: nas.Trained, Design: nas.Design{Accuracy: 0.95, Throughput: 50}, TrainSeconds: 16, FastSeconds: 1},
	}
	if got, want := study.CostUntil(trials, 0.75, 35), (study.SearchCost{Reached: true, Proposed: 4, Children: 3, TrainSeconds: 14, FastSeconds: 4}); got != want {
		t.Errorf("until 0.75: %+v, want %+v", got, want)
	}
	if got, want := study.CostUntil(trials, 0.99, 35), (study.SearchCost{Proposed: 5, Children: 4, TrainSeconds: 30, FastSeconds: 5}); got != want {
		t.Errorf("until 0.99: %+v, want %+v", got, want)
	}
}

// TestCost checks a study of cost against its own searches, run apart: the goal is
// what the reference reaches, and a rival ends at the first trial that reaches it.
func TestCost(t *testing.T) {
	problem := func() (nas.Problem, error) { return searchtest.Problem(t, &searchtest.Counting{}), nil }
	reference := study.Contender{New: func() nas.Method { return &method.HardwareAware{Beta: 0.5} }}
	rivals := []study.Contender{{New: func() nas.Method { return &method.Random{Beta: 0.5} }}, {Name: "aging", New: searchtest.Methods["evolution"]}}
	const trained, seeds = 12, 3
	searches, err := study.Cost(context.Background(), problem, reference, rivals, 5, seeds, study.Budget{Trained: trained})
	if err != nil {
		t.Fatal(err)
	}
	if len(searches) != seeds*3 {
		t.Fatalf("%d searches, want %d", len(searches), seeds*3)
	}
	for i, s := range searches {
		first := searches[i-i%3]
		if s.Seed != uint64(5+i/3) || s.Goal != first.Accuracy || s.Method != []string{"hwaware", "random", "aging"}[i%3] {
			t.Errorf("search %d: %+v", i, s)
		}
		if i%3 == 0 {
			continue
		}
		whole, err := nas.Explore(context.Background(), searchtest.Problem(t, &searchtest.Counting{}),
			nas.Settings{Seed: s.Seed, Episodes: 20 * trained, MaxTrained: trained}, rivals[i%3-1].New())
		if err != nil {
			t.Fatal(err)
		}
		want := study.CostUntil(whole.Trials, s.Goal, searchtest.Spec)
		want.FastSeconds = s.FastSeconds // a clock's
		if s.SearchCost != want {
			t.Errorf("%s, seed %d: %+v, want %+v", s.Method, s.Seed, s.SearchCost, want)
		}
	}
}
