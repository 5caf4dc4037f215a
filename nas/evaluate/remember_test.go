package evaluate_test

import (
	"context"
	"errors"
	"testing"

	"coexplore/nas"
	"coexplore/nas/evaluate"
)

// TestRemember checks that each network and seed is asked for once, and a failure
// again.
func TestRemember(t *testing.T) {
	calls := map[string]int{}
	e := evaluate.Remember(nas.EvaluatorFunc(func(_ context.Context, network string, seed uint64) (nas.Evaluation, error) {
		calls[network]++
		if network == "bad" {
			return nas.Evaluation{}, errors.New("no luck")
		}
		return nas.Evaluation{Accuracy: float64(seed) / 10, Seconds: 3}, nil
	}))
	for range 3 {
		for seed := range uint64(2) {
			got, err := e.Evaluate(context.Background(), "a", seed)
			if err != nil || got != (nas.Evaluation{Accuracy: float64(seed) / 10, Seconds: 3}) {
				t.Errorf("seed %d: %+v, %v", seed, got, err)
			}
		}
		if _, err := e.Evaluate(context.Background(), "bad", 1); err == nil {
			t.Error("bad: no error")
		}
	}
	if calls["a"] != 2 || calls["bad"] != 3 {
		t.Errorf("asked %v times, want a 2 and bad 3", calls)
	}
}

// counted is a tester that counts how often it is asked for test images.
type counted struct {
	nas.EvaluatorFunc
	calls map[string]int
}

func (c *counted) Test(_ context.Context, network string, seed uint64) (float64, error) {
	c.calls[network]++
	if network == "bad" {
		return 0, errors.New("no luck")
	}
	return float64(seed) / 20, nil
}

// TestRememberTester checks the same of accuracies on test images, and that they are
// there only if the evaluator has them.
func TestRememberTester(t *testing.T) {
	plain := nas.EvaluatorFunc(func(context.Context, string, uint64) (nas.Evaluation, error) { return nas.Evaluation{}, nil })
	if _, ok := evaluate.Remember(plain).(nas.Tester); ok {
		t.Error("a plain evaluator became a tester")
	}
	c := &counted{plain, map[string]int{}}
	e, ok := evaluate.Remember(c).(nas.Tester)
	if !ok {
		t.Fatal("a tester is none any more")
	}
	for range 3 {
		for seed := range uint64(2) {
			if got, err := e.Test(context.Background(), "a", seed); err != nil || got != float64(seed)/20 {
				t.Errorf("seed %d: %g, %v", seed, got, err)
			}
		}
		if _, err := e.Test(context.Background(), "bad", 1); err == nil {
			t.Error("bad: no error")
		}
	}
	if c.calls["a"] != 2 || c.calls["bad"] != 3 {
		t.Errorf("asked %v times, want a 2 and bad 3", c.calls)
	}
}
