package study_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/internal/cli/clitest"
	command "coexplore/internal/cli/study"
	"coexplore/internal/searchtest"
)

// TestStudyCostCells measures cost on a table in the layout of NAS-Bench-201.
func TestStudyCostCells(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cells.csv")
	if err := os.WriteFile(file, []byte(searchtest.CellTable()), 0o644); err != nil {
		t.Fatal(err)
	}
	var r command.CostReport
	args := []string{"study", "cost", "--benchmark", "nb201", "--table", file, "--fpga", "XC7Z015:2", "--fps", "60", "--trained", "8", "--seeds", "3"}
	clitest.JSON(t, &r, args...)
	if len(r.Searches) != 9 || len(r.Summary) != 3 || r.FPS != 60 || r.Space != "nb201" {
		t.Fatalf("%d searches, %d methods", len(r.Searches), len(r.Summary))
	}
	if s := r.Summary[0]; s.Method != "hwaware" || s.Searches != 3 || s.Reached != 3 || s.Ratio != [3]float64{1, 1, 1} {
		t.Errorf("the reference: %+v", s)
	}
	dir := t.TempDir()
	args = append(args, "--methods", "coexplore,screened-random,random", "--plans", "20", "--out", dir, "--format", "svg")
	status, out, errs := clitest.Run(t, args...)
	for _, want := range []string{"The highest median ratio here is", "159x and 136x", "Figure: " + filepath.Join(dir, "cost-nb201.svg"), "Figure: " + filepath.Join(dir, "cost-paper.svg"), "plans: median"} {
		if status != 0 || !strings.Contains(out, want) {
			t.Errorf("status %d, no %q in\n%s%s", status, want, out, errs)
		}
	}
	clitest.JSON(t, &r, args...)
	for _, s := range r.Searches {
		if s.Plans < s.Children || s.Plans > 20*8 {
			t.Errorf("%s, seed %d: %d plans for %d children", s.Method, s.Seed, s.Plans, s.Children)
		}
	}
	clitest.Complains(t, []string{"study", "cost", "--benchmark", "nb201"}, 2, "--table FILE")
	clitest.Complains(t, []string{"study", "cost", "--benchmark", "tiny"}, 2, "--benchmark is nb201")
	clitest.Complains(t, []string{"study", "cost", "--benchmark", "nb201", "--data", "shapes"}, 2, "exclude each other")
}
