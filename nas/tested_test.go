package nas_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/method"
)

// held is a tester whose accuracies on test images follow from those it evaluates.
type held struct {
	searchtest.Counting
	seeds  map[string]uint64
	tested map[string]int
	err    error
}

func (h *held) Evaluate(ctx context.Context, network string, seed uint64) (nas.Evaluation, error) {
	if len(h.tested) > 0 {
		return nas.Evaluation{}, errors.New("evaluated after test images were seen")
	}
	if h.seeds == nil {
		h.seeds = make(map[string]uint64)
	}
	h.seeds[network] = seed
	return h.Counting.Evaluate(ctx, network, seed)
}

func (h *held) Test(_ context.Context, network string, seed uint64) (float64, error) {
	if h.tested == nil {
		h.tested = make(map[string]int)
	}
	h.tested[network]++
	if was, ok := h.seeds[network]; ok && was != seed {
		return 0, errors.New("another seed than in the search")
	}
	return searchtest.Curve(network) / 2, h.err
}

// TestTester checks that the networks of the front, and no others, are measured on
// test images, each once and after all evaluations, and that it changes nothing else.
func TestTester(t *testing.T) {
	for name, method := range searchtest.Methods {
		settings := nas.Settings{Seed: 3, Episodes: 30}
		plain, err := nas.Explore(context.Background(), searchtest.Problem(t, &searchtest.Counting{}), settings, method())
		if err != nil {
			t.Fatal(err)
		}
		k := &keeper{after: 12}
		settings.Recorder = k
		e := &held{}
		r, err := nas.Explore(context.Background(), searchtest.Problem(t, e), settings, method())
		if err != nil {
			t.Fatal(err)
		}
		searchtest.SameTrials(t, name, r.Trials, plain.Trials)
		settings.Recorder, settings.Resume = nil, k.state
		resumed, err := nas.Explore(context.Background(), searchtest.Problem(t, &held{}), settings, method())
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Front) != len(plain.Front) || len(resumed.Front) != len(plain.Front) {
			t.Fatalf("%s: %d designs on the front, %d when resumed, %d of a plain evaluator", name, len(r.Front), len(resumed.Front), len(plain.Front))
		}
		networks := map[string]bool{}
		for i, d := range r.Front {
			networks[d.Network] = true
			if d.TestAccuracy == nil || *d.TestAccuracy != searchtest.Curve(d.Network)/2 || d.Accuracy != plain.Front[i].Accuracy {
				t.Errorf("%s: %s has accuracy %g and test accuracy %v", name, d.Network, d.Accuracy, d.TestAccuracy)
			}
			if o := resumed.Front[i]; o.Network != d.Network || *o.TestAccuracy != *d.TestAccuracy {
				t.Errorf("%s: resumed, design %d is %+v, want %+v", name, i, o, d)
			}
		}
		for _, d := range []*nas.Design{r.OptHW, r.OptSW} {
			if !networks[d.Network] || d.TestAccuracy == nil || *d.TestAccuracy != searchtest.Curve(d.Network)/2 {
				t.Errorf("%s: chosen %+v", name, d)
			}
		}
		if len(e.tested) != len(networks) {
			t.Errorf("%s: %d networks tested, %d on the front", name, len(e.tested), len(networks))
		}
		for network, n := range e.tested {
			if n != 1 || !networks[network] {
				t.Errorf("%s: %s was tested %d times; on the front: %t", name, network, n, networks[network])
			}
		}
		with, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		without, err := json.Marshal(plain)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(with), `"test_accuracy":`) || strings.Contains(string(without), "test_accuracy") {
			t.Errorf("%s: test_accuracy in\n%s\nand not in\n%s", name, with, without)
		}
	}
}

// TestTesterFails checks that an interrupted search looks at no test image, and that
// what goes wrong with them is an error beside the result.
func TestTesterFails(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	stop := func(trial *nas.Trial) bool {
		if trial.Index == 8 {
			cancel()
		}
		return false
	}
	e := &held{}
	_, err := nas.Explore(ctx, searchtest.Problem(t, e), nas.Settings{Seed: 3, Episodes: 20, Stop: stop}, &method.Random{})
	if !errors.Is(err, context.Canceled) || len(e.tested) != 0 {
		t.Errorf("interrupted: error %v, tested %v", err, e.tested)
	}
	e = &held{err: errBroken}
	r, err := nas.Explore(context.Background(), searchtest.Problem(t, e), nas.Settings{Seed: 3, Episodes: 20}, &method.Random{})
	if !errors.Is(err, errBroken) || !strings.Contains(err.Error(), "test images") || len(r.Front) == 0 {
		t.Errorf("error %v with result %+v", err, r)
	}
}
