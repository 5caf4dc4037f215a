package study

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"coexplore/nas"
	"coexplore/nas/method"
)

// loads is hardware with a stage for each of the given ranges of decisions, whose
// utilization is the sum of its decisions' values over a full load. It keeps what it is
// asked.
type loads struct {
	nas.Hardware // nil: explorers never plan anew
	ends         []int
	full         float64
	asked        [][]int
}

func (l *loads) Replan(actions []int, _ float64, _ *nas.Plan) (*nas.Plan, error) {
	l.asked = append(l.asked, slices.Clone(actions))
	return l.plan(actions), nil
}

func (l *loads) plan(actions []int) *nas.Plan {
	p := &nas.Plan{Feasible: true, Throughput: 1e9}
	from := 1 // decision 0 is the depth
	for _, to := range l.ends {
		sum := 0.0
		for _, a := range actions[from:to] {
			sum += float64(a)
		}
		u := sum / l.full
		p.Stages = append(p.Stages, nas.PlanStage{From: from, To: to, Utilization: u})
		p.Efficiency += u / float64(len(l.ends))
		p.Feasible = p.Feasible && u <= 1
		p.Throughput = min(p.Throughput, 1/u)
		from = to
	}
	return p
}

// TestExplorersPlanEquallyMuch runs every explorer on made-up hardware: it makes all
// plans that it may and no more, changes only decisions on layers, to values that there
// are, and its curve is the running best of what it asked for.
func TestExplorersPlanEquallyMuch(t *testing.T) {
	choices := []int{3, 4, 4, 4, 4, 1, 4}
	first := []int{2, 1, 1, 1, 1, 0, 1}
	for _, e := range explorers(method.DefaultFastSettings()) {
		l := &loads{ends: []int{4, 7}, full: 6}
		c := &course{Hardware: l, fps: 1, choices: choices, actions: first, fixed: l.plan(first), curve: make([]float64, 333)}
		if err := e.explore(context.Background(), c, rand.New(rand.NewPCG(5, 1))); !errors.Is(err, errSpent) {
			t.Fatalf("%s: %v", e.method, err)
		}
		if len(l.asked) != len(c.curve) || c.made != len(c.curve) {
			t.Errorf("%s made %d plans of %d", e.method, len(l.asked), len(c.curve))
		}
		best := l.plan(first).Efficiency
		top := first
		for k, actions := range l.asked {
			for i, a := range actions {
				if a < 0 || a >= choices[i] || i == 0 && a != first[0] {
					t.Fatalf("%s, plan %d: %v", e.method, k+1, actions)
				}
			}
			if e.method == "stages" && !slices.Equal(actions[1:4], top[1:4]) && !slices.Equal(actions[4:], top[4:]) {
				t.Fatalf("%s, plan %d: %v changes both stages of %v", e.method, k+1, actions, top)
			}
			if p := l.plan(actions); p.Feasible && p.Efficiency > best {
				best, top = p.Efficiency, actions
			}
			if c.curve[k] != best {
				t.Fatalf("%s after %d plans: %g, want %g", e.method, k+1, c.curve[k], best)
			}
		}
		if e.method != "uniform" && e.method != "joint" && e.method != "single" && best != 1 {
			t.Errorf("%s: %g after %d plans; what a stage at a time can be had should be found", e.method, best, len(l.asked))
		}
	}
}

// TestMilestones checks the numbers of plans: rising, from 1 to the last.
func TestMilestones(t *testing.T) {
	for _, last := range []int{1, 2, 7, 1000} {
		list := milestones(last)
		if list[0] != 1 || list[len(list)-1] != last {
			t.Errorf("%d: %v", last, list)
		}
		for i := 1; i < len(list); i++ {
			if list[i] <= list[i-1] || float64(list[i]) > max(float64(list[i-1]+1), 1.2*float64(list[i-1])) {
				t.Errorf("%d: %v", last, list)
			}
		}
	}
}
