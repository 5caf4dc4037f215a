package compare_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"coexplore/internal/cli"
	"coexplore/internal/cli/clitest"
	"coexplore/internal/cli/compare"
	"coexplore/internal/heavy"
	"coexplore/internal/searchtest"
)

// TestCompareCells runs all methods on a table in the layout of NAS-Bench-201, on
// pipelines of FPGAs.
func TestCompareCells(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cells.csv")
	if err := os.WriteFile(file, []byte(searchtest.CellTable()), 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{"compare", "--benchmark", "nb201", "--table", file, "--fpga", "XC7Z015:2", "--fps", "120",
		"--seeds", "2", "--trained", fmt.Sprint(heavy.Count(5, 12)), "--json"}
	status, out, errs := clitest.Run(t, args...)
	if status != 0 {
		t.Fatal(errs)
	}
	var r compare.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if r.FPS != 120 || len(r.Rows) != len(cli.Methods.Names()) || len(r.TrueFront) == 0 {
		t.Errorf("%d methods, a front of %d designs at %g frames/s", len(r.Rows), len(r.TrueFront), r.FPS)
	}
	for _, d := range r.TrueFront {
		if d.Efficiency <= 0 || d.Efficiency > 1 || d.FPGAs < 1 || d.FPGAs > 2 || d.Throughput < 120 {
			t.Errorf("a design of the front: %+v", d)
		}
	}
	for _, row := range r.Rows {
		if !(row.Hypervolume[2] <= r.Best+1e-12) {
			t.Errorf("%s: hypervolume %g of %g", row.Method, row.Hypervolume[2], r.Best)
		}
	}
	seconds := regexp.MustCompile(`"seconds": \[[^]]*\]`) // a clock's
	if _, again, _ := clitest.Run(t, args...); seconds.ReplaceAllString(again, "") != seconds.ReplaceAllString(out, "") {
		t.Error("a second run prints something else")
	}
	clitest.Complains(t, []string{"compare", "--benchmark", "nb201"}, 2, "--table FILE")
	clitest.Complains(t, []string{"compare", "--benchmark", "nb201", "--table", file, "--set", "svhn"}, 1, "svhn_acc200")
	clitest.Complains(t, []string{"compare", "--benchmark", "nb201", "--table", file, "--bits", "9"}, 2, "word size 9")
	clitest.Complains(t, []string{"compare", "--benchmark", "nb201", "--table", file, "--fps", "5000"}, 1, "out of reach")
}
