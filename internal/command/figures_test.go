package command

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/run"
)

// makeRun makes a run directory with these trials.
func makeRun(t *testing.T, dir, method string, trials ...nas.Trial) {
	t.Helper()
	d, err := run.Create(dir, run.Config{
		Version:  Version,
		Problem:  run.Problem{Space: "tiny", Strides: []int{1}, Input: hw.Shape{C: 3, H: 32, W: 32}, Classes: 10, Pool: "XC7Z015:3", FPS: 600},
		Search:   run.Search{Method: method, Episodes: 10, Seed: 1},
		Training: run.Training{Data: "shapes"},
		Target:   hw.DefaultTarget(),
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, trial := range trials {
		trial.Index, trial.Episode = i, i
		if err := d.Trial(trial); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.End(nil); err != nil {
		t.Fatal(err)
	}
}

var someTrials = []nas.Trial{
	{Status: nas.Pruned, Reward: -1, Design: nas.Design{Network: "5x36,5x36,5x36", Efficiency: 1.5, Throughput: 200}},
	{Status: nas.Trained, Reward: 0.85, Design: nas.Design{Network: "5x16,5x8,1x16", Accuracy: 0.8, Efficiency: 0.9, Throughput: 620}},
	{Status: nas.Trained, Reward: 0.75, Design: nas.Design{Network: "5x24,5x8,3x24", Accuracy: 0.9, Efficiency: 0.6, Throughput: 651}},
}

// figures runs `coexplore figures` and returns the files named on standard
// output, relative to base.
func figures(t *testing.T, base string, args ...string) (code int, files, stderr string) {
	t.Helper()
	code, stdout, stderr := runCommand(t, append([]string{"figures"}, args...)...)
	var list []string
	for _, path := range strings.Fields(stdout) {
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", path, err)
		}
		rel, err := filepath.Rel(base, path)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, filepath.ToSlash(rel))
	}
	return code, strings.Join(list, " "), stderr
}

func TestFigures(t *testing.T) {
	base := t.TempDir()
	one, two, pruned, empty := filepath.Join(base, "one"), filepath.Join(base, "two"), filepath.Join(base, "pruned"), filepath.Join(base, "empty")
	makeRun(t, one, "coexplore", someTrials...)
	makeRun(t, two, "random", someTrials[:2]...)
	makeRun(t, pruned, "random", someTrials[:1]...)
	makeRun(t, empty, "random")
	out := filepath.Join(base, "out")
	for _, c := range []struct {
		args []string
		code int
		want string // files, or part of the message where the status is not 0
	}{
		{[]string{one, "--format", "svg"}, 0, "one/figures/reward.svg one/figures/pareto.svg one/figures/utilization-opthw.svg one/figures/utilization-optsw.svg"},
		{[]string{pruned, "--format", "pdf,eps"}, 0, "pruned/figures/reward.pdf pruned/figures/reward.eps"},
		{[]string{one, two, "--format", "svg", "--out", out}, 0, "out/one/reward.svg out/one/pareto.svg out/one/utilization-opthw.svg out/one/utilization-optsw.svg " +
			"out/two/reward.svg out/two/pareto.svg out/two/utilization-opthw.svg out/two/utilization-optsw.svg out/compare.svg out/rewards.svg"},
		{[]string{one, two}, 2, "need --out"},
		{[]string{one, one, "--out", out}, 2, "two of the runs are called one"},
		{[]string{one, "--format", "gif"}, 2, `unknown figure format "gif"; the formats are svg, pdf, png, eps, tex`},
		{[]string{empty}, 1, "holds no trials yet"},
		{[]string{base}, 1, "is not a run directory"},
		{nil, 2, "at least 1 arg"},
	} {
		code, files, stderr := figures(t, base, c.args...)
		if code != c.code {
			t.Errorf("figures %v: status %d, want %d: %s", c.args, code, c.code, stderr)
			continue
		}
		if code == 0 && files != c.want {
			t.Errorf("figures %v: %s, want %s", c.args, files, c.want)
		}
		if code != 0 && (!strings.Contains(stderr, c.want) || strings.Count(stderr, "\n") != 1) {
			t.Errorf("figures %v: %q, want %q in one line", c.args, stderr, c.want)
		}
	}
	svg, err := os.ReadFile(filepath.Join(one, "figures", "utilization-opthw.svg"))
	if err != nil || !bytes.Contains(svg, []byte("OptHW: Utilization of the stages")) {
		t.Errorf("utilization of OptHW: %v, %.200s", err, svg)
	}
}
