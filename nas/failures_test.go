package nas_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"sync"
	"testing"

	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/method"
	"coexplore/nas/study/ablation"
)

var errBroken = errors.New("no such luck")

// half is an evaluator that fails for about half of the networks.
func half(_ context.Context, network string, _ uint64) (nas.Evaluation, error) {
	h := fnv.New32a()
	h.Write([]byte(network))
	if h.Sum32()>>16%2 == 0 {
		return nas.Evaluation{}, errBroken
	}
	return nas.Evaluation{Accuracy: searchtest.Curve(network)}, nil
}

// states is a recorder that keeps every state of a method.
type states struct {
	nas.NopRecorder
	trials []int // finished by then
	data   [][]byte
}

func (s *states) Checkpoint(state *nas.State) error {
	s.trials, s.data = append(s.trials, len(state.Trials)), append(s.data, state.Data)
	return nil
}

// TestFailuresTeachNothing checks, for every method that there is, that a step whose
// evaluations all failed leaves it as it was.
func TestFailuresTeachNothing(t *testing.T) {
	registry := ablation.Methods()
	for i := range registry {
		m, err := registry[i].Make(nil)
		if err != nil {
			t.Fatal(err)
		}
		kept := &states{}
		settings := nas.Settings{Seed: 5, Episodes: 60, MaxFailures: -1, Recorder: kept}
		r, err := nas.Explore(context.Background(), searchtest.Problem(t, nas.EvaluatorFunc(half)), settings, m)
		if err != nil {
			t.Fatalf("%s: %v", registry[i].Name, err)
		}
		steps := 0
		for k := 1; k < len(kept.data); k++ {
			failed := kept.trials[k] > kept.trials[k-1]
			for _, trial := range r.Trials[kept.trials[k-1]:kept.trials[k]] {
				failed = failed && trial.Status == nas.Failed
			}
			if !failed {
				continue
			}
			steps++
			if !bytes.Equal(kept.data[k], kept.data[k-1]) {
				t.Errorf("%s: the failure of trial %d has changed it", registry[i].Name, kept.trials[k]-1)
			}
		}
		if steps == 0 {
			t.Errorf("%s: no step failed", registry[i].Name)
		}
		if r.Failed == 0 || r.Trained == 0 || !strings.HasSuffix(r.LastFailure, errBroken.Error()) {
			t.Errorf("%s: %d failed, %d trained, the last failure is %q", registry[i].Name, r.Failed, r.Trained, r.LastFailure)
		}
	}
}

// TestRetries counts how often an evaluator is asked that works every third time.
func TestRetries(t *testing.T) {
	for _, c := range []struct {
		retries, calls int
		works          bool
	}{{0, 3, true}, {2, 3, true}, {7, 3, true}, {1, 2, false}, {-1, 1, false}} {
		var mu sync.Mutex
		calls := map[string]int{}
		e := nas.EvaluatorFunc(func(_ context.Context, network string, _ uint64) (nas.Evaluation, error) {
			mu.Lock()
			defer mu.Unlock()
			if calls[network]++; calls[network] < 3 {
				return nas.Evaluation{Seconds: 1}, errBroken
			}
			return nas.Evaluation{Accuracy: 0.5, Seconds: 1}, nil
		})
		settings := nas.Settings{Seed: 1, Episodes: 20, Workers: 2, Retries: c.retries, MaxFailures: -1}
		r, err := nas.Explore(context.Background(), searchtest.Problem(t, e), settings, &method.Random{})
		if (err == nil) != c.works {
			t.Errorf("%d retries: error %v", c.retries, err)
		}
		for network, n := range calls {
			if n != c.calls {
				t.Errorf("%d retries: %s was asked for %d times, want %d", c.retries, network, n, c.calls)
			}
		}
		if want := float64(c.calls * len(calls)); r.TrainSeconds != want {
			t.Errorf("%d retries: %g training seconds, want %g", c.retries, r.TrainSeconds, want)
		}
		if works := r.Failed == 0 && r.Trained > 0; works != c.works {
			t.Errorf("%d retries: %d trained, %d failed", c.retries, r.Trained, r.Failed)
		}
	}
}

// TestMaxFailures lets an evaluator break down in the middle of a search, and checks
// that the search stops after so many failures in a row, and can be resumed where it
// was once the evaluator works again.
func TestMaxFailures(t *testing.T) {
	whole, err := nas.Explore(context.Background(), searchtest.Problem(t, &searchtest.Counting{}), nas.Settings{Seed: 3, Episodes: 40}, &method.Random{})
	if err != nil {
		t.Fatal(err)
	}
	order := map[string]int{} // networks, as they are evaluated
	for _, trial := range whole.Trials {
		if trial.Status == nas.Trained {
			order[trial.Network] = len(order)
		}
	}
	const good = 4
	broken := nas.EvaluatorFunc(func(_ context.Context, network string, _ uint64) (nas.Evaluation, error) {
		if n := order[network]; n >= good || n == 2 {
			return nas.Evaluation{}, errBroken
		}
		return nas.Evaluation{Accuracy: 0.5}, nil
	})
	for _, limit := range []int{0, 1, 3} {
		want := orFive(limit) + good - 1 + 1 // the third network fails too, but alone
		if limit == 1 {
			want = 3
		}
		for _, workers := range []int{1, 4} {
			k := &searchtest.LastState{}
			s := nas.Settings{Seed: 3, Episodes: 40, MaxFailures: limit, Workers: workers, Recorder: k}
			r, err := nas.Explore(context.Background(), searchtest.Problem(t, broken), s, &method.Random{})
			if err == nil || !strings.Contains(err.Error(), errBroken.Error()) || !strings.Contains(err.Error(), fmt.Sprint(orFive(limit))) {
				t.Errorf("limit %d: error %v", limit, err)
			}
			if n := r.Trained + r.Failed; workers == 1 && n != want {
				t.Errorf("limit %d: stopped after %d evaluations, want %d", limit, n, want)
			}
			if workers > 1 || limit == 1 {
				continue
			}
			s.Recorder, s.Resume = nil, k.State
			r, err = nas.Explore(context.Background(), searchtest.Problem(t, &searchtest.Counting{}), s, &method.Random{})
			if err != nil || r.Episodes != 40 || r.Failed != want-good {
				t.Errorf("limit %d, resumed: %v, %d episodes, %d failed; want 40 and %d", limit, err, r.Episodes, r.Failed, want-good)
			}
		}
	}
}

func orFive(limit int) int {
	if limit == 0 {
		return 5
	}
	return limit
}

// TestFailuresAgain checks that a network which has failed is not asked for again,
// and does not count again among the failures in a row.
func TestFailuresAgain(t *testing.T) {
	calls := 0
	e := nas.EvaluatorFunc(func(context.Context, string, uint64) (nas.Evaluation, error) {
		calls++
		return nas.Evaluation{}, errBroken
	})
	stubborn := &repeating{}
	settings := nas.Settings{Seed: 1, Episodes: 30, Retries: -1}
	r, err := nas.Explore(context.Background(), searchtest.Problem(t, e), settings, stubborn)
	if err == nil || !strings.Contains(err.Error(), "no network could be evaluated, 1 failed") {
		t.Errorf("error %v", err)
	}
	if calls != 1 || r.Failed != 30 {
		t.Errorf("asked %d times, %d trials failed", calls, r.Failed)
	}
}

// repeating is a method that proposes the smallest network over and over, twice a
// step.
type repeating struct{ method.Random }

func (m *repeating) Step(ctx context.Context, s *nas.Search) error {
	_, err := s.Try(ctx, 0.5, s.Problem.Space.Smallest(), s.Problem.Space.Smallest())
	return err
}
