package figures_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/internal/cli/clitest"
)

func TestFigures(t *testing.T) {
	base := t.TempDir()
	one, two, pruned, empty := filepath.Join(base, "one"), filepath.Join(base, "two"), filepath.Join(base, "pruned"), filepath.Join(base, "empty")
	clitest.MakeRun(t, one, "coexplore", clitest.SomeTrials...)
	clitest.MakeRun(t, two, "random", clitest.SomeTrials[:2]...)
	clitest.MakeRun(t, pruned, "random", clitest.SomeTrials[:1]...)
	clitest.MakeRun(t, empty, "random")
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
		code, files, stderr := clitest.Figures(t, base, c.args...)
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
