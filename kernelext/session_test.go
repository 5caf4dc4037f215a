package kernelext

import (
	"context"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/run"
)

func TestSession(t *testing.T) {
	s, err := NewSession("XC7Z015:3", 2400)
	if err != nil {
		t.Fatal(err)
	}
	result, err := s.Search(0.5)
	if err != nil {
		t.Fatal(err)
	}
	if result.Episodes != 60 || result.Trained == 0 || result.Pruned == 0 || len(result.Front) == 0 {
		t.Errorf("%+v", result)
	}
	s.Seeds = 2
	runs, err := s.SweepBeta(0, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(runs) != 4 {
		t.Fatalf("%d runs of 2 weights with 2 seeds", len(runs))
	}
	// What earned most is, at either end, the best of its search in one of the two.
	for i, beta := range []float64{0, 0, 1, 1} {
		result, err := s.search(beta, s.Seed+uint64(i%2))
		if err != nil {
			t.Fatal(err)
		}
		best := 0.0
		for _, d := range result.Designs() {
			best = max(best, map[float64]float64{0: d.Efficiency, 1: d.Accuracy}[beta])
		}
		if got := map[float64]float64{0: runs[i].Efficiency, 1: runs[i].Accuracy}[beta]; runs[i].Beta != beta || math.Abs(got-best) > 1e-12 {
			t.Errorf("run %d: %+v, the best is %v", i, runs[i], best)
		}
	}
}

// A device of one's own with the figures of a known one is found the same.
func TestSessionOnOwnDevice(t *testing.T) {
	known, err := hw.DeviceByName("XC7Z015")
	if err != nil {
		t.Fatal(err)
	}
	known.Part = "MINE"
	var front [2][]nas.Design
	for i, pool := range []string{"XC7Z015:2", "MINE:2"} {
		s, err := NewSession(pool, 2400, known)
		if err != nil {
			t.Fatal(err)
		}
		result, err := s.Search(0.5)
		if err != nil {
			t.Fatal(err)
		}
		front[i] = result.Front
	}
	if len(front[0]) == 0 || len(front[0]) != len(front[1]) {
		t.Fatalf("fronts of %d and %d designs", len(front[0]), len(front[1]))
	}
	for i := range front[0] {
		a, b := &front[0][i], &front[1][i]
		if a.Network != b.Network || a.Accuracy != b.Accuracy || a.Throughput != b.Throughput {
			t.Errorf("%+v and %+v", a, b)
		}
	}
}

func TestSessionErrors(t *testing.T) {
	for _, c := range []struct {
		pool string
		own  []hw.Device
		want string
	}{
		{"NONE:3", nil, "NONE"},
		{"MINE:1", []hw.Device{{Part: "MINE"}}, "kernelext: "},
	} {
		if _, err := NewSession(c.pool, 2400, c.own...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.pool, err, c.want)
		}
	}
	s, err := NewSession("XC7Z015:1", 1e9)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SweepBeta(0.5); err == nil || !strings.Contains(err.Error(), "out of reach") {
		t.Errorf("a speed that none reaches: error %v", err)
	}
	if _, err := OpenRun(t.TempDir()); err == nil {
		t.Error("an empty folder is no run")
	}
}

// TestResume stops a run in the middle and goes on with it in one line.
func TestResume(t *testing.T) {
	c := run.Default()
	c.Table, c.Episodes = run.BuiltinTable, 20
	begin := func(dir string, ctx context.Context, watch nas.Recorder) (*nas.Result, error) {
		s, err := run.Open(c, run.Resources{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Create(dir); err != nil {
			t.Fatal(err)
		}
		return s.Explore(ctx, watch, nil)
	}
	want, err := begin(filepath.Join(t.TempDir(), "whole"), context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	dir := filepath.Join(t.TempDir(), "a")
	if _, err := begin(dir, ctx, &stopAt{trial: 9, stop: cancel}); err == nil {
		t.Fatal("the run was not stopped")
	}
	got, err := Resume(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Trials) != len(want.Trials) {
		t.Fatalf("%d trials, want %d", len(got.Trials), len(want.Trials))
	}
	for i := range got.Trials {
		if a, b := &got.Trials[i], &want.Trials[i]; a.Network != b.Network || a.Reward != b.Reward {
			t.Errorf("trial %d is of %s with reward %g, want %s with %g", i, a.Network, a.Reward, b.Network, b.Reward)
		}
	}
}

// stopAt stops a search at a trial.
type stopAt struct {
	nas.NopRecorder
	trial int
	stop  func()
}

func (s *stopAt) Trial(t nas.Trial) error {
	if t.Index == s.trial {
		s.stop()
	}
	return nil
}
