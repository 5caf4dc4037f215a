package nas_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/controller"
	"coexplore/nas/method"
)

// TestCollapseWatch checks rows of trials that are made up.
func TestCollapseWatch(t *testing.T) {
	trials := func(entropy float64, networks ...string) (list []nas.Trial) {
		for i, n := range networks {
			e := entropy
			if i == 0 && entropy > 0 {
				e = 1 // it has explored
			}
			list = append(list, nas.Trial{Episode: i, Entropy: e, Design: nas.Design{Network: n}})
		}
		return list
	}
	row := func(n int, network string) []string {
		return strings.Split(strings.TrimSuffix(strings.Repeat(network+" ", n), " "), " ")
	}
	sampled := trials(0.01, row(60, "x")...)
	for i := range sampled {
		sampled[i].Sampled, sampled[i].Network = "s", fmt.Sprint(i) // fast exploration makes others of it
	}
	for _, c := range []struct {
		name   string
		trials []nas.Trial
		want   nas.Collapse
		at     int // the trial that tells; -1: none
	}{
		{"a row", trials(0.01, append([]string{"a", "b"}, row(70, "c")...)...), nas.Collapse{Network: "c", Episode: 2, Times: 70, Entropy: 0.01}, 51},
		{"the longest of two", trials(0.01, append(append(row(55, "a"), row(60, "b")...), "a")...), nas.Collapse{Network: "b", Episode: 55, Times: 60, Entropy: 0.01}, 49},
		{"samples of fast exploration", sampled, nas.Collapse{Network: "s", Times: 60, Entropy: 0.01}, 49},
		{"a short row", trials(0.01, append(row(49, "a"), "b", "a")...), nas.Collapse{}, -1},
		{"by chance", trials(0.5, row(70, "a")...), nas.Collapse{}, -1},
		{"no policy", trials(0, row(70, "a")...), nas.Collapse{}, -1},
	} {
		var w nas.CollapseWatch
		at := -1
		for i := range c.trials {
			if w.See(&c.trials[i]) {
				if at >= 0 {
					t.Errorf("%s: told twice", c.name)
				}
				at = i
			}
		}
		if got := w.Collapse(); at != c.at || (got == nil) != (c.at < 0) || got != nil && *got != c.want {
			t.Errorf("%s: told at %d, %+v; want %d, %+v", c.name, at, got, c.at, c.want)
		}
	}
}

// TestCollapse searches with a policy that learns too fast without an entropy bonus, and
// with one that has a large bonus: the result says which has collapsed, and so does that
// of the first when it is resumed in parts.
func TestCollapse(t *testing.T) {
	search := func(rate, entropy float64, s nas.Settings) *nas.Result {
		c := controller.DefaultSettings()
		c.LearningRate, c.Entropy = rate, entropy
		r, err := nas.Explore(context.Background(), searchtest.Problem(t, &searchtest.Counting{}), s, &method.CoExploration{Beta: 0.5, FastSteps: -1, Controller: c})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	k := &keeper{after: 300}
	r := search(0.05, 0, nas.Settings{Seed: 1, Episodes: 500, Recorder: k})
	if r.Collapse == nil || r.Collapse.Times < 100 || r.Trials[len(r.Trials)-1].Network != r.Collapse.Network || !strings.Contains(r.Collapse.String(), r.Collapse.Network) {
		t.Fatalf("without a bonus: %v", r.Collapse)
	}
	if again := search(0.05, 0, nas.Settings{Seed: 1, Episodes: 500, Resume: k.state}); *again.Collapse != *r.Collapse {
		t.Errorf("resumed: %v, want %v", again.Collapse, r.Collapse)
	}
	if r := search(0.05, 5, nas.Settings{Seed: 1, Episodes: 500}); r.Collapse != nil {
		t.Errorf("with a large bonus: %v", r.Collapse)
	}
}
