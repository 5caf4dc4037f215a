package command

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"coexplore/nas/run"
)

// TestResumeAgrees resumes a run with flags that say what it says itself, and with
// ones that do not.
func TestResumeAgrees(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	begin := strings.Fields("explore --table builtin --fps 2400 --seed 3 --episodes 4 --beta 0.4 --retries 5 --max-failures 0 --objectives accuracy,latency --figures=false --out " + dir)
	if status, _, errs := runCommand(t, begin...); status != 0 {
		t.Fatalf("status %d, %s", status, errs)
	}
	for _, c := range []struct {
		args   string
		status int
		want   string
	}{
		{"--seed 3 --table builtin --space tiny --stride fixed --fps 2400.0 --beta .4 --method coexplore --objectives accuracy,latency --out " + dir + "/", 0, ""},
		{"--episodes 6 --workers 2 --threads 1", 0, ""},
		{"--fpga xc7z015:3 --data shapes --retries 5 --max-failures 0", 0, ""},
		{"--retries 2", 2, "--retries 2 differs from the run's own, 5"},
		{"--seed 4", 2, "--seed 4 differs from the run's own, 3, which cannot be changed when it is resumed: leave it out"},
		{"--stride predicted", 2, "--stride predicted differs from the run's own, fixed"},
		{"--beta 0.5", 2, "--beta 0.5 differs from the run's own, 0.4"},
		{"--method random", 2, "--method random differs from the run's own, coexplore"},
		{"--population 20", 2, "--population is no parameter of the run's method, coexplore"},
		{"--objectives accuracy,efficiency", 2, "--objectives [accuracy,efficiency] differs from the run's own, [accuracy,latency]"},
		{"--fpga XC7Z015:2", 2, "--fpga XC7Z015:2 differs from the run's own, XC7Z015:3"},
		{"--episodes 2", 2, "--episodes 2 is fewer than the 6 of the run"},
	} {
		status, _, errs := runCommand(t, append([]string{"explore", "--resume", dir, "--figures=false"}, strings.Fields(c.args)...)...)
		if status != c.status || !strings.Contains(errs, c.want) {
			t.Errorf("%s: status %d, want %d with %q\n%s", c.args, status, c.status, c.want, errs)
		}
		if _, err := os.Stat(filepath.Join(dir, "lock")); err == nil {
			t.Errorf("%s leaves the run locked", c.args)
		}
	}
	// A run that another has open is refused, and stays as it is.
	d, err := run.OpenToResume(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer d.End(nil)
	if status, _, errs := runCommand(t, "explore", "--resume", dir, "--episodes", "9"); status != 1 || !strings.Contains(errs, "is in use by process") {
		t.Errorf("status %d, %s", status, errs)
	}
}

// TestExploreResumes stops a search on the built-in table, resumes it and compares
// it with one that was not stopped.
func TestExploreResumes(t *testing.T) {
	base := t.TempDir()
	whole, parts := filepath.Join(base, "whole"), filepath.Join(base, "parts")
	flags := []string{"explore", "--table", "builtin", "--figures=false", "--method"}
	for _, method := range []string{"coexplore", "evolution", "hwaware", "surrogate"} {
		if status, _, stderr := runCommand(t, append(flags, method, "--episodes", "30", "--out", whole+method)...); status != 0 {
			t.Fatalf("status %d: %s", status, stderr)
		}
		if status, _, stderr := runCommand(t, append(flags, method, "--episodes", "11", "--out", parts+method)...); status != 0 {
			t.Fatalf("status %d: %s", status, stderr)
		}
		status, stdout, stderr := runCommand(t, "explore", "--resume", parts+method, "--episodes", "30")
		if status != 0 {
			t.Fatalf("status %d: %s", status, stderr)
		}
		if !strings.Contains(stdout, "OptHW") || !strings.Contains(stdout, "30 networks proposed") {
			t.Errorf("report:\n%s", stdout)
		}
		if strings.Contains(stdout, "of 30 accuracies lay within the interval that should hold 80 % of them") != (method == "surrogate") {
			t.Errorf("%s, report:\n%s", method, stdout)
		}
		if !reflect.DeepEqual(trialsOf(t, parts+method), trialsOf(t, whole+method)) {
			t.Errorf("%s: the resumed run differs from the whole one", method)
		}
	}
}

// TestExploreOldRun checks that a run which does not say which parameters its method
// had is refused, rather than resumed with others.
func TestExploreOldRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	makeRun(t, dir, "random", someTrials...)
	status, _, stderr := runCommand(t, "explore", "--resume", dir)
	if status != 1 || !strings.Contains(stderr, "older version") {
		t.Errorf("status %d: %s", status, stderr)
	}
}

// TestExploreInterrupted checks that a search that is stopped keeps what it has and
// says how to go on.
func TestExploreInterrupted(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	ctx, cancel := context.WithCancel(context.Background())
	go func() { // stop once the first trial is logged
		for ctx.Err() == nil {
			if info, err := os.Stat(filepath.Join(dir, "trials.jsonl")); err == nil && info.Size() > 0 {
				cancel()
			}
			time.Sleep(time.Millisecond)
		}
	}()
	args := append([]string{"explore", "--episodes", "5000", "--out", dir, "--figures=false"}, small...)
	status, _, stderr := runUntil(ctx, args...)
	if status != 1 || !strings.Contains(stderr, "go on with: coexplore explore --resume "+dir) {
		t.Fatalf("status %d: %s", status, stderr)
	}
	if len(trialsOf(t, dir)) == 0 {
		t.Error("no trial was kept")
	}
}
