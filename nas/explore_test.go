package nas_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/controller"
	"coexplore/nas/method"
	"coexplore/nas/space"
)

// TestAccounts checks what a search says about itself against an evaluator that
// counts, and every trial against planning its network anew.
func TestAccounts(t *testing.T) {
	for name, method := range searchtest.Methods {
		t.Run(name, func(t *testing.T) {
			e := &searchtest.Counting{}
			p := searchtest.Problem(t, e)
			r, err := nas.Explore(context.Background(), p, nas.Settings{Seed: 3, Episodes: 40}, method())
			if err != nil {
				t.Fatal(err)
			}
			proposed := 40
			if name == "sequential" {
				proposed++ // the last design
			}
			if r.Episodes != proposed || r.Trained+r.Reused+r.Pruned+r.Refused+r.Failed != proposed || len(r.Trials) != proposed {
				t.Errorf("%d episodes and %d trials: %d trained, %d reused, %d pruned, %d failed",
					r.Episodes, len(r.Trials), r.Trained, r.Reused, r.Pruned, r.Failed)
			}
			if r.Trained != len(e.Calls) {
				t.Errorf("%d trained, the evaluator saw %d networks", r.Trained, len(e.Calls))
			}
			if r.TrainSeconds != float64(r.Trained) {
				t.Errorf("%g training seconds, the evaluator took 1 for each of %d networks", r.TrainSeconds, r.Trained)
			}
			pipelines := searchtest.Pipelines(t, space.Tiny(), "XC7Z015:3")
			for _, trial := range r.Trials {
				actions, err := p.Space.Actions(trial.Network)
				if err != nil {
					t.Fatal(err)
				}
				plan, err := pipelines.Plan(actions, searchtest.Spec)
				if err != nil {
					t.Fatal(err)
				}
				want := -1.0
				if trial.Status != nas.Pruned {
					want = 0.5*searchtest.Curve(trial.Network) + 0.5*trial.Efficiency
				}
				if math.Abs(trial.Reward-want) > 1e-12 {
					t.Errorf("trial %d: reward %g, want %g", trial.Index, trial.Reward, want)
				}
				if fixed := name == "hwaware" || name == "sequential"; fixed && trial.Index < 40 {
					// On fixed hardware nothing is faster than on the best.
					if trial.Status != nas.Pruned && (!plan.Feasible || trial.Throughput < searchtest.Spec) {
						t.Errorf("trial %d: trained at %g frames/s; can its network meet the specification: %t",
							trial.Index, trial.Throughput, plan.Feasible)
					}
					continue
				}
				if plan.Feasible == (trial.Status == nas.Pruned) {
					t.Errorf("trial %d is %s; can its network meet the specification: %t", trial.Index, trial.Status, plan.Feasible)
				}
				if plan.Efficiency != trial.Efficiency || plan.Throughput != trial.Throughput {
					t.Errorf("trial %d: U %g at %g frames/s, planning anew gives %g at %g",
						trial.Index, trial.Efficiency, trial.Throughput, plan.Efficiency, plan.Throughput)
				}
				if trial.Status == nas.Pruned && e.Calls[trial.Network] != 0 {
					t.Errorf("trial %d: pruned, but evaluated", trial.Index)
				}
			}
			for network, n := range e.Calls {
				if n != 1 {
					t.Errorf("%s was evaluated %d times", network, n)
				}
			}
		})
	}
}

// TestDeterministic checks that a seed decides everything, however many networks
// are evaluated at once, and that another seed decides otherwise.
func TestDeterministic(t *testing.T) {
	for name, method := range searchtest.Methods {
		explore := func(seed uint64, workers int) []nas.Trial {
			r, err := nas.Explore(context.Background(), searchtest.Problem(t, &searchtest.Counting{}),
				nas.Settings{Seed: seed, Episodes: 21, Workers: workers}, method())
			if err != nil {
				t.Fatal(err)
			}
			return r.Trials
		}
		want := explore(5, 1)
		searchtest.SameTrials(t, name+", again", explore(5, 1), want)
		searchtest.SameTrials(t, name+", 4 workers", explore(5, 4), want)
		other := explore(6, 1)
		same := 0
		for i := range other {
			if other[i].Network == want[i].Network {
				same++
			}
		}
		if same == len(want) {
			t.Errorf("%s: seeds 5 and 6 propose the same networks", name)
		}
	}
}

// keeper is a recorder that keeps the state after a number of trials.
type keeper struct {
	nas.NopRecorder
	after int
	state *nas.State
}

func (k *keeper) Checkpoint(state *nas.State) error {
	if k.state == nil && len(state.Trials) >= k.after {
		kept := *state
		kept.Trials = append([]nas.Trial(nil), state.Trials...)
		k.state = &kept
	}
	return nil
}

// TestResume checks that a search resumed from any of its states ends as one that
// was never interrupted.
func TestResume(t *testing.T) {
	for name, method := range searchtest.Methods {
		whole, err := nas.Explore(context.Background(), searchtest.Problem(t, &searchtest.Counting{}), nas.Settings{Seed: 9, Episodes: 20}, method())
		if err != nil {
			t.Fatal(err)
		}
		for after := 1; after < 20; after += 6 {
			k := &keeper{after: after}
			s := nas.Settings{Seed: 9, Episodes: 20, Recorder: k}
			if _, err := nas.Explore(context.Background(), searchtest.Problem(t, &searchtest.Counting{}), s, method()); err != nil {
				t.Fatal(err)
			}
			s.Recorder, s.Resume = nil, k.state
			e := &searchtest.Counting{}
			rest, err := nas.Explore(context.Background(), searchtest.Problem(t, e), s, method())
			if err != nil {
				t.Fatal(err)
			}
			searchtest.SameTrials(t, fmt.Sprintf("%s after %d", name, len(k.state.Trials)), rest.Trials, whole.Trials)
			for _, trial := range k.state.Trials {
				if e.Calls[trial.Network] != 0 {
					t.Errorf("%s: %s was evaluated again after resuming", name, trial.Network)
				}
			}
		}
	}
}

// TestRefused runs searches whose evaluator finds networks with a first kernel of
// 5 too expensive: they are never trained, are asked for once, and are as bad as
// those that miss the specification, before and after a resume.
func TestRefused(t *testing.T) {
	for name, method := range searchtest.Methods {
		asked := map[string]int{}
		e := nas.EvaluatorFunc(func(_ context.Context, network string, _ uint64) (nas.Evaluation, error) {
			asked[network]++
			if network[0] == '5' {
				return nas.Evaluation{Refused: true, Reason: "too expensive"}, nil
			}
			return nas.Evaluation{Accuracy: searchtest.Curve(network), Seconds: 1}, nil
		})
		k := &keeper{after: 15}
		settings := nas.Settings{Seed: 4, Episodes: 40, Recorder: k}
		r, err := nas.Explore(context.Background(), searchtest.Problem(t, e), settings, method())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if r.Refused == 0 || r.Trained == 0 {
			t.Errorf("%s: %d refused, %d trained, want some of each", name, r.Refused, r.Trained)
		}
		for _, trial := range r.Trials {
			refused := trial.Network[0] == '5' && trial.Status != nas.Pruned
			if refused != (trial.Status == nas.Refused) {
				t.Errorf("%s: %s is %s", name, trial.Network, trial.Status)
			}
			if refused && (trial.Accuracy != 0 || trial.Reward != -1 || trial.Reason != "too expensive") {
				t.Errorf("%s: refused %s has accuracy %g, reward %g, reason %q", name, trial.Network, trial.Accuracy, trial.Reward, trial.Reason)
			}
		}
		for network, n := range asked {
			if n != 1 {
				t.Errorf("%s: %s was asked for %d times", name, network, n)
			}
		}
		for _, d := range r.Front {
			if d.Network[0] == '5' {
				t.Errorf("%s: refused %s is on the front", name, d.Network)
			}
		}
		settings.Recorder, settings.Resume = nil, k.state
		again, err := nas.Explore(context.Background(), searchtest.Problem(t, e), settings, method())
		if err != nil {
			t.Fatalf("%s, resumed: %v", name, err)
		}
		searchtest.SameTrials(t, name+", resumed", again.Trials, r.Trials)
	}
}

func TestResumeRefusesOtherMethod(t *testing.T) {
	s := nas.Settings{Episodes: 2, Resume: &nas.State{Method: "random"}}
	_, err := nas.Explore(context.Background(), searchtest.Problem(t, &searchtest.Counting{}), s, &method.CoExploration{})
	if err == nil || !strings.Contains(err.Error(), "random") {
		t.Errorf("error %v, want one that names the other method", err)
	}
}

// TestCancel checks that a cancelled search returns what it has, and nothing of
// the step that it was in.
func TestCancel(t *testing.T) {
	for name, method := range searchtest.Methods {
		ctx, cancel := context.WithCancel(context.Background())
		calls := 0
		e := nas.EvaluatorFunc(func(ctx context.Context, network string, _ uint64) (nas.Evaluation, error) {
			if calls++; calls == 5 {
				cancel()
			}
			return nas.Evaluation{Accuracy: searchtest.Curve(network)}, ctx.Err()
		})
		r, err := nas.Explore(ctx, searchtest.Problem(t, e), nas.Settings{Seed: 1, Episodes: 50}, method())
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("%s: error %v, want context.Canceled", name, err)
		}
		if r == nil || r.Trained == 0 || r.Trained > 4 || r.OptSW == nil {
			t.Errorf("%s: %+v, want the 3 or 4 networks trained before", name, r)
		}
		cancel()
	}
}

// TestFailures checks that an evaluation that fails costs one network, and that
// an evaluator that never works ends the search.
func TestFailures(t *testing.T) {
	broken := errors.New("no such luck")
	e := nas.EvaluatorFunc(func(_ context.Context, network string, _ uint64) (nas.Evaluation, error) {
		if strings.HasPrefix(network, "5") {
			return nas.Evaluation{}, broken
		}
		if strings.HasPrefix(network, "3") {
			return nas.Evaluation{Accuracy: math.NaN()}, nil
		}
		return nas.Evaluation{Accuracy: searchtest.Curve(network)}, nil
	})
	r, err := nas.Explore(context.Background(), searchtest.Problem(t, e), nas.Settings{Seed: 2, Episodes: 60, MaxFailures: -1}, &method.Random{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Failed == 0 || r.Trained == 0 {
		t.Fatalf("%d failed and %d trained, want some of each", r.Failed, r.Trained)
	}
	for _, trial := range r.Trials {
		fails := trial.Network[0] == '5' || trial.Network[0] == '3'
		if trial.Status == nas.Failed && (!fails || trial.Reward != 0 || trial.Reason == "") {
			t.Errorf("%s failed with reward %g (%s)", trial.Network, trial.Reward, trial.Reason)
		}
		if trial.Status == nas.Trained && fails {
			t.Errorf("%s counts as trained", trial.Network)
		}
	}
	never := nas.EvaluatorFunc(func(context.Context, string, uint64) (nas.Evaluation, error) { return nas.Evaluation{}, broken })
	_, err = nas.Explore(context.Background(), searchtest.Problem(t, never), nas.Settings{Seed: 2, Episodes: 60}, &method.Random{})
	if err == nil || !strings.Contains(err.Error(), broken.Error()) {
		t.Errorf("error %v, want the evaluator's", err)
	}
}

func TestExploreRefuses(t *testing.T) {
	ok := searchtest.Problem(t, &searchtest.Counting{})
	for _, c := range []struct {
		name string
		edit func(*nas.Problem, *nas.Settings)
		want string
	}{
		{"negative specification", func(p *nas.Problem, _ *nas.Settings) { p.Spec = -1 }, "positive"},
		{"a specification out of reach", func(p *nas.Problem, _ *nas.Settings) { p.Spec = 1e7 }, "1x8,1x8,1x8"},
		{"no hardware", func(p *nas.Problem, _ *nas.Settings) { p.Hardware = nil }, "hardware"},
		{"no evaluator", func(p *nas.Problem, _ *nas.Settings) { p.Evaluator = nil }, "evaluator"},
		{"no space", func(p *nas.Problem, _ *nas.Settings) { p.Space = nil }, "space"},
		{"no episodes", func(_ *nas.Problem, s *nas.Settings) { s.Episodes = 0 }, "episode"},
		{"a floor above 1", func(p *nas.Problem, _ *nas.Settings) { p.AccuracyFloor = 80 }, "floor"},
	} {
		p, s := ok, nas.Settings{Episodes: 1}
		c.edit(&p, &s)
		if _, err := nas.Explore(context.Background(), p, s, &method.Random{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one that says %q", c.name, err, c.want)
		}
	}
	if _, err := nas.Explore(context.Background(), ok, nas.Settings{Episodes: 1}, &method.CoExploration{Beta: 2}); err == nil {
		t.Error("beta 2: no error")
	}
}

// TestMaxTrained checks that the limit on trained networks holds exactly.
func TestMaxTrained(t *testing.T) {
	for name, method := range searchtest.Methods {
		r, err := nas.Explore(context.Background(), searchtest.Problem(t, &searchtest.Counting{}),
			nas.Settings{Seed: 4, Episodes: 1000, MaxTrained: 7, Workers: 3}, method())
		if err != nil {
			t.Fatal(err)
		}
		if r.Trained != 7 {
			t.Errorf("%s: %d trained, want 7", name, r.Trained)
		}
	}
}

// TestControllerLearns checks that slow exploration raises the reward, on the
// mean of several seeds: the controller's rewards without fast exploration rise
// from those of random search towards the best that the space holds.
func TestControllerLearns(t *testing.T) {
	const seeds, episodes, window = 4, 300, 60
	first, last := 0.0, 0.0
	for seed := range uint64(seeds) {
		r, err := nas.Explore(context.Background(), searchtest.Problem(t, &searchtest.Counting{}),
			nas.Settings{Seed: seed, Episodes: episodes}, &method.CoExploration{Beta: 0.5, FastSteps: -1, Controller: controller.DefaultSettings()})
		if err != nil {
			t.Fatal(err)
		}
		for i := range window {
			first += r.Trials[i].Reward / (seeds * window)
			last += r.Trials[episodes-1-i].Reward / (seeds * window)
		}
	}
	t.Logf("mean reward of the first %d episodes %.3f, of the last %.3f", window, first, last)
	if last < first+0.3 {
		t.Errorf("mean reward went from %.3f to %.3f; want a rise of 0.3 or more", first, last)
	}
}
