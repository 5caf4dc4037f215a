package explore_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"coexplore/internal/cli/clitest"
)

// TestExploreSpaceFile runs a search of a space from a file in two parts and whole.
// Between the parts the file goes away: the run directory keeps the space itself.
func TestExploreSpaceFile(t *testing.T) {
	base := t.TempDir()
	content, err := os.ReadFile(clitest.WideSpace)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(base, "wide.toml")
	if err := os.WriteFile(file, content, 0o644); err != nil {
		t.Fatal(err)
	}
	whole, parts := filepath.Join(base, "whole"), filepath.Join(base, "parts")
	flags := append([]string{"explore", "--space", file, "--method", "evolution", "--figures=false", "--out"}, small...)
	run := func(args ...string) string {
		t.Helper()
		status, stdout, stderr := clitest.Run(t, args...)
		if status != 0 {
			t.Fatalf("status %d: %s", status, stderr)
		}
		return stdout
	}
	run(slices.Insert(slices.Clone(flags), len(flags)-len(small), whole, "--episodes", "8")...)
	run(slices.Insert(slices.Clone(flags), len(flags)-len(small), parts, "--episodes", "4")...)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if out := run("explore", "--resume", parts, "--episodes", "8", "--format", "svg"); !strings.Contains(out, "8 networks proposed") {
		t.Errorf("report:\n%s", out)
	}
	if !reflect.DeepEqual(clitest.TrialsOf(t, parts), clitest.TrialsOf(t, whole)) {
		t.Error("the resumed run differs from the whole one")
	}
	strided := false
	for _, trial := range clitest.TrialsOf(t, whole) {
		strided = strided || strings.Contains(trial["network"].(string), "s2")
	}
	if !strided {
		t.Error("no network has a stride of 2, as the file allows")
	}
	if status, out, errs := clitest.Figures(t, parts, parts); status != 0 || !strings.Contains(out, "utilization") {
		t.Errorf("figures: status %d, %s%s", status, out, errs)
	}
}
