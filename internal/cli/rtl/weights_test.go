package rtl_test

import (
	"encoding/json"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"coexplore/hw/rtl"
	"coexplore/internal/cli/clitest"
	command "coexplore/internal/cli/rtl"
)

// TestRTLTrained trains a small network and runs it in fixed point: 100 pictures in the
// plain reference and ten of them in the accelerator. With 16 bits it is as accurate as
// in floating point; with 8, whose sums are rounded in every pass, the better the fewer
// passes there are.
func TestRTLTrained(t *testing.T) {
	dir := t.TempDir()
	weights := filepath.Join(dir, "net.weights")
	if status, _, errs := clitest.Run(t, "train", "--network", "3x8,3x12s2,3x16s2", "--epochs", "6", "--save", weights); status != 0 {
		t.Fatal(errs)
	}
	accuracy := func(args ...string) (r command.Result) {
		t.Helper()
		args = append([]string{"rtl", "--weights", weights, "--fpga", "ZU9EG", "--ports", "2,2,2", "--out", filepath.Join(dir, "rtl"), "--json"}, args...)
		status, out, errs := clitest.Run(t, args...)
		if status != 0 {
			t.Fatal(errs)
		}
		// A bottleneck is written by its name, and not read.
		if err := json.Unmarshal([]byte(strings.ReplaceAll(out, `"bottleneck":`, `"name":`)), &r); err != nil || r.Accuracy == nil {
			t.Fatalf("%v in %s", err, out)
		}
		return r
	}
	many, few := accuracy("--bits", "8", "--tile", "4,4,8,8").Accuracy, accuracy("--bits", "8", "--tile", "2,64,8,8").Accuracy
	fine := accuracy("--tile", "4,4,8,8", "--rtl-pictures", "3").Accuracy
	if many.Pictures != 100 || many.RTL != 10 || fine.RTL != 3 || many.Float != few.Float || many.Float < 0.5 {
		t.Errorf("%+v, %+v, %+v", many, few, fine)
	}
	if fine.Fixed < fine.Float-0.01 || fine.Same < 99 || few.Same < 85 || many.Same > few.Same {
		t.Errorf("of 100 pictures so many as in floating point: %d with 16 bits, %d with 8 and few passes, %d with many", fine.Same, few.Same, many.Same)
	}
	for n, a := range []*command.Accuracy{fine, few, many} {
		t.Logf("accuracy %.2f, in fixed point %.2f (%s)", a.Float, a.Fixed, []string{"16 bits", "8 bits, few passes", "8 bits, many passes"}[n])
	}
	clitest.Complains(t, []string{"rtl", "--weights", weights, "--pictures", "5000", "--fpga", "ZU9EG", "--out", dir}, 2, "has 2000 test images")
	clitest.Complains(t, []string{"rtl", "--weights", weights, "--pictures", "0", "--fpga", "ZU9EG", "--out", dir}, 2, "want 1 or more")
	clitest.Complains(t, []string{"rtl", "--weights", weights, "--layers", "1", "--fpga", "ZU9EG", "--out", dir}, 2, "is a whole network")
	if err := (&rtl.Options{}).Ready(); err != nil {
		t.Skip("SKIPPED: ", err)
	}
	r := accuracy("--tile", "4,4,8,8", "--verify")
	words := 10 * (32*32*8 + 16*16*12 + 8*8*16 + 10)
	if !r.Verified || r.Words != words || len(r.Layers) != 4 || r.Layers[0].RTL != r.Layers[0].Simulated {
		t.Errorf("%s words, want %d: %+v", strconv.Itoa(r.Words), words, r)
	}
}
