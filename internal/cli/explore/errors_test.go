package explore_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/internal/cli/clitest"
)

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
		{"--space " + clitest.WideSpace, 2, "--fps is needed"},
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
		{"--halving 1", 2, "one in 2"},
		{"--halving 2 --epochs 1", 2, "2 epochs"},
		{"--table builtin --halving 2", 2, "do not go with --table"},
		{"--max-flops -1", 2, "max-flops"},
		{"--max-flops NaN", 2, "max-flops"},
		{"--retries -1", 2, "retries"},
		{"--max-failures -1", 2, "max-failures"},
		{"--table /no/table.csv", 1, "/no/table.csv"},
		{"--resume /no/run", 1, "not a run directory"},
		{"--method hwaware --hardware-sample 0 --fpga XC7Z015:1,ZU3EG:1 --table builtin", 1, "one type"},
		{"--nonsense", 2, "nonsense"},
		{"more", 2, "more"},
	} {
		out := filepath.Join(base, "out")
		args := append([]string{"explore"}, strings.Fields(c.args)...)
		if !strings.Contains(c.args, "--resume") {
			args = append(args, "--out", out)
		}
		status, stdout, stderr := clitest.Run(t, args...)
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
		return clitest.Run(t, args...)
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
