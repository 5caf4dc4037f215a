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
