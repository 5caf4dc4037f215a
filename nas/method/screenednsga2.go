package method

import (
	"context"
	"slices"

	"coexplore/nas"
)

// ScreenedNSGA2 is [NSGA2] with the hardware model. Of Screen children it trains the
// most efficient one that meets the specification and that it has not trained yet.
//
// Where none meets it, the fastest joins the population untrained, under constrained
// domination (Deb et al., IEEE Trans. Evolutionary Computation 6(2), 2002, section VI):
// a network that meets the specification comes before all that miss it, and among
// those the one that misses it by less comes first. No network is in the population
// twice.
type ScreenedNSGA2 struct {
	NSGA2
	// Screen is how many networks are planned for each that is proposed; zero means
	// DefaultScreen. They are fewer where the search may not plan as many: see
	// nas.Settings.MaxPlans.
	Screen int
}

// Name returns "screened-nsga2".
func (m *ScreenedNSGA2) Name() string { return "screened-nsga2" }

// Init implements nas.Method.
func (m *ScreenedNSGA2) Init(s *nas.Search) error {
	if err := checkScreen(&m.Screen); err != nil {
		return err
	}
	return m.NSGA2.Init(s)
}

// Step implements nas.Method: one network; the generation is complete with the last
// of its children.
func (m *ScreenedNSGA2) Step(ctx context.Context, s *nas.Search) error {
	draw := s.RandomActions
	if len(m.parents) > 0 {
		draw = func() []int { return m.child(s) }
	}
	t, actions, err := screen(ctx, s, m.Beta, m.Screen, draw)
	if err != nil {
		return err
	}
	child := member{Actions: slices.Clone(actions), Reward: t.Reward}
	switch t.Status {
	case nas.Trained, nas.Reused:
		child.Values = s.Problem.Objectives.Values(&t)
	case nas.Pruned:
		child.Violation = max(1e-12, 1-t.Throughput/s.Problem.Spec)
	default:
		return nil // refused or failed: there is nothing to judge it by
	}
	if m.has(s, actions) {
		return nil
	}
	m.children = append(m.children, child)
	return m.advance(s)
}

// has tells whether the network is in the population.
func (m *ScreenedNSGA2) has(s *nas.Search, actions []int) bool {
	used := func(a []int) []int { return a[:s.Problem.Space.Used(a)] }
	same := func(o member) bool { return slices.Equal(used(o.Actions), used(actions)) }
	return slices.ContainsFunc(m.parents, same) || slices.ContainsFunc(m.children, same)
}
