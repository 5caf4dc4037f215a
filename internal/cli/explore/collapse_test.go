package explore_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/internal/cli"
	"coexplore/internal/cli/clitest"
	"coexplore/internal/cli/compare"
	"coexplore/nas"
	"coexplore/nas/method"
	"coexplore/nas/run"
)

// TestExploreCollapse searches with a controller that learns too fast without an entropy
// bonus: the command says so once, with what to change, and so does the result. The
// parameters are the run's own when it is resumed.
func TestExploreCollapse(t *testing.T) {
	base := t.TempDir()
	dir, other := filepath.Join(base, "run"), filepath.Join(base, "other")
	explore := func(args string) (nas.Result, string) {
		status, out, errs := clitest.Run(t, strings.Fields("explore --json --figures=false "+args)...)
		var r nas.Result
		if err := json.Unmarshal([]byte(out), &r); err != nil || status != 0 {
			t.Fatalf("%s: status %d, %v\n%s", args, status, err, errs)
		}
		return r, errs
	}
	const flags = "--table builtin --fast-steps -1 --controller-rate 0.1 --entropy-bonus "
	advice := "begin anew with a larger --entropy-bonus than 0 or a smaller --controller-rate than 0.1"
	r, errs := explore(flags + "0 --episodes 130 --out " + dir)
	if r.Collapse == nil || strings.Count(errs, "the policy has collapsed: since episode") != 1 || !strings.Contains(errs, advice) {
		t.Errorf("%v; standard error:\n%s", r.Collapse, errs)
	}
	c, err := run.ReadConfig(dir)
	if err != nil || c.Parameters[method.ControllerRate] != 0.1 || c.Parameters[method.EntropyBonus] != 0 {
		t.Errorf("run.json has %v, %v", c.Parameters, err)
	}
	more, errs := explore("--resume " + dir + " --controller-rate .1 --entropy-bonus 0 --episodes 140")
	if more.Collapse == nil || more.Collapse.Times <= r.Collapse.Times || strings.Count(errs, "has collapsed") != 1 || !strings.Contains(errs, advice) {
		t.Errorf("resumed: %v, was %v; standard error:\n%s", more.Collapse, r.Collapse, errs)
	}
	if status, _, errs := clitest.Run(t, "explore", "--resume", dir, "--entropy-bonus", "0.5"); status != 2 || !strings.Contains(errs, "--entropy-bonus 0.5 differs from the run's own, 0") {
		t.Errorf("resumed with another bonus: status %d, %s", status, errs)
	}
	if r, errs := explore(flags + "5 --episodes 130 --out " + other); r.Collapse != nil || strings.Contains(errs, "collapsed") {
		t.Errorf("with a large bonus: %v; standard error:\n%s", r.Collapse, errs)
	}
}

// TestControllerDefaults checks that a run without these flags has its method's own
// defaults, where methods differ.
func TestControllerDefaults(t *testing.T) {
	for _, name := range []string{"coexplore", "hwaware", "sequential"} {
		dir := filepath.Join(t.TempDir(), "run")
		if status, _, errs := clitest.Run(t, "explore", "--table", "builtin", "--episodes", "2", "--figures=false", "--method", name, "--out", dir); status != 0 {
			t.Fatal(errs)
		}
		c, err := run.ReadConfig(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []string{method.ControllerRate, method.EntropyBonus} {
			if got, want := c.Parameters[p], cli.Methods.Defaults(p)[name]; got != want {
				t.Errorf("%s: %s is %g, its default %g", name, p, got, want)
			}
		}
	}
}

// TestCompareCollapse checks that compare counts policies that collapse.
func TestCompareCollapse(t *testing.T) {
	args := strings.Fields("compare --methods hwaware,random --seeds 2 --trained 40 --plans 0 --controller-rate 0.05 --entropy-bonus 0")
	var r compare.Report
	clitest.JSON(t, &r, args...)
	if r.Rows[0].Collapsed != 2 || r.Rows[1].Collapsed != 0 {
		t.Errorf("%d and %d of 2 collapsed", r.Rows[0].Collapsed, r.Rows[1].Collapsed)
	}
	if _, out, _ := clitest.Run(t, args...); !strings.Contains(out, "of 2 searches: hwaware in 2. A larger --entropy-bonus") {
		t.Errorf("the text does not say which:\n%s", out)
	}
}
