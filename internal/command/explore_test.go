package command

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// small are flags that train a handful of small networks in a second or two.
var small = []string{"--train-images", "192", "--test-images", "64", "--epochs", "1", "--fps", "500", "--format", "svg"}

// trialsOf reads a run's log without the times.
func trialsOf(t *testing.T, dir string) []map[string]any {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "trials.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var trials []map[string]any
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var m map[string]any
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			t.Fatal(err)
		}
		delete(m, "fast_seconds")
		delete(m, "train_seconds")
		trials = append(trials, m)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return trials
}

// TestExploreTrains runs a short search on generated pictures twice, with other
// numbers of threads, and checks the result against the log.
func TestExploreTrains(t *testing.T) {
	base := t.TempDir()
	var logs [][]map[string]any
	var fronts []any
	for i, threads := range []string{"1", "2"} {
		dir := filepath.Join(base, threads)
		args := append([]string{"explore", "--episodes", "6", "--seed", "3", "--json", "--threads", threads, "--out", dir}, small...)
		status, stdout, stderr := runCommand(t, args...)
		if status != 0 {
			t.Fatalf("status %d: %s", status, stderr)
		}
		var r struct {
			Method                          string
			Seed, Episodes, Trained, Pruned int
			Reused                          int
			FastSeconds, TrainSeconds       *float64
			OptHW, OptSW                    *struct{ Network string }
			Front                           []struct {
				Accuracy, Efficiency float64
				TestAccuracy         *float64 `json:"test_accuracy"`
			}
			Hypervolume float64
		}
		d := json.NewDecoder(strings.NewReader(stdout))
		if err := d.Decode(&r); err != nil {
			t.Fatalf("standard output: %v", err)
		}
		if _, err := d.Token(); err != io.EOF {
			t.Error("standard output holds more than one JSON value")
		}
		logs = append(logs, trialsOf(t, dir))
		if r.Method != "coexplore" || r.Seed != 3 || r.Episodes != 6 || r.Trained+r.Pruned+r.Reused != 6 || len(logs[i]) != 6 {
			t.Errorf("result %+v for %d trials", r, len(logs[i]))
		}
		if r.Trained == 0 || r.OptSW == nil || r.OptHW == nil || len(r.Front) == 0 || !(r.Hypervolume > 0) {
			t.Errorf("nothing was trained: %+v", r)
		}
		for _, d := range r.Front {
			if d.TestAccuracy == nil {
				t.Errorf("%+v was not measured on test images", d)
			}
		}
		fronts = append(fronts, r.Front)
		figures, err := filepath.Glob(filepath.Join(dir, "figures", "*.svg"))
		if err != nil || len(figures) < 2 {
			t.Errorf("figures %v, %v", figures, err)
		}
	}
	if !reflect.DeepEqual(logs[0], logs[1]) || !reflect.DeepEqual(fronts[0], fronts[1]) {
		t.Error("the same seed gave other trials on another number of threads")
	}
}

// TestExploreResumes stops a search on the built-in table, resumes it and compares
// it with one that was not stopped.
func TestExploreResumes(t *testing.T) {
	base := t.TempDir()
	whole, parts := filepath.Join(base, "whole"), filepath.Join(base, "parts")
	flags := []string{"explore", "--table", "builtin", "--figures=false", "--method"}
	for _, method := range []string{"coexplore", "evolution"} {
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
	var stdout, stderr strings.Builder
	args := append([]string{"explore", "--episodes", "5000", "--out", dir, "--figures=false"}, small...)
	status := Run(ctx, args, &stdout, &stderr)
	if status != 1 || !strings.Contains(stderr.String(), "go on with: coexplore explore --resume "+dir) {
		t.Fatalf("status %d: %s", status, stderr.String())
	}
	if len(trialsOf(t, dir)) == 0 {
		t.Error("no trial was kept")
	}
}

// TestExploreErrors checks that what cannot be done is said in one line, with the
// right status, and that nothing is left behind.
func TestExploreErrors(t *testing.T) {
	base := t.TempDir()
	if err := os.WriteFile(filepath.Join(base, "data_batch_1.bin"), make([]byte, 5000), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args   string
		status int
		want   string
	}{
		{"--fpga XC9:2", 2, "XC9"},
		{"--fpga XC7Z015:none", 2, "none"},
		{"--space mars", 2, "mars"},
		{"--space no/such.toml --fps 100", 1, "no/such.toml"},
		{"--space testdata/short.toml --fps 100", 1, "testdata/short.toml: max_layers: is missing"},
		{"--space " + wideSpace, 2, "--fps is needed"},
		{"--fps -3", 2, "-3"},
		{"--fps NaN", 2, "fps"},
		{"--fps 1e8", 1, "the best that the pool XC7Z015:3 reaches is"},
		{"--data /no/such/folder", 1, "/no/such/folder"},
		{"--data " + base, 1, "truncated"},
		{"--method guess", 2, "guess"},
		{"--stride 3", 2, "stride"},
		{"--bits 12", 2, "12 bits"},
		{"--clock 0", 2, "clock"},
		{"--beta 2", 2, "beta"},
		{"--episode-batch 0", 2, "episode-batch"},
		{"--population 1", 2, "--population must be at least 2"},
		{"--objectives accuracy,speed", 2, "\"speed\"; the objectives are accuracy"},
		{"--objectives accuracy", 2, "2 objectives"},
		{"--objectives accuracy,accuracy", 2, "twice"},
		{"--episodes -1", 2, "episodes"},
		{"--format gif", 2, "gif"},
		{"--table builtin --space cifar10", 2, "tiny"},
		{"--table builtin --evaluator x", 2, "exclude"},
		{"--table builtin --max-flops 1e9", 2, "do not go with --table"},
		{"--evaluator x --augment", 2, "do not go with --table or --evaluator"},
		{"--table builtin --validation 0.1", 2, "do not go with --table"},
		{"--validation 1", 2, "--validation must be above 0 and below 1"},
		{"--validation NaN", 2, "--validation must be above 0 and below 1"},
		{"--validation -0.1", 2, "--validation must be positive"},
		{"--train-images 64", 2, "--batch 64 is more than the 54 training images"},
		{"--validation 0.001 --train-images 64", 1, "too few"},
		{"--evaluator x|y", 2, "`|` is not a valid word"},
		{"--evaluator \"x", 2, "closing quote"},
		{"--max-flops -1", 2, "max-flops"},
		{"--max-flops NaN", 2, "max-flops"},
		{"--retries -1", 2, "retries"},
		{"--max-failures -1", 2, "max-failures"},
		{"--table /no/table.csv", 1, "/no/table.csv"},
		{"--resume /no/run", 1, "not a run directory"},
		{"--method hwaware --fpga XC7Z015:1,ZU3EG:1 --table builtin", 1, "one type"},
		{"--nonsense", 2, "nonsense"},
		{"more", 2, "more"},
	} {
		out := filepath.Join(base, "out")
		args := append([]string{"explore"}, strings.Fields(c.args)...)
		if !strings.Contains(c.args, "--resume") {
			args = append(args, "--out", out)
		}
		status, stdout, stderr := runCommand(t, args...)
		lines := strings.Split(strings.TrimSpace(stderr), "\n")
		last := lines[len(lines)-1]
		if status != c.status || !strings.HasPrefix(last, "coexplore: ") || !strings.Contains(last, c.want) {
			t.Errorf("%s: status %d, want %d; last line %q, want one that says %q", c.args, status, c.status, last, c.want)
		}
		if stdout != "" {
			t.Errorf("%s: standard output %q", c.args, stdout)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s: left %s behind", c.args, out)
		}
	}
}

// TestExploreRefuses runs a search that some networks are too expensive for, in two
// parts and whole.
func TestExploreRefuses(t *testing.T) {
	base := t.TempDir()
	whole, parts := filepath.Join(base, "whole"), filepath.Join(base, "parts")
	flags := []string{"explore", "--method", "random", "--max-flops", "2e9", "--augment", "--train-images", "100", "--test-images", "50",
		"--epochs", "1", "--figures=false", "--json"}
	status, stdout, stderr := runCommand(t, append(flags, "--episodes", "16", "--out", whole)...)
	if status != 0 {
		t.Fatalf("status %d: %s", status, stderr)
	}
	var r, resumed struct {
		Trained, Refused, Pruned int
		Front                    []struct {
			Network      string
			TestAccuracy *float64 `json:"test_accuracy"`
		}
	}
	if err := json.Unmarshal([]byte(stdout), &r); err != nil || r.Trained == 0 || r.Refused == 0 || r.Trained+r.Refused+r.Pruned != 16 {
		t.Errorf("%v, %v: want some trained and some refused\n%s", r, err, stdout)
	}
	if status, _, stderr := runCommand(t, append(flags, "--episodes", "7", "--out", parts)...); status != 0 {
		t.Fatalf("status %d: %s", status, stderr)
	}
	status, stdout, stderr = runCommand(t, "explore", "--resume", parts, "--episodes", "16", "--json")
	if status != 0 {
		t.Fatalf("status %d: %s", status, stderr)
	}
	if err := json.Unmarshal([]byte(stdout), &resumed); err != nil || !reflect.DeepEqual(resumed, r) || len(r.Front) == 0 || r.Front[0].TestAccuracy == nil {
		t.Errorf("%v: resumed %+v, whole %+v", err, resumed, r)
	}
	status, stdout, stderr = runCommand(t, "explore", "--resume", parts)
	if status != 0 || !strings.Contains(stdout, fmt.Sprintf("%d more were refused", r.Refused)) || !strings.Contains(stdout, "validation accuracy  test accuracy") {
		t.Errorf("status %d: %s%s", status, stderr, stdout)
	}
	if !reflect.DeepEqual(trialsOf(t, parts), trialsOf(t, whole)) {
		t.Error("the resumed run differs from the whole one")
	}
}

// TestExploreAsksProgram runs a search whose accuracies another program gives.
func TestExploreAsksProgram(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a folder")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(dir, "evaluate.sh")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nread line\ncase $line in *'\"kernel\":5'*) echo '{\"accuracy\": 0.75}';; *) echo no idea;; esac\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := runCommand(t, "explore", "--method", "random", "--episodes", "30", "--evaluator", "sh '"+script+"'",
		"--evaluator-timeout", "1m", "--json", "--figures=false", "--out", filepath.Join(dir, "run"))
	if status != 0 {
		t.Fatalf("status %d: %s", status, stderr)
	}
	var r struct {
		Trained, Failed int
		OptSW           struct{ Accuracy float64 }
	}
	if err := json.Unmarshal([]byte(stdout), &r); err != nil {
		t.Fatal(err)
	}
	if r.Trained == 0 || r.Failed == 0 || r.OptSW.Accuracy != 0.75 {
		t.Errorf("%+v: want some trained with accuracy 0.75 and some failed", r)
	}
}

// TestExploreFailures runs searches whose program fails always, or never answers for
// some networks at the first time.
func TestExploreFailures(t *testing.T) {
	dir := t.TempDir()
	explore := func(script string, flags ...string) (int, string, string) {
		path := filepath.Join(dir, "evaluate.sh")
		if err := os.WriteFile(path, []byte(script), 0o644); err != nil {
			t.Fatal(err)
		}
		args := append([]string{"explore", "--method", "random", "--evaluator", "sh " + path, "--figures=false"}, flags...)
		return runCommand(t, args...)
	}
	log := filepath.Join(dir, "log")
	never := "echo x >>" + log + "; echo CUDA out of memory >&2; exit 3\n"
	status, stdout, stderr := explore(never, "--episodes", "30", "--out", filepath.Join(dir, "never"))
	asked, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if status != 1 || !strings.Contains(stderr, "CUDA out of memory") || !strings.Contains(stdout, "5 failed") || strings.Count(string(asked), "x") != 5*3 {
		t.Errorf("status %d after %d attempts:\n%s%s", status, strings.Count(string(asked), "x"), stdout, stderr)
	}
	// Fewer failures than it takes to stop: all the same nothing came of it.
	status, stdout, stderr = explore(never, "--episodes", "4", "--retries", "0", "--out", filepath.Join(dir, "few"))
	if status != 1 || !strings.Contains(stderr, "no network could be evaluated") || !strings.Contains(stderr, "CUDA out of memory") {
		t.Errorf("status %d:\n%s%s", status, stdout, stderr)
	}
	some := "read line; case $line in *'\"kernel\":5'*) echo '{\"accuracy\": 0.75}';; *) echo disk full >&2; exit 1;; esac\n"
	status, stdout, stderr = explore(some, "--episodes", "30", "--max-failures", "0", "--out", filepath.Join(dir, "some"))
	if status != 0 || !strings.Contains(stdout, "the last that failed, ") || !strings.Contains(stdout, "disk full") {
		t.Errorf("status %d:\n%s%s", status, stdout, stderr)
	}
}
