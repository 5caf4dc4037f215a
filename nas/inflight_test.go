package nas_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"coexplore/internal/searchtest"
	"coexplore/nas"
)

// uneven is an evaluator that takes its time, more for some than for others and never
// the same twice, and counts how many wait for it at once.
type uneven struct {
	searchtest.Counting
	waiting, most atomic.Int64
}

func (u *uneven) Evaluate(ctx context.Context, network string, seed uint64) (nas.Evaluation, error) {
	n := u.waiting.Add(1)
	defer u.waiting.Add(-1)
	for most := u.most.Load(); n > most && !u.most.CompareAndSwap(most, n); most = u.most.Load() {
	}
	time.Sleep(time.Duration(rand.IntN(3)*rand.IntN(3)) * 200 * time.Microsecond)
	return u.Counting.Evaluate(ctx, network, seed)
}

// TestInFlightDeterministic checks, for every method, that with several networks in
// flight neither the workers nor the order in which evaluations end change the trials;
// that no network is evaluated twice; and that no limit is passed.
func TestInFlightDeterministic(t *testing.T) {
	for name, method := range searchtest.Methods {
		for _, inFlight := range []int{1, 2, 5} {
			settings := nas.Settings{Seed: 6, Episodes: 40, MaxTrained: 12, MaxPlans: 12 * 90, InFlight: inFlight}
			var want *nas.Result
			for _, workers := range []int{1, 2, 8} {
				what := fmt.Sprintf("%s, %d in flight, %d workers", name, inFlight, workers)
				settings.Workers = workers
				e := &uneven{}
				got, err := nas.Explore(context.Background(), searchtest.Problem(t, e), settings, method())
				if err != nil {
					t.Fatalf("%s: %v", what, err)
				}
				if want == nil {
					want = got
				}
				searchtest.SameTrials(t, what, got.Trials, want.Trials)
				for network, n := range e.Calls {
					if n > 1 {
						t.Errorf("%s: %s was evaluated %d times", what, network, n)
					}
				}
				if got.Trained > 12 || got.Plans > 12*90+1 { // 1: what sequential plans in the end
					t.Errorf("%s: %d trained, %d plans", what, got.Trained, got.Plans)
				}
				if most := int(e.most.Load()); most > workers || inFlight > 1 && most > inFlight+1 { // 1: a batch of two
					t.Errorf("%s: %d evaluated at once", what, most)
				}
			}
		}
	}
}

// TestInFlightOne checks that one network in flight is what a search does where the
// settings say nothing.
func TestInFlightOne(t *testing.T) {
	for name, method := range searchtest.Methods {
		settings := nas.Settings{Seed: 3, Episodes: 25}
		plain := mustExplore(t, &searchtest.Counting{}, settings, method())
		settings.InFlight = 1
		searchtest.SameTrials(t, name, mustExplore(t, &searchtest.Counting{}, settings, method()).Trials, plain.Trials)
	}
}

func mustExplore(t *testing.T, e nas.Evaluator, s nas.Settings, m nas.Method) *nas.Result {
	t.Helper()
	r, err := nas.Explore(context.Background(), searchtest.Problem(t, e), s, m)
	if err != nil {
		t.Fatalf("%s: %v", m.Name(), err)
	}
	return r
}

// TestInFlightTogether checks, for every method, that as many evaluations as may be in
// flight really run at once: each waits until the others are there. The specification is
// one that most networks meet, so that none is missing for want of a feasible one.
func TestInFlightTogether(t *testing.T) {
	const together = 4
	for name, method := range searchtest.Methods {
		var mu sync.Mutex
		there, all := 0, make(chan struct{})
		p := searchtest.Problem(t, nas.EvaluatorFunc(func(ctx context.Context, network string, _ uint64) (nas.Evaluation, error) {
			mu.Lock()
			if there++; there == together {
				close(all)
			}
			mu.Unlock()
			select {
			case <-all:
				return nas.Evaluation{Accuracy: searchtest.Curve(network)}, nil
			case <-time.After(5 * time.Second):
				return nas.Evaluation{}, errors.New("nobody came")
			}
		}))
		p.Spec = 100
		s := nas.Settings{Seed: 1, Episodes: 400, MaxTrained: together, InFlight: together, Workers: together, Retries: -1}
		r, err := nas.Explore(context.Background(), p, s, method())
		if err != nil || r.Trained != together || r.Failed > 0 {
			t.Errorf("%s: %d were trained and %d failed, want %d and 0; %v", name, r.Trained, r.Failed, together, err)
		}
	}
}

// TestInFlightKnowsLess checks that a method is told nothing before its turn: with n in
// flight its first n networks are those of a search whose accuracies are all the same.
func TestInFlightKnowsLess(t *testing.T) {
	const n = 3
	flat := nas.EvaluatorFunc(func(context.Context, string, uint64) (nas.Evaluation, error) {
		return nas.Evaluation{Accuracy: 0.5}, nil
	})
	for name, method := range searchtest.Methods {
		if name == "coexplore" { // its batch of 2 is one step
			continue
		}
		settings := nas.Settings{Seed: 8, Episodes: 40, MaxTrained: n, InFlight: n}
		told, blind := mustExplore(t, &searchtest.Counting{}, settings, method()), mustExplore(t, flat, settings, method())
		for i := range blind.Trials {
			if a, b := told.Trials[i].Network, blind.Trials[i].Network; a != b {
				t.Errorf("%s, trial %d: %s, and %s where accuracies tell nothing", name, i, a, b)
			}
		}
	}
}

// TestInFlightResumes ends searches of every method at several trials, as a signal does,
// goes on from what was kept, and compares with the search in one piece. What was
// finished is not evaluated again.
func TestInFlightResumes(t *testing.T) {
	for name, method := range searchtest.Methods {
		settings := nas.Settings{Seed: 4, Episodes: 24, InFlight: 3, Workers: 3}
		want := mustExplore(t, &searchtest.Counting{}, settings, method())
		for _, at := range []int{1, 7, 16} {
			what := fmt.Sprintf("%s, ended after %d trials", name, at)
			ctx, cancel := context.WithCancel(context.Background())
			k := &keptUntil{at: at, end: cancel}
			cutOff := settings
			cutOff.Recorder = k
			part, err := nas.Explore(ctx, searchtest.Problem(t, &uneven{}), cutOff, method())
			if !errors.Is(err, context.Canceled) || len(part.Trials) < at {
				t.Fatalf("%s: %d trials, %v", what, len(part.Trials), err)
			}
			searchtest.SameTrials(t, what, part.Trials, want.Trials[:len(part.Trials)])
			rest := &searchtest.Counting{}
			goOn := settings
			goOn.Resume, goOn.Evaluated = k.State, part.Trials
			searchtest.SameTrials(t, what, mustExplore(t, rest, goOn, method()).Trials, want.Trials)
			for _, trial := range part.Trials {
				if trial.Status == nas.Trained && rest.Calls[trial.Network] > 0 {
					t.Errorf("%s: %s was evaluated again", what, trial.Network)
				}
			}
		}
	}
}

// keptUntil keeps the last state, and ends the search at a trial.
type keptUntil struct {
	searchtest.LastState
	at  int
	end func()
}

func (k *keptUntil) Trial(trial nas.Trial) error {
	if trial.Index+1 == k.at {
		k.end()
	}
	return nil
}

// TestInFlightStop checks that a search which Stop ends is the beginning of the one that
// goes on, though others were in flight.
func TestInFlightStop(t *testing.T) {
	for name, method := range searchtest.Methods {
		settings := nas.Settings{Seed: 6, Episodes: 30, InFlight: 4, Workers: 4}
		whole := mustExplore(t, &searchtest.Counting{}, settings, method())
		settings.Stop = func(t *nas.Trial) bool { return t.Index == 9 }
		searchtest.SameTrials(t, name, mustExplore(t, &uneven{}, settings, method()).Trials, whole.Trials[:10])
	}
}

// TestInFlightFailures checks that failures are counted in the order of the trials: some
// do not end a search, so many in a row do, and what is in flight then is
// told to end.
func TestInFlightFailures(t *testing.T) {
	for name, method := range searchtest.Methods {
		settings := nas.Settings{Seed: 5, Episodes: 40, InFlight: 4, Workers: 4, MaxFailures: -1, Retries: -1}
		some := mustExplore(t, nas.EvaluatorFunc(half), settings, method())
		if some.Failed == 0 || some.Trained == 0 {
			t.Errorf("%s: %d failed, %d were trained, want some of both", name, some.Failed, some.Trained)
		}
		settings.MaxFailures = 3
		broken := func(context.Context, string, uint64) (nas.Evaluation, error) { return nas.Evaluation{}, errBroken }
		first := make(map[string]bool) // the networks that end it
		r, err := nas.Explore(context.Background(), searchtest.Problem(t, nas.EvaluatorFunc(broken)), settings, method())
		if err == nil || r.Failed != 3 {
			t.Fatalf("%s: %d failed, %v", name, r.Failed, err)
		}
		for _, trial := range r.Trials {
			first[trial.Network] = true
		}
		again, err := nas.Explore(context.Background(), searchtest.Problem(t, nas.EvaluatorFunc(func(ctx context.Context, network string, _ uint64) (nas.Evaluation, error) {
			if !first[network] { // takes for ever
				<-ctx.Done()
				return nas.Evaluation{}, ctx.Err()
			}
			return nas.Evaluation{}, errBroken
		})), settings, method())
		if err == nil || !strings.Contains(err.Error(), "stopped since 3 evaluations in a row failed") {
			t.Errorf("%s: %v", name, err)
		}
		searchtest.SameTrials(t, name, again.Trials, r.Trials)
	}
}

// TestInFlightRefused checks the settings.
func TestInFlightRefused(t *testing.T) {
	for want, s := range map[string]nas.Settings{
		"cannot be negative":          {Episodes: 5, InFlight: -1},
		"there cannot be 2 in flight": {Episodes: 5, InFlight: 2, Halving: &nas.Halving{Eta: 3}},
	} {
		_, err := nas.Explore(context.Background(), searchtest.Problem(t, &searchtest.Counting{}), s, searchtest.Methods["random"]())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", s, err, want)
		}
	}
}
