package explore_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/internal/cli/clitest"
)

// TestExploreHalving runs a search with halving whole and in two parts: the same trials,
// some stopped early, and only what was trained to the end on the front.
func TestExploreHalving(t *testing.T) {
	base := t.TempDir()
	whole, parts := filepath.Join(base, "whole"), filepath.Join(base, "parts")
	flags := []string{"explore", "--method", "random", "--halving", "2", "--epochs", "2", "--max-flops", "4e9", "--train-images", "100",
		"--test-images", "50", "--format", "svg"}
	var r struct {
		Trained, Stopped, Epochs int
		Front                    []struct{ Network string }
	}
	clitest.JSON(t, &r, append(flags, "--episodes", "12", "--out", whole, "--json")...)
	if r.Trained == 0 || r.Stopped == 0 || r.Epochs < 2*r.Trained+1 || r.Epochs > 2*r.Trained+r.Stopped {
		t.Errorf("%+v", r)
	}
	if status, out, errs := clitest.Run(t, append(flags, "--episodes", "5", "--out", parts, "--figures=false")...); status != 0 {
		t.Fatalf("status %d, %s%s", status, out, errs)
	}
	status, out, errs := clitest.Run(t, "explore", "--resume", parts, "--episodes", "12", "--figures=false")
	if want := fmt.Sprintf("stopped early, where others were better; %d epochs of training in all", r.Epochs); status != 0 || !strings.Contains(out, want) {
		t.Errorf("status %d, want %q in\n%s%s", status, want, out, errs)
	}
	log := clitest.TrialsOf(t, whole)
	if got := clitest.TrialsOf(t, parts); fmt.Sprint(got) != fmt.Sprint(log) {
		t.Error("the resumed run differs from the whole one")
	}
	ended := map[string]bool{}
	for _, trial := range log {
		if trial["status"] == "trained" && trial["epochs"] == 2.0 {
			ended[trial["network"].(string)] = true
		}
	}
	for _, d := range r.Front {
		if !ended[d.Network] {
			t.Errorf("%s on the front was not trained to the end", d.Network)
		}
	}
	clitest.Complains(t, []string{"explore", "--resume", parts, "--halving", "3"}, 2, "--halving 3 differs from the run's own, 2")
}
