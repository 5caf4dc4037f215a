package study_test

import (
	"context"
	"reflect"
	"testing"

	"coexplore/hw"
	"coexplore/internal/heavy"
	"coexplore/internal/searchtest"
	"coexplore/nas/pipelines"
	"coexplore/nas/results"
	"coexplore/nas/space"
	"coexplore/nas/study"
)

// pipelinesOf makes pipelines for the networks of a space.
func pipelinesOf(t *testing.T, s space.Chain, pool string) func() (*pipelines.Hardware, error) {
	fpgas := searchtest.Pool(t, pool)
	return func() (*pipelines.Hardware, error) { return pipelines.New(s, fpgas, hw.DefaultTarget()) }
}

// TestFastReachesOptimum measures what fast exploration reaches, from an untrained
// controller, as a share of the optimum on the same pipeline, and that it reaches more
// with an RNN for each stage than with a single one that makes as many plans: on random
// pipelines of the CIFAR-10 space for 35 frames/s on three XC7Z015.
func TestFastReachesOptimum(t *testing.T) {
	settings, want := study.ReachSettings{Pipelines: 3, Plans: 800, Seed: 11}, 0.9 // the mean over few pipelines scatters
	if heavy.On() {
		settings.Pipelines, settings.Plans, want = 40, 2000, 0.95
	}
	for _, c := range []struct {
		name  string
		space space.Chain
	}{
		{"fixed stride", space.CIFAR10()},
		{"predicted stride", space.CIFAR10().WithStrides(1, 2)},
	} {
		r, err := study.MeasureReach(context.Background(), pipelinesOf(t, c.space, "XC7Z015:3"), 35, settings)
		if err != nil {
			t.Fatal(err)
		}
		if r.Gap > 1e-3 {
			t.Errorf("%s: optima are known to %g only", c.name, r.Gap)
		}
		last := map[string]float64{}
		for _, curve := range r.Curves {
			last[curve.Method] = curve.Mean[len(r.Plans)-1]
			t.Logf("%s, %d pipelines (optimum known to %.4f), %d plans: %s reaches %.2f %% of the optimum",
				c.name, r.Pipelines, r.Gap, settings.Plans, curve.Name, 100*last[curve.Method])
		}
		if last["split"] < want {
			t.Errorf("%s: an RNN a stage reaches %.4f of the optimum, want %g", c.name, last["split"], want)
		}
		if last["split"] <= last["single"] {
			t.Errorf("%s: an RNN a stage reaches %.4f of the optimum, a single RNN %.4f", c.name, last["split"], last["single"])
		}
	}
}

// TestReachDeterministic checks that the result depends on the seed alone, and that it
// is one: shares that rise with the plans from where exploration begins.
func TestReachDeterministic(t *testing.T) {
	measure := func(seed uint64, workers int) *results.Reach {
		done := 0
		r, err := study.MeasureReach(context.Background(), pipelinesOf(t, space.Tiny(), "XC7Z015:3"), searchtest.Spec,
			study.ReachSettings{Pipelines: 5, Plans: 60, Seed: seed, Workers: workers, Done: func() { done++ }})
		if err != nil {
			t.Fatal(err)
		}
		if done != 5 {
			t.Errorf("%d pipelines were announced", done)
		}
		return r
	}
	r := measure(3, 1)
	if again := measure(3, 3); !reflect.DeepEqual(again, r) {
		t.Errorf("with 3 workers %+v, with one %+v", again, r)
	}
	if reflect.DeepEqual(measure(4, 1), r) {
		t.Error("seeds 3 and 4 explore alike")
	}
	if r.Plans[0] != 1 || r.Plans[len(r.Plans)-1] != 60 {
		t.Errorf("measured after %v plans", r.Plans)
	}
	for _, c := range r.Curves {
		before := r.Start
		for k, q := range c.Quartiles {
			for j, v := range q {
				if v < before[j]-1e-12 || v > 1+1e-12 || c.Mean[k] > 1+1e-12 {
					t.Errorf("%s after %d plans: quartiles %v, before that %v", c.Method, r.Plans[k], q, before)
				}
			}
			before = q
		}
	}
}
