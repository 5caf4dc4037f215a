package study_test

import (
	"context"
	"flag"
	"testing"

	"coexplore/internal/searchtest"
	"coexplore/nas/space"
	"coexplore/nas/study"
)

var heavy = flag.Bool("heavy", false, "measure on more pipelines and seeds (minutes)")

// TestFastReachesOptimum measures what fast exploration reaches within 300 steps,
// from an untrained controller, as a share of the optimum on the same pipeline:
// with an RNN for each stage and with a single one, on random pipelines of the
// CIFAR-10 space for 35 frames/s on three XC7Z015.
func TestFastReachesOptimum(t *testing.T) {
	const steps = 300
	pipelines, want := 4, 0.95 // the mean over few pipelines scatters
	if *heavy {
		pipelines, want = 50, 0.98
	}
	for _, c := range []struct {
		name  string
		space space.Chain
	}{
		{"fixed stride", space.CIFAR10()},
		{"predicted stride", space.CIFAR10().WithStrides(1, 2)},
	} {
		r, err := study.MeasureReach(context.Background(), searchtest.Pipelines(t, c.space, "XC7Z015:3"), 35, pipelines, steps, 11)
		if err != nil {
			t.Fatal(err)
		}
		arrives := func(curve []float64) int {
			for k, v := range curve {
				if v >= want {
					return k + 1
				}
			}
			return 0
		}
		split, single := arrives(r.Split), arrives(r.Single)
		t.Logf("%s, %d pipelines (optimum known to %.4f): an RNN a stage reaches %.2f %% of the optimum, a single RNN %.2f %%; %.0f %% after %d and %d steps (0: never)",
			c.name, pipelines, r.Gap, 100*r.Split[steps-1], 100*r.Single[steps-1], 100*want, split, single)
		if split == 0 {
			t.Errorf("%s: an RNN a stage reaches %.4f of the optimum, want %g", c.name, r.Split[steps-1], want)
		}
		if single != 0 && single <= split {
			t.Errorf("%s: a single RNN arrives after %d steps, an RNN a stage after %d", c.name, single, split)
		}
	}
}
