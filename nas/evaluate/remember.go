package evaluate

import (
	"context"
	"sync"

	"coexplore/nas"
)

// Remember returns an evaluator that asks e once for each network and seed, and
// answers from memory when it is asked again, as several searches with one seed do:
// e would say the same. The seconds are those of the one evaluation. If e is a
// nas.Tester, so is what is returned, and remembers accuracies on test images as well.
func Remember(e nas.Evaluator) nas.Evaluator {
	r := &remembering{evaluator: e, known: make(map[question]nas.Evaluation)}
	if t, ok := e.(nas.Tester); ok {
		return &rememberingTester{remembering: r, tester: t, tested: make(map[question]float64)}
	}
	return r
}

type remembering struct {
	evaluator nas.Evaluator
	mu        sync.Mutex
	known     map[question]nas.Evaluation
}

// A question is what an evaluator was asked.
type question struct {
	network string
	seed    uint64
}

// Evaluate implements nas.Evaluator. An evaluation that failed is not remembered.
func (r *remembering) Evaluate(ctx context.Context, network string, seed uint64) (nas.Evaluation, error) {
	key := question{network, seed}
	r.mu.Lock()
	e, ok := r.known[key]
	r.mu.Unlock()
	if ok {
		return e, nil
	}
	e, err := r.evaluator.Evaluate(ctx, network, seed)
	if err == nil {
		r.mu.Lock()
		r.known[key] = e
		r.mu.Unlock()
	}
	return e, err
}

type rememberingTester struct {
	*remembering
	tester nas.Tester
	tested map[question]float64 // under the lock of remembering
}

// Test implements nas.Tester. A measurement that failed is not remembered.
func (r *rememberingTester) Test(ctx context.Context, network string, seed uint64) (float64, error) {
	key := question{network, seed}
	r.mu.Lock()
	accuracy, ok := r.tested[key]
	r.mu.Unlock()
	if ok {
		return accuracy, nil
	}
	accuracy, err := r.tester.Test(ctx, network, seed)
	if err == nil {
		r.mu.Lock()
		r.tested[key] = accuracy
		r.mu.Unlock()
	}
	return accuracy, err
}
