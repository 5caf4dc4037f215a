package nas_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"coexplore/internal/searchtest"
	"coexplore/nas"
)

// TestStop checks that a search which is stopped at a trial is the beginning of
// the one that goes on, however many networks are evaluated at once, and that it
// stays stopped when it is resumed.
func TestStop(t *testing.T) {
	for name, method := range searchtest.Methods {
		whole, err := nas.Explore(context.Background(), searchtest.Problem(t, &searchtest.Counting{}), nas.Settings{Seed: 6, Episodes: 60}, method())
		if err != nil {
			t.Fatal(err)
		}
		goal := 0.0 // the best accuracy of all
		for _, trial := range whole.Trials {
			if trial.Status == nas.Trained {
				goal = max(goal, trial.Accuracy)
			}
		}
		reached := func(t *nas.Trial) bool { return t.Status == nas.Trained && t.Accuracy >= goal }
		at := slices.IndexFunc(whole.Trials, func(trial nas.Trial) bool { return reached(&trial) })
		if at < 1 {
			t.Fatalf("%s: trial %d is the first to reach %g, want a later one", name, at, goal)
		}
		for _, workers := range []int{1, 3} {
			k := &keeper{after: at + 1}
			s := nas.Settings{Seed: 6, Episodes: 60, Workers: workers, Stop: reached, Recorder: k}
			r, err := nas.Explore(context.Background(), searchtest.Problem(t, &searchtest.Counting{}), s, method())
			if err != nil {
				t.Fatal(err)
			}
			searchtest.SameTrials(t, fmt.Sprintf("%s, %d workers", name, workers), r.Trials, whole.Trials[:at+1])
			s.Recorder, s.Resume = nil, k.state
			if r, err = nas.Explore(context.Background(), searchtest.Problem(t, &searchtest.Counting{}), s, method()); err != nil {
				t.Fatal(err)
			}
			searchtest.SameTrials(t, name+", resumed", r.Trials, whole.Trials[:at+1])
		}
	}
}
