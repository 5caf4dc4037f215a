package rtl_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/hw/rtl"
	"coexplore/internal/cli/clitest"
)

// TestRTLCommand writes, simulates and compares one layer, where the simulator is.
func TestRTLCommand(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "accelerator")
	args := []string{"rtl", "--conv", "4,2,6,6,3", "--tile", "2,2,3,6", "--ports", "1,1,1", "--fpga", "XC7Z015", "--out", dir}
	status, out, errs := clitest.Run(t, args...)
	// Weights decide: tW 36, tI 40, tComp 162, tO 36; 2*2 tiles of 162 cycles.
	for _, want := range []string{"conv 4x2x3 on XC7Z015: tile 2,2,3,6", "compute      648", "Not shown: clock frequency"} {
		if status != 0 || !strings.Contains(out, want) {
			t.Errorf("status %d, %s: no %q in\n%s", status, errs, want, out)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "Makefile")); err != nil {
		t.Error(err)
	}
	o := rtl.Options{Icarus: true}
	if err := o.Ready(); err != nil {
		t.Skip("SKIPPED: ", err)
	}
	args = append(args, "--verify", "--simulator", "icarus", "--dram-latency", "10", "--burst", "8", "--wave")
	status, out, errs = clitest.Run(t, args...)
	if status != 0 || !strings.Contains(out, "All 144 output words equal") || !strings.Contains(out, "DRAM, 10 a burst") {
		t.Errorf("status %d, %s\n%s", status, errs, out)
	}
	if wave, err := os.ReadFile(filepath.Join(dir, "wave.vcd")); err != nil || !strings.Contains(string(wave), "$scope module testbench") {
		t.Errorf("no waveform: %v", err)
	}
	var r struct {
		Layers   []struct{ Formula, Simulated, RTL int64 }
		DRAM     []int64
		Verified bool
	}
	status, out, errs = clitest.Run(t, append(args, "--json")...)
	if err := json.Unmarshal([]byte(out), &r); err != nil || status != 0 {
		t.Fatalf("status %d, %s: %v", status, errs, err)
	}
	if c := r.Layers[0]; c.RTL != c.Simulated || c.Formula != 648 || r.DRAM[0] <= c.RTL || !r.Verified {
		t.Errorf("%+v", r)
	}
	// A simulation that does not end.
	clitest.Complains(t, append(args, "--limit", "50"), 1, "did not end: limit of 50 cycles")
	// A simulator that is not there.
	t.Setenv("PATH", t.TempDir())
	clitest.Complains(t, args, 1, "is not installed: apt-get install")
}
