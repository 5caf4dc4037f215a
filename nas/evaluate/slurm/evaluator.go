package slurm

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"coexplore/nas"
	"coexplore/nas/evaluate"
)

// An Evaluator is a nas.Evaluator whose networks a cluster trains: see [Queue.Evaluator].
type Evaluator struct {
	queue   *Queue
	request func(network string, seed uint64) *evaluate.Request
	answers evaluate.Answers

	mu   sync.Mutex
	told map[string]bool // failures that were passed on
}

var _ nas.Evaluator = (*Evaluator)(nil)

// Evaluate implements nas.Evaluator. What is answered already is not asked again, but for
// a failure that this evaluator has told before.
func (e *Evaluator) Evaluate(ctx context.Context, network string, seed uint64) (nas.Evaluation, error) {
	name := evaluate.Name(network, seed)
	if err := e.forgetFailure(name, network, seed); err != nil {
		return nas.Evaluation{}, err
	}
	request, err := json.Marshal(e.request(network, seed))
	if err != nil {
		return nas.Evaluation{}, fmt.Errorf("slurm: %w", err)
	}
	err = e.queue.Do(ctx, name, append(request, '\n'), func() (bool, error) {
		a, err := e.answers.Read(network, seed)
		return a != nil, err
	})
	if err != nil {
		return nas.Evaluation{}, err
	}
	a, err := e.answers.Read(network, seed)
	if err != nil {
		return nas.Evaluation{}, err
	}
	if a.Failed != "" {
		e.mu.Lock()
		e.told[name] = true
		e.mu.Unlock()
	}
	return a.Evaluation()
}

// forgetFailure removes an answer that says why there is none, if that was told.
func (e *Evaluator) forgetFailure(name, network string, seed uint64) error {
	e.mu.Lock()
	told := e.told[name]
	delete(e.told, name)
	e.mu.Unlock()
	if !told {
		return nil
	}
	return e.answers.Retract(network, seed)
}

// Tester is the evaluator of networks whose answers have an accuracy on test images, too.
func (e *Evaluator) Tester() nas.Tester { return tester{e} }

type tester struct{ *Evaluator }

// Test implements nas.Tester: the tasks have measured it already.
func (t tester) Test(_ context.Context, network string, seed uint64) (float64, error) {
	a, err := t.answers.Read(network, seed)
	switch {
	case err != nil:
		return 0, err
	case a == nil || a.TestAccuracy == nil:
		return 0, fmt.Errorf("slurm: %s has no accuracy on test images in %s", network, t.answers)
	}
	return *a.TestAccuracy, nil
}
