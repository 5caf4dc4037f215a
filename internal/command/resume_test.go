package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/nas/run"
)

// TestResumeAgrees resumes a run with flags that say what it says itself, and with
// ones that do not.
func TestResumeAgrees(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	begin := strings.Fields("explore --table builtin --fps 2400 --seed 3 --episodes 4 --beta 0.4 --objectives accuracy,latency --figures=false --out " + dir)
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
