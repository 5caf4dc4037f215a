package nas

import "context"

// Front returns the designs that no other exceeds in one of accuracy and
// efficiency without falling short in the other, by falling accuracy. Of several
// designs with equal accuracy and efficiency the first stays. Neither figure may
// be NaN. For other objectives see [Objectives.Front].
func Front(designs []Design) []Design {
	return designsOf(Objectives(nil).Front(trialsOf(designs)))
}

// Hypervolume is the area that designs dominate in the plane of accuracy and
// efficiency, above the reference point (0, 0).
func Hypervolume(designs []Design) float64 {
	return Objectives(nil).Hypervolume(trialsOf(designs))
}

func designsOf(trials []Trial) []Design {
	designs := make([]Design, len(trials))
	for i := range trials {
		designs[i] = trials[i].Design
	}
	return designs
}

func trialsOf(designs []Design) []Trial {
	trials := make([]Trial, len(designs))
	for i := range designs {
		trials[i].Design = designs[i]
	}
	return trials
}

// TrueFront is the Pareto front, by the problem's objectives, of all networks of its
// space that meet the specification, found by planning and evaluating every one: for
// spaces and evaluators that allow it.
func TrueFront(ctx context.Context, p Problem) ([]Design, error) {
	s, err := newSearch(&p, &Settings{Episodes: 1})
	if err != nil {
		return nil, err
	}
	var trials []Trial
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
		trials = append(trials, t)
		return true
	})
	if err != nil {
		return nil, err
	}
	return designsOf(p.Objectives.Front(trials)), nil
}
