package ablation_test

import (
	"context"
	"math"
	"testing"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/method"
	"coexplore/nas/pipelines"
	"coexplore/nas/study/ablation"
)

// TestAblations runs the paper's method and the ablations on the same problem and
// checks what sets each apart from co-exploration.
func TestAblations(t *testing.T) {
	explore := func(name string) *nas.Result {
		pool, err := hw.ParsePool("XC7Z015:3")
		if err != nil {
			t.Fatal(err)
		}
		hardware, err := pipelines.New(evaluate.TinyTableSpace(), pool, hw.DefaultTarget())
		if err != nil {
			t.Fatal(err)
		}
		table, err := evaluate.TinyTable()
		if err != nil {
			t.Fatal(err)
		}
		p := nas.Problem{Space: hardware.Space(), Hardware: hardware, Spec: 2400, Evaluator: table}
		m := made(t, name)
		r, err := nas.Explore(context.Background(), p, nas.Settings{Seed: 3, Episodes: 40}, m)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	steps := func(r *nas.Result) (n, plans int) {
		for i := range r.Trials {
			n += r.Trials[i].FastSteps
			if r.Trials[i].FastSteps > 0 {
				plans += r.Trials[i].Plans - 2 // of the sampled network and of the one that is chosen
			}
		}
		return n, plans
	}
	whole := explore("coexplore")
	if n, plans := steps(whole); plans <= 4*n || whole.Reused > 0 {
		t.Errorf("coexplore: %d plans in %d steps, %d networks reused", plans, n, whole.Reused)
	}
	paper := explore("coexplore-paper")
	if n, plans := steps(paper); n == 0 || plans != 4*n || paper.Reused == 0 {
		t.Errorf("the paper's: %d plans in %d steps of 4 proposals, %d networks reused", plans, n, paper.Reused)
	}
	single := explore("coexplore-single")
	if n, plans := steps(single); n == 0 || plans != 4*n {
		t.Errorf("a single RNN: %d plans in %d steps of 4 proposals", plans, n)
	}
	if n, _ := steps(explore("coexplore-nofast")); n != 0 {
		t.Errorf("without fast exploration: %d steps of it", n)
	}
	if repeat := explore("coexplore-repeat"); repeat.Reused == 0 {
		t.Error("by the paper's rule no network was chosen again")
	}
	macs := explore("coexplore-macs")
	missed := 0
	for _, trial := range macs.Trials {
		if trial.FastSteps > 0 && trial.Status == nas.Pruned {
			missed++
		}
	}
	if missed == 0 {
		t.Error("by MACs alone fast exploration never chose a network that misses the specification")
	}
	frozen := explore("coexplore-frozen")
	first, last := frozen.Trials[0].Entropy, frozen.Trials[len(frozen.Trials)-1].Entropy
	if math.Abs(first-last) > 0.05 || first < 1 {
		t.Errorf("the entropy of a frozen controller went from %g to %g", first, last)
	}
}

// made is the method of a name with its defaults.
func made(t *testing.T, name string) nas.Method {
	t.Helper()
	methods := ablation.Methods()
	d, err := methods.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	m, err := d.Make(nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestTuned checks that what is tuned are methods with a controller, and that every
// ablation of co-exploration has the controller of the whole, but for the one that is
// tuned on its own.
func TestTuned(t *testing.T) {
	methods := ablation.Methods()
	rates := methods.Defaults(method.ControllerRate)
	for _, name := range ablation.Tuned() {
		if _, ok := rates[name]; !ok {
			t.Errorf("%s is tuned and has no controller", name)
		}
	}
	whole := made(t, "coexplore").(*method.CoExploration).Controller
	for _, name := range []string{"frozen", "nofast", "single", "repeat", "macs"} {
		want := whole
		if name == "nofast" {
			want.LearningRate, want.Entropy = 0.001, 1
		}
		if got := made(t, "coexplore-"+name).(*method.CoExploration).Controller; got != want {
			t.Errorf("coexplore-%s: %+v, want %+v", name, got, want)
		}
	}
}
