package nas_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"coexplore/internal/searchtest"
	"coexplore/nas"
)

// growing is a Gradual whose accuracies grow with the epochs, for some networks sooner
// than for others, to those of searchtest.Curve. It counts the epochs that it trains;
// every first training of a network whose text has the letters of flaky in it fails.
type growing struct {
	epochs int
	flaky  string

	mu     sync.Mutex
	spent  int
	failed map[string]bool
}

func (g *growing) Epochs() int { return g.epochs }

// after is the accuracy of a network after some epochs.
func (g *growing) after(network string, epochs int) float64 {
	h := fnv.New32a()
	h.Write([]byte(network))
	pace := 0.3 + float64(h.Sum32()%1000)/1000
	return searchtest.Curve(network) * (1 - math.Exp(-pace*float64(epochs))) / (1 - math.Exp(-pace*float64(g.epochs)))
}

func (g *growing) Evaluate(_ context.Context, network string, _ uint64) (nas.Evaluation, error) {
	return nas.Evaluation{Accuracy: g.after(network, g.epochs), Epochs: g.epochs, Seconds: float64(g.epochs)}, nil
}

func (g *growing) Begin(network string, _ uint64) (nas.Training, error) {
	return &grown{g: g, network: network}, nil
}

type grown struct {
	g       *growing
	network string
	done    int
}

func (t *grown) To(_ context.Context, epochs int) (nas.Evaluation, error) {
	t.g.mu.Lock()
	defer t.g.mu.Unlock()
	if epochs <= t.done || epochs > t.g.epochs {
		return nas.Evaluation{}, fmt.Errorf("asked for epoch %d after %d", epochs, t.done)
	}
	if t.g.flaky != "" && strings.Contains(t.network, t.g.flaky) && !t.g.failed[t.network] {
		if t.g.failed == nil {
			t.g.failed = map[string]bool{}
		}
		t.g.failed[t.network] = true
		return nas.Evaluation{Seconds: 0.5}, errors.New("out of memory")
	}
	t.g.spent += epochs - t.done
	t.done = epochs
	return nas.Evaluation{Accuracy: t.g.after(t.network, epochs), Epochs: epochs, Seconds: float64(epochs)}, nil
}

// judge says by the rule, by sorting, how far the next network comes, where seen has the
// accuracies of those before it, by rung.
func judge(g *growing, eta int, rungs []int, seen map[int][]float64, network string) int {
	for _, r := range rungs {
		own := g.after(network, r)
		seen[r] = append(seen[r], own)
		sorted := slices.Clone(seen[r])
		slices.Sort(sorted)
		slices.Reverse(sorted)
		if own < sorted[int(math.Ceil(float64(len(sorted))/float64(eta)))-1] {
			return r
		}
	}
	return g.epochs
}

// TestHalvingAgainstRule runs every method with halving and judges its trials anew, in
// their order: who is stopped when, what was measured at the rungs, and what it cost.
func TestHalvingAgainstRule(t *testing.T) {
	for name, method := range searchtest.Methods {
		for _, c := range []struct{ eta, epochs int }{{2, 9}, {3, 9}, {4, 5}} {
			g := &growing{epochs: c.epochs}
			h := &nas.Halving{Eta: c.eta}
			rungs := h.Rungs(c.epochs)
			r, err := nas.Explore(context.Background(), searchtest.Problem(t, g), nas.Settings{Seed: 4, Episodes: 40, Halving: h}, method())
			if err != nil {
				t.Fatal(err)
			}
			seen, known := map[int][]float64{}, map[string]int{}
			epochs, stopped := 0, 0
			for _, trial := range r.Trials {
				_, old := known[trial.Network]
				fresh := !old && trial.Status != nas.Pruned
				if fresh {
					known[trial.Network] = judge(g, c.eta, rungs, seen, trial.Network)
					epochs += known[trial.Network]
				}
				checkHalved(t, name, g, rungs, trial, known[trial.Network], fresh)
				if trial.Status == nas.Stopped {
					stopped++
				}
			}
			if r.Epochs != epochs || g.spent != epochs || r.Stopped != stopped || r.TrainSeconds != float64(epochs) {
				t.Errorf("%s, one in %d: %d epochs, %d stopped, %g s; the rule has %d, %d, and %d were trained", name, c.eta, r.Epochs, r.Stopped, r.TrainSeconds, epochs, stopped, g.spent)
			}
			for _, d := range r.Front {
				if known[d.Network] != c.epochs || d.Accuracy != g.after(d.Network, c.epochs) {
					t.Errorf("%s: %s on the front was trained for %d of %d epochs", name, d.Network, known[d.Network], c.epochs)
				}
			}
			if stopped == 0 || r.Trained == 0 {
				t.Errorf("%s, one in %d: %d stopped, %d trained", name, c.eta, stopped, r.Trained)
			}
		}
	}
}

// checkHalved compares a trial with how far its network comes by the rule; fresh: it was
// trained for this trial.
func checkHalved(t *testing.T, name string, g *growing, rungs []int, trial nas.Trial, reached int, fresh bool) {
	t.Helper()
	want := nas.Trial{Status: nas.Stopped}
	switch {
	case trial.Status == nas.Pruned:
		want.Status = nas.Pruned
	case reached == g.epochs && fresh:
		want.Status = nas.Trained
	case reached == g.epochs:
		want.Status = nas.Reused
	}
	if want.Status != nas.Pruned {
		want.Accuracy = g.after(trial.Network, reached)
	}
	if fresh && want.Status != nas.Pruned {
		want.Epochs = reached
		for _, r := range rungs {
			if r <= reached {
				want.Rungs = append(want.Rungs, g.after(trial.Network, r))
			}
		}
	}
	if trial.Status != want.Status || trial.Accuracy != want.Accuracy || trial.Epochs != want.Epochs || !reflect.DeepEqual(trial.Rungs, want.Rungs) {
		t.Errorf("%s, trial %d: %s, accuracy %g, %d epochs, rungs %v; by the rule %s, %g, %d, %v", name, trial.Index,
			trial.Status, trial.Accuracy, trial.Epochs, trial.Rungs, want.Status, want.Accuracy, want.Epochs, want.Rungs)
	}
	if (trial.Status == nas.Stopped) != strings.HasPrefix(trial.Reason, "stopped after") {
		t.Errorf("%s, trial %d: %s, reason %q", name, trial.Index, trial.Status, trial.Reason)
	}
}

// TestHalvingResumes checks that a search resumed from any of its states ends as the
// whole one did, however many networks are trained at once, and failures or not.
func TestHalvingResumes(t *testing.T) {
	for name, method := range searchtest.Methods {
		settings := nas.Settings{Seed: 9, Episodes: 20, Halving: &nas.Halving{Eta: 2}}
		whole, err := nas.Explore(context.Background(), searchtest.Problem(t, &growing{epochs: 6}), settings, method())
		if err != nil {
			t.Fatal(err)
		}
		for after := 1; after < 20; after += 6 {
			k := &keeper{after: after}
			s := settings
			s.Recorder, s.Workers = k, 3
			if _, err := nas.Explore(context.Background(), searchtest.Problem(t, &growing{epochs: 6}), s, method()); err != nil {
				t.Fatal(err)
			}
			s.Recorder, s.Resume = nil, k.state
			rest, err := nas.Explore(context.Background(), searchtest.Problem(t, &growing{epochs: 6}), s, method())
			if err != nil {
				t.Fatal(err)
			}
			searchtest.SameTrials(t, fmt.Sprintf("%s after %d", name, len(k.state.Trials)), rest.Trials, whole.Trials)
		}
		// Kernels of the first network that was trained: some method never proposes others.
		first := slices.IndexFunc(whole.Trials, func(trial nas.Trial) bool { return trial.Epochs > 0 })
		kernel, _, _ := strings.Cut(whole.Trials[first].Network, "x")
		flaky := &growing{epochs: 6, flaky: kernel + "x"}
		again, err := nas.Explore(context.Background(), searchtest.Problem(t, flaky), settings, method())
		if err != nil {
			t.Fatal(err)
		}
		searchtest.SameTrials(t, name+" with a second try", again.Trials, whole.Trials)
		if want := whole.TrainSeconds + 0.5*float64(len(flaky.failed)); len(flaky.failed) == 0 || again.TrainSeconds != want {
			t.Errorf("%s: %d first tries failed, %g s of training, want %g", name, len(flaky.failed), again.TrainSeconds, want)
		}
	}
}

// TestHalvingBudget checks that MaxTrained stands for as many whole trainings' epochs.
func TestHalvingBudget(t *testing.T) {
	const most, epochs = 6, 9
	g := &growing{epochs: epochs}
	r, err := nas.Explore(context.Background(), searchtest.Problem(t, g),
		nas.Settings{Seed: 1, Episodes: 1000, MaxTrained: most, Halving: &nas.Halving{Eta: 3}}, searchtest.Methods["random"]())
	if err != nil {
		t.Fatal(err)
	}
	if r.Epochs < most*epochs || r.Epochs >= (most+1)*epochs || r.Trained+r.Stopped <= most {
		t.Errorf("%d epochs of %d networks, %d of them to the end", r.Epochs, r.Trained+r.Stopped, r.Trained)
	}
}

func TestHalvingRefuses(t *testing.T) {
	for _, c := range []struct {
		evaluator nas.Evaluator
		eta       int
		want      string
	}{
		{&growing{epochs: 9}, 1, "one in 2"},
		{&growing{epochs: 1}, 2, "2 epochs or more"},
		{&searchtest.Counting{}, 2, "epoch by epoch"},
	} {
		_, err := nas.Explore(context.Background(), searchtest.Problem(t, c.evaluator),
			nas.Settings{Episodes: 5, Halving: &nas.Halving{Eta: c.eta}}, searchtest.Methods["random"]())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("one in %d: error %v, want %q", c.eta, err, c.want)
		}
	}
}
