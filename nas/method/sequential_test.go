package method_test

import (
	"context"
	"testing"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/method"
	"coexplore/nas/pipelines"
	"coexplore/nas/space"
)

// TestSequentialEndsWithBLAST checks that the last trial of sequential
// optimization is the best network of the search on its best pipeline.
func TestSequentialEndsWithBLAST(t *testing.T) {
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		t.Fatal(err)
	}
	e := nas.EvaluatorFunc(func(_ context.Context, network string, _ uint64) (nas.Evaluation, error) {
		return nas.Evaluation{Accuracy: float64(len(network)) / 20}, nil
	})
	h, err := pipelines.New(space.Tiny(), pool, hw.DefaultTarget())
	if err != nil {
		t.Fatal(err)
	}
	p := nas.Problem{Space: space.Tiny(), Hardware: h, Spec: 600, Evaluator: e}
	r, err := nas.Explore(context.Background(), p, nas.Settings{Seed: 2, Episodes: 60}, &method.Sequential{HardwareAware: method.HardwareAware{Beta: 0.5}})
	if err != nil {
		t.Fatal(err)
	}
	last := r.Trials[len(r.Trials)-1]
	best := -1.0
	network := ""
	for _, trial := range r.Trials[:len(r.Trials)-1] {
		if trial.Status != nas.Pruned && trial.Reward > best {
			best, network = trial.Reward, trial.Network
		}
	}
	if last.Network != network || last.Status != nas.Reused {
		t.Fatalf("the last trial is %s (%s), the best network %s", last.Network, last.Status, network)
	}
	actions, err := space.Tiny().Actions(network)
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
