package nas

import (
	"cmp"
	"context"
	"slices"

	"coexplore/nas/pareto"
)

// Front returns the designs that no other exceeds in one of accuracy and
// efficiency without falling short in the other, by falling accuracy. Of several
// designs with equal accuracy and efficiency the first stays. Neither figure may
// be NaN.
func Front(designs []Design) []Design {
	index, err := pareto.Front(points(designs))
	if err != nil {
		panic("nas: " + err.Error())
	}
	front := make([]Design, len(index))
	for i, k := range index {
		front[i] = designs[k]
	}
	slices.SortStableFunc(front, func(a, b Design) int { return cmp.Compare(b.Accuracy, a.Accuracy) })
	return slices.CompactFunc(front, func(a, b Design) bool { return a.Accuracy == b.Accuracy && a.Efficiency == b.Efficiency })
}

// Hypervolume is the area that designs dominate above the reference point (0, 0).
func Hypervolume(designs []Design) float64 {
	area, err := pareto.Hypervolume(points(designs), []float64{0, 0})
	if err != nil {
		panic("nas: " + err.Error())
	}
	return area
}

func points(designs []Design) [][]float64 {
	list := make([][]float64, len(designs))
	for i, d := range designs {
		list[i] = []float64{d.Accuracy, d.Efficiency}
	}
	return list
}

// TrueFront is the Pareto front of (accuracy, efficiency) of all networks of the
// problem's space that meet its specification, found by planning and evaluating
// every one: for spaces and evaluators that allow it.
func TrueFront(ctx context.Context, p Problem) ([]Design, error) {
	s, err := newSearch(&p, &Settings{Episodes: 1})
	if err != nil {
		return nil, err
	}
	var designs []Design
	All(p.Space, func(actions []int) bool {
		var plan *Plan
		if plan, err = s.Plan(actions); err != nil {
			return false
		}
		if !plan.Feasible {
			return true
		}
		var t Trial
		s.Describe(&t, actions, plan)
		var e Evaluation
		if e, err = s.evaluate(ctx, t.Network); err != nil {
			return false
		}
		t.Accuracy = e.Accuracy
		designs = append(designs, t.Design)
		return true
	})
	if err != nil {
		return nil, err
	}
	return slices.Clip(Front(designs)), nil
}
