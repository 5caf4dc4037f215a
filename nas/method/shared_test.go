package method_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/pipelines"
	"coexplore/nas/space"
	"coexplore/nas/study/ablation"
)

// shared is hardware that remembers its plans, and what each of them said when it was
// first asked for.
type shared struct {
	*pipelines.Cells
	said map[*nas.Plan]string
}

func (s *shared) Plan(actions []int, fps float64) (*nas.Plan, error) {
	plan, err := s.Cells.Plan(actions, fps)
	return s.heard(plan), err
}

func (s *shared) Replan(actions []int, fps float64, fixed *nas.Plan) (*nas.Plan, error) {
	plan, err := s.Cells.Replan(actions, fps, fixed)
	return s.heard(plan), err
}

func (s *shared) heard(plan *nas.Plan) *nas.Plan {
	if _, known := s.said[plan]; plan != nil && !known {
		s.said[plan] = saying(plan)
	}
	return plan
}

// saying is all that a plan says, its pipeline included.
func saying(plan *nas.Plan) string { return fmt.Sprintf("%+v %+v", *plan, plan.Pipeline) }

// TestSharedPlans runs every method on hardware whose plans other searches see too: no
// method changes them.
func TestSharedPlans(t *testing.T) {
	cells, err := pipelines.NewCells(searchtest.Pool(t, "XC7Z015:2"), hw.Target{}, hw.Shape{C: 3, H: 32, W: 32}, 10)
	if err != nil {
		t.Fatal(err)
	}
	table, err := evaluate.ReadNASBench201(strings.NewReader(searchtest.CellTable()), "cifar10")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range ablation.Methods() {
		h := &shared{cells, map[*nas.Plan]string{}}
		m, err := d.Make(nil)
		if err != nil {
			t.Fatal(err)
		}
		p := nas.Problem{Space: space.NASBench201{}, Hardware: h, Spec: 60, Evaluator: table}
		r, err := nas.Explore(context.Background(), p, nas.Settings{Seed: 1, Episodes: 5}, m)
		if err != nil || r.Plans == 0 {
			t.Fatalf("%s: %d plans, %v", d.Name, r.Plans, err)
		}
		changed := 0
		for plan, was := range h.said {
			if saying(plan) != was {
				changed++
			}
		}
		if changed > 0 {
			t.Errorf("%s changed %d of the %d plans that it asked for", d.Name, changed, len(h.said))
		}
	}
}
