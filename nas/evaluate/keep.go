package evaluate

import (
	"context"

	"coexplore/nas"
)

// Keep returns an evaluator that keeps what e says in a folder as soon as e says it, and
// does not ask e again what is there. A search with several networks in flight logs their
// trials in order: what was found out of turn is then not lost if the search is cut off. A
// failure is not kept. If e is a nas.Tester, so is what is returned.
func Keep(e nas.Evaluator, folder Answers) nas.Evaluator {
	k := &keeping{e, folder}
	if t, ok := e.(nas.Tester); ok {
		return &keepingTester{k, t}
	}
	return k
}

type keeping struct {
	evaluator nas.Evaluator
	folder    Answers
}

// Evaluate implements nas.Evaluator.
func (k *keeping) Evaluate(ctx context.Context, network string, seed uint64) (nas.Evaluation, error) {
	if a, err := k.folder.Read(network, seed); err != nil || a != nil && a.Failed == "" {
		if err != nil {
			return nas.Evaluation{}, err
		}
		return a.Evaluation()
	}
	e, err := k.evaluator.Evaluate(ctx, network, seed)
	if err != nil {
		return e, err
	}
	return e, k.folder.Write(NewAnswer(network, seed, e, nil))
}

type keepingTester struct {
	*keeping
	tester nas.Tester
}

// Test implements nas.Tester.
func (k *keepingTester) Test(ctx context.Context, network string, seed uint64) (float64, error) {
	a, err := k.folder.Read(network, seed)
	if err != nil {
		return 0, err
	}
	if a != nil && a.TestAccuracy != nil {
		return *a.TestAccuracy, nil
	}
	accuracy, err := k.tester.Test(ctx, network, seed)
	if err != nil || a == nil {
		return accuracy, err
	}
	a.TestAccuracy = &accuracy
	return accuracy, k.folder.Write(a)
}
