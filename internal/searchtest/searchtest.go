// Package searchtest holds what the tests of searches share: a problem that takes
// no training, an evaluator that counts, every method, and a comparison of trials.
//
//	e := &searchtest.Counting{}
//	for name, method := range searchtest.Methods {
//		r, err := nas.Explore(ctx, searchtest.Problem(t, e), nas.Settings{Episodes: 20}, method())
//		searchtest.SameTrials(t, name, r.Trials, want)
//	}
package searchtest

import (
	"context"
	"math"
	"reflect"
	"slices"
	"sync"
	"testing"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/method"
	"coexplore/nas/pipelines"
	"coexplore/nas/space"
)

// LastState is a recorder that keeps the state that a longer search would go on from.
type LastState struct {
	nas.NopRecorder
	State *nas.State
}

// Checkpoint implements nas.Recorder.
func (l *LastState) Checkpoint(s *nas.State) error {
	kept := *s
	kept.Trials = slices.Clone(s.Trials)
	l.State = &kept
	return nil
}

// Spec is a specification that about half of the tiny space's networks reach on
// three XC7Z015, frames/s.
const Spec = 600

// Pool reads a pool of FPGAs.
func Pool(t testing.TB, s string) hw.Pool {
	t.Helper()
	pool, err := hw.ParsePool(s)
	if err != nil {
		t.Fatal(err)
	}
	return pool
}

// Pipelines are those of a pool for the networks of a space, with the default
// target.
func Pipelines(t testing.TB, s space.Chain, pool string) *pipelines.Hardware {
	t.Helper()
	h, err := pipelines.New(s, Pool(t, pool), hw.DefaultTarget())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Problem is the tiny space on three XC7Z015 at Spec.
func Problem(t testing.TB, e nas.Evaluator) nas.Problem {
	t.Helper()
	return nas.Problem{Space: space.Tiny(), Hardware: Pipelines(t, space.Tiny(), "XC7Z015:3"), Spec: Spec, Evaluator: e}
}

// Curve is an accuracy that rises with the work of a network, with diminishing
// returns: a stand-in for training where only the search is tested.
func Curve(network string) float64 {
	net, err := hw.ParseChain(network)
	if err != nil {
		panic(err)
	}
	work := 0.0
	for _, l := range net {
		work += float64(l.Kernel) * math.Sqrt(float64(l.Filters))
	}
	return 1 - math.Exp(-work/30)
}

// Counting is an evaluator with the accuracies of [Curve] that counts how often
// each network is evaluated. Every evaluation takes a second, as it says.
type Counting struct {
	mu    sync.Mutex
	Calls map[string]int
}

// Evaluate implements nas.Evaluator.
func (c *Counting) Evaluate(_ context.Context, network string, _ uint64) (nas.Evaluation, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.Calls == nil {
		c.Calls = make(map[string]int)
	}
	c.Calls[network]++
	return nas.Evaluation{Accuracy: Curve(network), Seconds: 1}, nil
}

// Methods makes a fresh value of each method, with settings for short searches.
var Methods = map[string]func() nas.Method{
	"coexplore": func() nas.Method { return &method.CoExploration{Beta: 0.5, FastSteps: 20, Batch: 2} },
	"surrogate": func() nas.Method { return &method.Surrogate{Beta: 0.5, Screen: 40, Pool: 30} },
	"random":    func() nas.Method { return &method.Random{Beta: 0.5} },
	"nsga2":     func() nas.Method { return &method.NSGA2{Beta: 0.5, Population: 6} },
	"hwaware":   func() nas.Method { return &method.HardwareAware{Beta: 0.5} },
	"sequential": func() nas.Method {
		return &method.Sequential{HardwareAware: method.HardwareAware{Beta: 0.5}}
	},
	"screened-random": func() nas.Method { return &method.Screened{Proposer: &method.Random{Beta: 0.5}, Screen: 4} },
	"screened-evolution": func() nas.Method {
		return &method.Screened{Proposer: &method.Evolution{Beta: 0.5, Population: 5, Tournament: 3}, Screen: 4}
	},
	"screened-nsga2": func() nas.Method {
		return &method.Screened{Proposer: &method.NSGA2{Beta: 0.5, Population: 6, Constrained: true}, Screen: 4}
	},
	"hillclimb": func() nas.Method { return &method.HillClimb{Beta: 0.5, Screen: 20, Patience: 8} },
	"evolution": func() nas.Method { return &method.Evolution{Beta: 0.5, Population: 5, Tournament: 3} },
}

// SameTrials fails the test unless the trials are the same but for the seconds
// that a clock measured.
func SameTrials(t testing.TB, what string, got, want []nas.Trial) {
	t.Helper()
	got, want = withoutTimes(got), withoutTimes(want)
	if len(got) != len(want) {
		t.Fatalf("%s: %d trials, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("%s: trial %d is\n%+v, want\n%+v", what, i, got[i], want[i])
		}
	}
}

func withoutTimes(trials []nas.Trial) []nas.Trial {
	out := append([]nas.Trial(nil), trials...)
	for i := range out {
		out[i].FastSeconds, out[i].TrainSeconds = 0, 0
	}
	return out
}
