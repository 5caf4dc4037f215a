package pipelines_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/internal/heavy"
	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/pipelines"
	"coexplore/nas/space"
)

// nb201File is where the published table is looked for; it is not part of the module.
var nb201File = flag.String("nb201", filepath.Join("..", "..", "..", "shared", "benchmarks", "nb201_fpga.csv.gz"), "the published table of NAS-Bench-201")

// cellProblem is the problem of a table on a pool at fps frames a second.
func cellProblem(t *testing.T, table *evaluate.NASBench201, pool string, fps float64) nas.Problem {
	t.Helper()
	shape, classes := table.Images()
	cells, err := pipelines.NewCells(searchtest.Pool(t, pool), hw.Target{}, shape, classes)
	if err != nil {
		t.Fatal(err)
	}
	if err := cells.PlanAll(context.Background(), fps); err != nil {
		t.Fatal(err)
	}
	return nas.Problem{Space: space.NASBench201{}, Hardware: cells, Evaluator: table, Spec: fps}
}

// TestCellsTrueFront compares the front of all networks with what makes a front: no
// design of it is exceeded, and every network that meets the specification is.
func TestCellsTrueFront(t *testing.T) {
	table, err := evaluate.ReadNASBench201(strings.NewReader(searchtest.CellTable()), "cifar10")
	if err != nil {
		t.Fatal(err)
	}
	p := cellProblem(t, table, "XC7Z015:3", 120)
	front, err := nas.TrueFront(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	met := 0
	nas.All(p.Space, func(actions []int) bool {
		plan, err := p.Hardware.Plan(actions, p.Spec)
		if err != nil {
			t.Fatal(err)
		}
		if !plan.Feasible {
			return true
		}
		met++
		e, err := table.Evaluate(context.Background(), p.Space.Network(actions), 0)
		if err != nil {
			t.Fatal(err)
		}
		covered := false
		for _, d := range front {
			covered = covered || d.Accuracy >= e.Accuracy && d.Efficiency >= plan.Efficiency
			if d.Accuracy <= e.Accuracy && d.Efficiency <= plan.Efficiency && (d.Accuracy < e.Accuracy || d.Efficiency < plan.Efficiency) {
				t.Fatalf("%+v is on the front, %s with %g and %g is better", d, p.Space.Network(actions), e.Accuracy, plan.Efficiency)
			}
		}
		if !covered {
			t.Fatalf("%s with %g and %g is not on the front %v", p.Space.Network(actions), e.Accuracy, plan.Efficiency, front)
		}
		return true
	})
	if met < 5000 || met > 14000 {
		t.Errorf("%d networks meet the specification", met)
	}
}

// TestCellsSearch runs every method: fast exploration has one RNN, and nothing beats
// the true front.
func TestCellsSearch(t *testing.T) {
	table, err := evaluate.ReadNASBench201(strings.NewReader(searchtest.CellTable()), "cifar10")
	if err != nil {
		t.Fatal(err)
	}
	p := cellProblem(t, table, "XC7Z015:3", 120)
	front, err := nas.TrueFront(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	best := nas.Hypervolume(front)
	for name, method := range searchtest.Methods {
		var results [2]*nas.Result
		for i := range results {
			fast := &fastCount{}
			if results[i], err = nas.Explore(context.Background(), p, nas.Settings{Seed: 3, Episodes: 40, Recorder: fast}, method()); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if fast.steps > 0 && fast.rewards != 1 || name == "coexplore" && fast.steps == 0 {
				t.Errorf("%s: %d iterations of fast exploration, by %d RNNs, want 1", name, fast.steps, fast.rewards)
			}
		}
		r := results[0]
		searchtest.SameTrials(t, name, r.Trials, results[1].Trials)
		if r.Trained == 0 || r.Hypervolume > best+1e-12 {
			t.Errorf("%s: %d trained, hypervolume %g; the true front's is %g", name, r.Trained, r.Hypervolume, best)
		}
	}
}

// fastCount counts iterations of fast exploration and the most rewards of one.
type fastCount struct {
	nas.NopRecorder
	steps, rewards int
}

func (c *fastCount) Fast(s nas.FastStep) error {
	c.steps, c.rewards = c.steps+1, max(c.rewards, len(s.Rewards))
	return nil
}

// TestCellsPublishedFronts holds the fronts on the published accuracies of CIFAR-10 to
// those in the documentation of package study.
func TestCellsPublishedFronts(t *testing.T) {
	if _, err := os.Stat(*nb201File); err != nil {
		t.Skipf("SKIPPED: no fronts on published accuracies: %v; -nb201 FILE names the table", err)
	}
	table, err := evaluate.LoadNASBench201(*nb201File, "cifar10")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		pool string
		fps  float64
		want string
	}{
		{"XC7Z015:1", 30, "13831 3 93.49-94.31 89.49-99.16 0.9348"},
		{"XC7Z015:1", 80, "4762 3 90.97-91.31 83.67-99.64 0.9096"},
		{"XC7Z015:2", 60, "13831 4 93.36-94.31 89.49-99.51 0.9380"},
		{"XC7Z015:2", 160, "4642 2 91.17-91.31 83.67-97.32 0.8885"},
		{"XC7Z015:3", 90, "13743 4 93.38-94.31 89.49-99.16 0.9348"},
		{"XC7Z015:3", 240, "4639 3 84.25-91.31 83.67-99.29 0.9051"},
		{"XC7Z045:1", 120, "13813 3 94.07-94.31 78.30-99.81 0.9410"},
		{"XC7Z045:1", 300, "4580 3 92.15-92.50 86.92-98.04 0.9066"},
	}[:heavy.Count(2, 8)] {
		p := cellProblem(t, table, c.pool, c.fps)
		met := 0
		nas.All(p.Space, func(actions []int) bool {
			if plan, err := p.Hardware.Plan(actions, c.fps); err == nil && plan.Feasible {
				met++
			}
			return true
		})
		front, err := nas.TrueFront(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		first, last := front[0], front[len(front)-1]
		got := fmt.Sprintf("%d %d %.2f-%.2f %.2f-%.2f %.4f", met, len(front), 100*last.Accuracy, 100*first.Accuracy,
			100*first.Efficiency, 100*last.Efficiency, nas.Hypervolume(front))
		if got != c.want {
			t.Errorf("%s at %g frames/s: %s, want %s", c.pool, c.fps, got, c.want)
		}
	}
}
