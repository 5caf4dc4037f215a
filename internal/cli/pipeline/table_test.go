package pipeline_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"coexplore/hw/measured"
	"coexplore/internal/cli/clitest"
	"coexplore/nas/run"
)

const sixLayers = "3x36,5x36,1x64,3x48s2,7x24,1x64"

// TestTableRoundTrip exports the table of one design, in each form, and plans with it:
// the pipeline is that of the design.
func TestTableRoundTrip(t *testing.T) {
	plan := func(args ...string) map[string]any {
		status, out, errs := clitest.Run(t, append([]string{"pipeline", "--network", sixLayers, "--fpga", "XC7Z015:3", "--fps", "80", "--json"}, args...)...)
		if status != 0 {
			t.Fatal(errs)
		}
		var r map[string]any
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatal(err)
		}
		for _, model := range []string{"insight", "published", "power_w", "gops_per_watt"} { // estimates, to the last digit
			delete(r, model)
		}
		return r
	}
	design := []string{"--tile", "8,4,8,8", "--ports", "2,2,2"}
	want := plan(design...)
	dir := t.TempDir()
	for _, file := range []string{"a.csv", "a.json"} {
		for _, unit := range []string{"cycles", "ms"} {
			path := filepath.Join(dir, unit+file)
			args := append([]string{"table", "--network", sixLayers, "--fpga", "XC7Z015:1", "--unit", unit, "--out", path}, design...)
			if status, _, errs := clitest.Run(t, args...); status != 0 {
				t.Fatal(errs)
			}
			if got := plan("--latency-table", path); !reflect.DeepEqual(got, want) {
				t.Errorf("%s in %s: %v, the model has %v", file, unit, got, want)
			}
		}
	}
	if want["feasible"] != true || len(want["stages"].([]any)) < 2 {
		t.Errorf("%v shows little", want)
	}
	status, out, errs := clitest.Run(t, "pipeline", "--network", sixLayers, "--fpga", "XC7Z015:3", "--fps", "80", "--latency-table", filepath.Join(dir, "cyclesa.csv"))
	if status != 0 || !strings.Contains(out, "8,4,8,8") {
		t.Errorf("%s%s", out, errs)
	}
}

// TestTableOfSpace exports a space's table and searches with a part of it.
func TestTableOfSpace(t *testing.T) {
	dir := t.TempDir()
	status, out, errs := clitest.Run(t, "table", "--space", "tiny", "--input", "3x16x16", "--format", "csv")
	if status != 0 {
		t.Fatal(errs)
	}
	table, err := measured.ReadCSV([]byte(out))
	if err != nil || len(table.Rows()) != 12+4*12+4 { // from 3 channels, from 4 counts of filters, and the head's means
		t.Fatalf("%d rows, %v", len(table.Rows()), err)
	}
	lines := strings.SplitAfter(out, "\n")
	part := filepath.Join(dir, "part.csv")
	if err := os.WriteFile(part, []byte(strings.Join(lines[:20], "")), 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{"explore", "--table", "builtin", "--episodes", "6", "--figures=false", "--latency-table", part}
	clitest.Complains(t, append(args, "--out", filepath.Join(dir, "no")), 1, "part.csv has no latency of ")
	status, _, errs = clitest.Run(t, append(args, "--latency-fill", "--out", filepath.Join(dir, "run"))...)
	if status != 0 {
		t.Fatal(errs)
	}
	opened, err := run.Read(filepath.Join(dir, "run"))
	if err != nil || opened.Config.LatencyTable != part || !opened.Config.LatencyFill {
		t.Errorf("the run has the latency table %q, %v", opened.Config.LatencyTable, err)
	}
	if status, _, errs = clitest.Run(t, "explore", "--resume", filepath.Join(dir, "run"), "--episodes", "8", "--figures=false"); status != 0 {
		t.Error(errs)
	}
}

func TestTableRefused(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.csv")
	if err := os.WriteFile(bad, []byte("device,kind,m,n,r,c,k,cycles\r\nXC7Z015,conv,8,3,32,32,3,-1\r\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	pipeline := []string{"pipeline", "--network", sixLayers, "--fpga", "XC7Z015:3", "--fps", "80"}
	with := func(args ...string) []string { return append(append([]string(nil), pipeline...), args...) }
	clitest.Complains(t, with("--latency-table", bad), 1, "bad.csv: line 2: cycles: -1 is negative")
	clitest.Complains(t, with("--latency-fill"), 2, "--latency-table")
	clitest.Complains(t, with("--latency-table", bad, "--layers"), 2, "--layers")
	clitest.Complains(t, []string{"explore", "--latency-fill"}, 2, "--latency-table")
	clitest.Complains(t, []string{"table", "--batch", "2"}, 2, "single frames")
	clitest.Complains(t, []string{"table", "--unit", "s"}, 2, "cycles or ms")
	clitest.Complains(t, []string{"table", "--format", "xml"}, 2, "csv or json")
	clitest.Complains(t, []string{"table", "--tile", "8,4,8,8"}, 2, "--ports")
	clitest.Complains(t, []string{"table", "--network", sixLayers, "--stride", "fixed"}, 2, "--stride")
	clitest.Complains(t, []string{"table", "--tile", "64,64,8,8", "--ports", "2,2,2"}, 1, "DSP")
}
