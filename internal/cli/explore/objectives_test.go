package explore_test

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"coexplore/internal/cli/clitest"
	"coexplore/nas/run"
)

// TestExploreObjectives runs a search for other objectives than the usual, whole and
// in two parts, and draws it: what the run directory says is what was printed.
func TestExploreObjectives(t *testing.T) {
	base := t.TempDir()
	whole, parts := filepath.Join(base, "whole"), filepath.Join(base, "parts")
	flags := []string{"explore", "--table", "builtin", "--method", "nsga2", "--population", "8", "--objectives", "accuracy,latency,energy",
		"--figures=false", "--json", "--out"}
	status, stdout, stderr := clitest.Run(t, append(flags, whole, "--episodes", "60")...)
	if status != 0 {
		t.Fatalf("status %d: %s", status, stderr)
	}
	var want, got struct {
		Hypervolume float64
		Objectives  []struct{ Name string }
		Front       []struct {
			Network string
			Metrics map[string]float64
		}
	}
	if err := json.Unmarshal([]byte(stdout), &want); err != nil {
		t.Fatal(err)
	}
	if len(want.Objectives) != 3 || want.Objectives[1].Name != "latency" || len(want.Front) < 2 || !(want.Front[0].Metrics["energy_mj"] > 0) {
		t.Errorf("printed %+v", want)
	}
	if status, _, stderr := clitest.Run(t, append(flags, parts, "--episodes", "25")...); status != 0 {
		t.Fatalf("status %d: %s", status, stderr)
	}
	if status, stdout, stderr = clitest.Run(t, "explore", "--resume", parts, "--episodes", "60", "--json", "--figures=false"); status != 0 {
		t.Fatalf("status %d: %s", status, stderr)
	}
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(clitest.TrialsOf(t, parts), clitest.TrialsOf(t, whole)) {
		t.Errorf("the resumed run ends as\n%+v, the whole one as\n%+v", got, want)
	}
	d, err := run.Read(whole)
	if err != nil {
		t.Fatal(err)
	}
	if r := d.Result(); r.Hypervolume != want.Hypervolume || len(r.Front) != len(want.Front) {
		t.Errorf("read back: hypervolume %g and a front of %d, printed %g and %d", r.Hypervolume, len(r.Front), want.Hypervolume, len(want.Front))
	}
	status, stdout, stderr = clitest.Run(t, "explore", "--resume", parts, "--format", "svg")
	if status != 0 || !strings.Contains(stdout, "latency (ms)") || !strings.Contains(stdout, "pareto.svg") {
		t.Errorf("status %d: %s%s", status, stderr, stdout)
	}
}
