package rtl_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/hw/rtl"
	"coexplore/internal/cli/clitest"
	command "coexplore/internal/cli/rtl"
)

// TestRTLPipeline writes and simulates a network cut in two, where the simulator is.
func TestRTLPipeline(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pipeline")
	args := []string{"rtl", "--network", "3x4,max2,1x5", "--input", "3x8x8", "--cut", "1", "--link", "2/3", "--fpga", "XC7Z015:2",
		"--tile", "4,3,8,8", "--ports", "2,2,2", "--out", dir}
	// Stage 1: 9 * 8 * 8 cycles. The link: 4 * 8 * 8 words, two every three cycles.
	status, out, errs := clitest.Run(t, args...)
	for _, want := range []string{"link: 2 words every 3 cycles", "stage 1      576", "link      384", "interval      576", "--verify simulates it"} {
		if status != 0 || !strings.Contains(out, want) {
			t.Errorf("status %d, %s: no %q in\n%s", status, errs, want, out)
		}
	}
	for _, name := range []string{"Makefile", "link.sv", "accelerator2.sv", "design1_pkg.sv"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	o := rtl.Options{Icarus: true}
	if err := o.Ready(); err != nil {
		t.Skip("SKIPPED: ", err)
	}
	args = append(args, "--verify", "--simulator", "icarus", "--frames", "3", "--json")
	var r command.PipelineResult
	status, out, errs = clitest.Run(t, args...)
	if err := json.Unmarshal([]byte(out), &r); err != nil || status != 0 {
		t.Fatalf("status %d, %s: %v", status, errs, err)
	}
	slowest := int64(0)
	for _, p := range r.Parts {
		if p.RTL != p.Simulated || p.RTL < p.Formula {
			t.Errorf("%+v", p)
		}
		slowest = max(slowest, p.RTL)
	}
	if len(r.Parts) != 3 || r.Interval != slowest+1 || r.Frames != 3 || !r.Verified || r.Formula != 576 {
		t.Errorf("%+v", r)
	}
	clitest.Complains(t, append(args, "--limit", "50"), 1, "did not end: limit of 50 cycles")
}
