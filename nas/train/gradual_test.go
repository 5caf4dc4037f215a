package train

import (
	"context"
	"testing"

	"coexplore/data"
	"coexplore/hw"
	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/method"
	"coexplore/nas/space"
)

// TestPortionsAreTheWhole trains networks in portions, in turn, on sets with validation
// images and without: what comes out is what training at once gives, and in between what
// its history has there.
func TestPortionsAreTheWhole(t *testing.T) {
	ctx := context.Background()
	parts := parted(t)
	plain := *parts
	plain.Validation = nil
	opt := tinyOptions()
	opt.Epochs = 4
	for _, set := range []*data.Set{parts, &plain} {
		g := NewEvaluator(set, opt).(nas.Gradual)
		networks := []string{"3x8,3x8s2", "5x4"}
		trainings := make([]nas.Training, len(networks))
		got := make([]nas.Evaluation, len(networks))
		var err error
		for i, n := range networks {
			if trainings[i], err = g.Begin(n, 7); err != nil {
				t.Fatal(err)
			}
		}
		for _, epochs := range []int{1, 3, g.Epochs()} {
			for i := range trainings {
				if got[i], err = trainings[i].To(ctx, epochs); err != nil {
					t.Fatal(err)
				}
				if got[i].Epochs != epochs || !(got[i].Seconds > 0) {
					t.Errorf("%s after %d epochs: %+v", networks[i], epochs, got[i])
				}
			}
			if epochs != 3 {
				continue
			}
			watched := opt
			watched.Seed, watched.Validate = 7, true
			for i, o := range trainAll(t, []hw.Chain{chain(t, networks[0]), chain(t, networks[1])}, set, watched) {
				at := o.History[2]
				if accuracy := at.ValidationAccuracy + at.TestAccuracy; accuracy != got[i].Accuracy || at.Loss != got[i].Loss {
					t.Errorf("%s after 3 epochs: %+v, its history has %+v", networks[i], got[i], at)
				}
			}
		}
		for i, n := range networks {
			want, err := g.Evaluate(ctx, n, 7)
			if err != nil {
				t.Fatal(err)
			}
			if got[i].Accuracy != want.Accuracy || got[i].Loss != want.Loss || got[i].Epochs != want.Epochs || got[i].Reason != want.Reason {
				t.Errorf("%s in portions: %+v, at once %+v", n, got[i], want)
			}
			if _, err := trainings[i].To(ctx, 4); err == nil {
				t.Errorf("%s was trained on after its last epoch", n)
			}
		}
	}
}

// TestHalvingSearch searches with halving on real images: every network that was trained
// to the end has the accuracy of training it alone, its front is measured on the test
// images without training again, and the epochs are those of the trials.
func TestHalvingSearch(t *testing.T) {
	ctx := context.Background()
	opt := tinyOptions()
	opt.Epochs = 3
	e := NewEvaluator(parted(t), opt)
	p := searchtest.Problem(t, e)
	set := e.(*tester).set
	small := space.Tiny().WithData(hw.Shape{C: set.Train.Channels, H: set.Train.Height, W: set.Train.Width}, len(set.Classes))
	p.Space, p.Hardware = small, searchtest.Pipelines(t, small, "XC7Z015:3")
	p.Spec = 100
	halved := nas.Settings{Seed: 2, Episodes: 7, Halving: &nas.Halving{Eta: 2}}
	r, err := nas.Explore(ctx, p, halved, &method.Random{Beta: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	whole := halved
	whole.Halving = nil
	p.Evaluator = NewEvaluator(parted(t), opt)
	p.Hardware = searchtest.Pipelines(t, small, "XC7Z015:3")
	all, err := nas.Explore(ctx, p, whole, &method.Random{Beta: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	epochs := 0
	for i, trial := range r.Trials {
		epochs += trial.Epochs
		alone := all.Trials[i]
		if trial.Network != alone.Network {
			t.Fatalf("trial %d: %s, without halving %s", i, trial.Network, alone.Network)
		}
		switch {
		case trial.Status == nas.Trained && (trial.Accuracy != alone.Accuracy || trial.Epochs != 3):
			t.Errorf("%s: %g after %d epochs, alone %g after %d", trial.Network, trial.Accuracy, trial.Epochs, alone.Accuracy, alone.Epochs)
		case trial.Status == nas.Stopped && (trial.Epochs >= 3 || trial.Epochs > 0 && trial.Accuracy != trial.Rungs[len(trial.Rungs)-1]):
			t.Errorf("%+v", trial)
		}
	}
	if r.Epochs != epochs || r.Epochs >= all.Epochs || r.Trained == 0 || r.Stopped == 0 || r.Trained+r.Stopped < all.Trained {
		t.Errorf("%d epochs for %d networks trained and %d stopped; %d for %d without halving", r.Epochs, r.Trained, r.Stopped, all.Epochs, all.Trained)
	}
	for _, d := range r.Front {
		if d.TestAccuracy == nil {
			t.Errorf("%s was not measured on the test images", d.Network)
		}
		if kept := e.(*tester).kept.get(trainedKey{d.Network, seedOf(t, e.(*tester), d.Network)}); kept == nil {
			t.Errorf("%s was not kept", d.Network)
		}
	}
	t.Logf("%d epochs for %d networks trained and %d stopped; without halving %d epochs for %d", r.Epochs, r.Trained, r.Stopped, all.Epochs, all.Trained)
}

// seedOf is the seed with which a network was kept.
func seedOf(t *testing.T, e *tester, network string) uint64 {
	t.Helper()
	for _, key := range e.kept.order {
		if key.network == network {
			return key.seed
		}
	}
	t.Errorf("%s was never kept", network)
	return 0
}
