package nas_test

import (
	"context"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/method"
	"coexplore/nas/space"
)

// judged is the problem of the built-in table, judged by objectives of these names.
func judged(t *testing.T, names ...string) nas.Problem {
	t.Helper()
	table, err := evaluate.TinyTable()
	if err != nil {
		t.Fatal(err)
	}
	h := searchtest.Pipelines(t, evaluate.TinyTableSpace(), "XC7Z015:3")
	p := nas.Problem{Space: h.Space(), Hardware: h, Spec: 2400, Evaluator: table}
	if p.Objectives, err = h.Objectives(p.Spec, names...); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestThreeObjectives compares the front of accuracy, latency and energy that a
// search reports with dominance worked out pair by pair over all of its trials.
func TestThreeObjectives(t *testing.T) {
	for name, m := range searchtest.Methods {
		p := judged(t, "accuracy", "latency", "energy")
		r, err := nas.Explore(context.Background(), p, nas.Settings{Seed: 2, Episodes: 80}, m())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		figures := func(d *nas.Design) [3]float64 { // more is better
			return [3]float64{d.Accuracy, -d.Metrics["latency_ms"], -d.Metrics["energy_mj"]}
		}
		exceeds := func(a, b [3]float64) bool {
			return a != b && a[0] >= b[0] && a[1] >= b[1] && a[2] >= b[2]
		}
		want := make(map[[3]float64]bool)
		for i := range r.Trials {
			a := &r.Trials[i]
			if a.Status != nas.Trained && a.Status != nas.Reused || a.Throughput < 2400*(1-1e-9) {
				continue
			}
			best := true
			for k := range r.Trials {
				b := &r.Trials[k]
				known := (b.Status == nas.Trained || b.Status == nas.Reused) && b.Throughput >= 2400*(1-1e-9)
				best = best && !(known && exceeds(figures(&b.Design), figures(&a.Design)))
			}
			if best {
				want[figures(&a.Design)] = true
			}
		}
		if len(r.Front) != len(want) || len(want) < 2 {
			t.Errorf("%s: a front of %d designs, pair by pair it has %d", name, len(r.Front), len(want))
		}
		for i, d := range r.Front {
			if !want[figures(&d)] {
				t.Errorf("%s: %s is on the front, but dominated", name, d.Network)
			}
			if i > 0 && d.Accuracy > r.Front[i-1].Accuracy {
				t.Errorf("%s: the front is not by falling accuracy", name)
			}
		}
		if !(r.Hypervolume > 0) {
			t.Errorf("%s: hypervolume %g", name, r.Hypervolume)
		}
	}
}

// TestObjectivesGuideNSGA2 checks that NSGA-II finds a lower latency where latency
// is an objective than where it is efficiency.
func TestObjectivesGuideNSGA2(t *testing.T) {
	const seeds = 5
	lowest := func(names ...string) float64 {
		sum := 0.0
		for seed := range uint64(seeds) {
			r, err := nas.Explore(context.Background(), judged(t, names...),
				nas.Settings{Seed: seed, Episodes: 400}, &method.NSGA2{Population: 10})
			if err != nil {
				t.Fatal(err)
			}
			least := math.Inf(1)
			for _, trial := range r.Trials[200:] { // once it has learned
				if trial.Status != nas.Pruned {
					least = min(least, trial.Metrics["latency_ms"])
				}
			}
			sum += least / seeds
		}
		return sum
	}
	fast, busy := lowest("accuracy", "latency"), lowest("accuracy", "efficiency")
	t.Logf("lowest latency of the later half: %.4f ms as an objective, %.4f ms where efficiency is one", fast, busy)
	if fast >= busy {
		t.Errorf("minimising latency reaches %g ms, maximising efficiency %g ms", fast, busy)
	}
}

// TestObjectivesHypervolume checks a minimised objective against an area added up
// by hand, and that an infinite figure adds nothing.
func TestObjectivesHypervolume(t *testing.T) {
	o := nas.Objectives{{Name: "accuracy", Maximize: true}, {Name: "latency", Worst: 10}}
	trial := func(accuracy, latency float64) nas.Trial {
		return nas.Trial{Design: nas.Design{Accuracy: accuracy, Metrics: nas.Metrics{"latency_ms": latency}}}
	}
	trials := []nas.Trial{trial(0.5, 2), trial(0.9, 6), trial(0.4, 5), trial(0.95, 12), {Design: nas.Design{Accuracy: 1}}}
	if got, want := o.Hypervolume(trials), 0.5*8+0.4*4; math.Abs(got-want) > 1e-12 {
		t.Errorf("hypervolume %g, want %g", got, want)
	}
	front := o.Front(trials)
	var got []float64
	for _, f := range front {
		got = append(got, f.Accuracy)
	}
	// The last counts as if it took 10 ms, and so dominates the one with 12.
	if want := []float64{1, 0.9, 0.5}; !reflect.DeepEqual(got, want) {
		t.Errorf("front of accuracies %v, want %v", got, want)
	}
}

// TestOwnObjective searches with an objective of another module: the seconds that
// training took.
func TestOwnObjective(t *testing.T) {
	e := nas.EvaluatorFunc(func(_ context.Context, network string, _ uint64) (nas.Evaluation, error) {
		return nas.Evaluation{Accuracy: searchtest.Curve(network), Seconds: float64(network[0] - '0')}, nil
	})
	p := searchtest.Problem(t, e)
	p.Objectives = nas.Objectives{
		{Name: "accuracy", Maximize: true},
		{Name: "training", Unit: "s", Of: func(t *nas.Trial) float64 { return t.TrainSeconds }, Worst: 100},
	}
	r, err := nas.Explore(context.Background(), p, nas.Settings{Seed: 1, Episodes: 60}, &method.Random{})
	if err != nil {
		t.Fatal(err)
	}
	kernels := make(map[byte]bool)
	for _, d := range r.Front {
		kernels[d.Network[0]] = true
	}
	if len(r.Front) < 2 || !kernels['1'] {
		t.Errorf("the front %v has none of those that take a second", r.Front)
	}
}

// TestObjectivesResume checks that a search with objectives goes on as if it had not
// been stopped, also when its objectives and trials were written as JSON in between.
func TestObjectivesResume(t *testing.T) {
	p := judged(t, "accuracy", "latency", "price")
	m := func() nas.Method { return &method.NSGA2{Population: 6} }
	whole, err := nas.Explore(context.Background(), p, nas.Settings{Seed: 9, Episodes: 60}, m())
	if err != nil {
		t.Fatal(err)
	}
	k := &keeper{after: 31}
	if _, err := nas.Explore(context.Background(), p, nas.Settings{Seed: 9, Episodes: 40, Recorder: k}, m()); err != nil {
		t.Fatal(err)
	}
	through := func(from, to any) {
		t.Helper()
		b, err := json.Marshal(from)
		if err == nil {
			err = json.Unmarshal(b, to)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	state := *k.state
	state.Trials = nil
	through(k.state.Trials, &state.Trials)
	again := judged(t, "accuracy", "efficiency")
	again.Objectives = nil
	through(p.Objectives, &again.Objectives)
	r, err := nas.Explore(context.Background(), again, nas.Settings{Seed: 9, Episodes: 60, Resume: &state}, m())
	if err != nil {
		t.Fatal(err)
	}
	searchtest.SameTrials(t, "resumed", r.Trials, whole.Trials)
	if !reflect.DeepEqual(r.Front, whole.Front) || r.Hypervolume != whole.Hypervolume {
		t.Errorf("front %v, want %v", r.Front, whole.Front)
	}
	again.Objectives = nil
	if _, err := nas.Explore(context.Background(), again, nas.Settings{Seed: 9, Episodes: 60, Resume: &state}, m()); err == nil {
		t.Error("resumed with other objectives: no error")
	}
}

func TestObjectivesRefuse(t *testing.T) {
	h := searchtest.Pipelines(t, space.Tiny(), "XC7Z015:3")
	if _, err := h.Objectives(600, "accuracy", "speed"); err == nil || !strings.Contains(err.Error(), `"speed"`) || !strings.Contains(err.Error(), "latency") {
		t.Errorf("an unknown objective: error %v", err)
	}
	of := func(*nas.Trial) float64 { return 0 }
	for _, c := range []struct {
		o    nas.Objectives
		want string
	}{
		{nas.Objectives{{Name: "accuracy"}}, "2 objectives"},
		{nas.Objectives{{Name: "accuracy"}, {Name: "accuracy"}}, "twice"},
		{nas.Objectives{{Name: "accuracy"}, {Of: of}}, "no name"},
		{nas.Objectives{{Name: "accuracy"}, {Name: "x"}}, "no Of"},
		{nas.Objectives{{Name: "accuracy"}, {Name: "x", Of: of, Worst: math.Inf(1)}}, "finite"},
	} {
		p := searchtest.Problem(t, &searchtest.Counting{})
		p.Objectives = c.o
		if _, err := nas.Explore(context.Background(), p, nas.Settings{Episodes: 1}, &method.Random{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: error %v, want one that says %q", c.o, err, c.want)
		}
	}
}
