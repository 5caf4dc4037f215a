package figures_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/internal/cli/clitest"
)

func TestFiguresAll(t *testing.T) {
	base := t.TempDir()
	dir := filepath.Join(base, "run")
	clitest.MakeRun(t, dir, "coexplore", clitest.SomeTrials...)
	code, files, stderr := clitest.Figures(t, dir, dir, "--all", "--format", "svg", "--size", "column", "--dark")
	want := "figures/reward.svg figures/pareto.svg figures/parallel.svg figures/importance.svg figures/slices.svg figures/utilization-opthw.svg figures/utilization-optsw.svg"
	if code != 0 || files != want {
		t.Errorf("status %d, files %s, want %s; %s", code, files, want, stderr)
	}
	svg, err := os.ReadFile(filepath.Join(dir, "figures", "reward.svg"))
	if err != nil || !strings.Contains(string(svg), `width="252pt"`) || !strings.Contains(string(svg), "#14181d") {
		t.Errorf("the figure is %.300s, %v", svg, err)
	}
	if !strings.Contains(stderr, "No figures of fast exploration and policy: the run does not say what") {
		t.Errorf("it does not say why the run is not planned again: %s", stderr)
	}
	if code, _, stderr := clitest.Figures(t, dir, dir, "--size", "stamp"); code == 0 || !strings.Contains(stderr, `unknown size "stamp"; the sizes are column, default,`) {
		t.Errorf("status %d: %s", code, stderr)
	}
}

// TestFiguresReplay draws what a run's log does not hold, of runs with two weights of
// accuracy, one of which was cut short.
func TestFiguresReplay(t *testing.T) {
	base := t.TempDir()
	half, more := filepath.Join(base, "half"), filepath.Join(base, "more")
	for dir, flags := range map[string]string{half: "--beta 0.5 --method coexplore", more: "--beta 0.8 --method surrogate --max-trained 4 --in-flight 3"} {
		args := strings.Fields("explore --table builtin --episodes 8 --figures=false " + flags + " --out")
		if status, _, stderr := clitest.Run(t, append(args, dir)...); status != 0 {
			t.Fatal(stderr)
		}
	}
	out := filepath.Join(base, "figures")
	status, _, stderr := clitest.Run(t, "figures", half, more, "--all", "--format", "svg", "--out", out)
	if status != 0 || stderr != "" {
		t.Errorf("status %d: %s", status, stderr)
	}
	for _, name := range []string{"half/fast", "half/policy", "more/policy", "compare", "rewards", "beta"} {
		if _, err := os.Stat(filepath.Join(out, name+".svg")); err != nil {
			t.Error(err)
		}
	}
	if svg, err := os.ReadFile(filepath.Join(out, "half", "policy.svg")); err != nil || !strings.Contains(string(svg), "filters 3: 8") {
		t.Errorf("the policy has no third layer: %v", err)
	}
}

func TestPipelineFigures(t *testing.T) {
	dir := t.TempDir()
	status, _, stderr := clitest.Run(t, "pipeline", "--network", "3x36,5x36,1x64", "--fpga", "XC7Z015:2", "--fps", "35", "--explain", "--figures", dir)
	if status != 0 {
		t.Fatal(stderr)
	}
	for _, name := range []string{"utilization", "strip", "roofline", "cycles", "resources", "cuts"} {
		if _, err := os.Stat(filepath.Join(dir, name+".svg")); err != nil {
			t.Error(err)
		}
	}
	tiles := filepath.Join(dir, "tiles.svg")
	status, _, stderr = clitest.Run(t, "layer", "--conv", "64,36,32,32,5", "--fpga", "XC7Z015", "--tiles", tiles)
	svg, err := os.ReadFile(tiles)
	if status != 0 || err != nil || !strings.Contains(string(svg), "too few DSP") {
		t.Errorf("status %d, %s, %v: %.200s", status, stderr, err, svg)
	}
	buffers := filepath.Join(dir, "buffers.svg")
	status, _, stderr = clitest.Run(t, "layer", "--conv", "8,4,12,12,3", "--tile", "4,2,6,6", "--ports", "1,1,1", "--buffers", buffers, "--dark")
	svg, err = os.ReadFile(buffers)
	if status != 0 || err != nil || !strings.Contains(string(svg), "8 output tiles in 5456 cycles; the formula has 5184") {
		t.Errorf("status %d, %s, %v: %.200s", status, stderr, err, svg)
	}
	if status, _, stderr = clitest.Run(t, "layer", "--conv", "64,36,32,32,5", "--tile", "8,4,32,32", "--tiles", tiles); status == 0 || !strings.Contains(stderr, "--tiles needs --fpga") {
		t.Errorf("status %d: %s", status, stderr)
	}
}
