package root_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/internal/cli/clitest"
	"coexplore/internal/cli/study"
)

// largePool is six of every built-in part.
func largePool() string {
	var items []string
	for _, d := range hw.Devices() {
		items = append(items, d.Part+":6")
	}
	return strings.Join(items, ",")
}

// TestLargePool plans and searches on a pool that can be used in more ways than can
// be counted: with few layers or few FPGAs at a time it works, else it is refused
// before anything begins.
func TestLargePool(t *testing.T) {
	base := t.TempDir()
	script := filepath.Join(base, "evaluate.sh")
	if err := os.WriteFile(script, []byte("read line\necho '{\"accuracy\": 0.5}'\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	explore := []string{"explore", "--fpga", largePool(), "--figures=false", "--episodes", "2", "--out", filepath.Join(base, "refused")}
	cifar := append(explore, "--space", "cifar10", "--evaluator", "sh "+script)
	clitest.Complains(t, cifar, 1, "can be used in more ways than can be planned exactly for 14 layers: allow fewer FPGAs in a pipeline (MaxFPGAs, --max-fpgas), or give fewer types")
	clitest.Complains(t, []string{"pipeline", "--network", "vgg16", "--fpga", largePool(), "--fps", "5"}, 1, "allow fewer FPGAs in a pipeline")
	if _, err := os.Stat(filepath.Join(base, "refused")); err == nil {
		t.Error("a run that was refused leaves a folder")
	}
	var p clitest.PipelineJSON
	clitest.JSON(t, &p, "pipeline", "--network", "vgg16", "--fpga", largePool(), "--fps", "5", "--max-fpgas", "2")
	if !p.Feasible || len(p.Stages) > 2 {
		t.Errorf("pipeline: %+v", p)
	}
	for i, args := range [][]string{append(explore, "--table", "builtin", "--fps", "2400"), append(cifar, "--max-fpgas", "2")} {
		var r struct{ Trained int }
		clitest.JSON(t, &r, append(args, "--out", filepath.Join(base, fmt.Sprint(i)))...)
		if r.Trained == 0 {
			t.Errorf("%q: nothing was evaluated", args)
		}
	}
}

// TestExploreHardware begins a run with clocks, links and a limit of FPGAs, and
// resumes it: the run keeps them.
func TestExploreHardware(t *testing.T) {
	base := t.TempDir()
	whole, parts := filepath.Join(base, "whole"), filepath.Join(base, "parts")
	flags := []string{"explore", "--table", "builtin", "--fps", "2400", "--figures=false", "--fpga", "XC7Z015:2@150,ZU3EG:1", "--max-fpgas", "2",
		"--link", "0.5", "--link-latency", "3", "--out"}
	for _, run := range []struct{ dir, episodes string }{{whole, "12"}, {parts, "5"}} {
		if status, _, errs := clitest.Run(t, append(flags, run.dir, "--episodes", run.episodes)...); status != 0 {
			t.Fatalf("status %d, %s", status, errs)
		}
	}
	resume := []string{"explore", "--resume", parts, "--figures=false"}
	clitest.Complains(t, append(resume, "--max-fpgas", "3"), 2, "--max-fpgas 3 differs from the run's own, 2")
	clitest.Complains(t, append(resume, "--link", "1"), 2, "--link 1 differs from the run's own, 0.5")
	if status, _, errs := clitest.Run(t, append(resume, "--episodes", "12", "--max-fpgas", "2", "--fpga", "xc7z015:2@150,ZU3EG")...); status != 0 {
		t.Fatalf("status %d, %s", status, errs)
	}
	log := clitest.TrialsOf(t, parts)
	if want := clitest.TrialsOf(t, whole); fmt.Sprint(log) != fmt.Sprint(want) {
		t.Error("the resumed run differs from the whole one")
	}
	stages := 0
	for _, trial := range log {
		stages = max(stages, int(trial["fpgas"].(float64)))
	}
	if stages != 2 {
		t.Errorf("pipelines of up to %d FPGAs, want 2", stages)
	}
	if status, out, errs := clitest.Figures(t, parts, parts, "--format", "svg"); status != 0 || !strings.Contains(out, "utilization") {
		t.Errorf("figures: status %d, %s%s", status, out, errs)
	}
}

// TestClocksOfPools: a clock in the pool is taken by studies and comparisons too, and
// a faster one runs more networks.
func TestClocksOfPools(t *testing.T) {
	var slow, fast study.ShareReport
	args := []string{"study", "share", "--space", "tiny", "--samples", "200", "--fps", "600", "--counts", "2", "--strides", "fixed", "--fpga"}
	clitest.JSON(t, &slow, append(args, "XC7Z015")...)
	clitest.JSON(t, &fast, append(args, "XC7Z015@200")...)
	if s, f := slow.Curves[0], fast.Curves[0]; f.Pool != "XC7Z015:2@200" || !(f.Share[0] > s.Share[0]) {
		t.Errorf("%+v and %+v", s, f)
	}
	for _, args := range []string{
		"study fronts --trained 3 --fpga XC7Z015@150 --counts 2",
		"study fast --pipelines 2 --plans 4 --size-pipelines 1 --size-plans 4 --stages 2 --layers 3 --fpga XC7Z015:2@150",
		"compare --seeds 1 --trained 5 --methods random --fpga XC7Z015:2@150,ZU3EG:1",
	} {
		if status, out, errs := clitest.Run(t, strings.Fields(args)...); status != 0 || out == "" {
			t.Errorf("%s: status %d, %s%s", args, status, out, errs)
		}
	}
}
