package method

import (
	"context"
	"slices"

	"coexplore/nas"
)

// ScreenedEvolution is [Evolution] with the hardware model: of Screen children of the
// population, each of a parent that won its own tournament and with one decision
// changed, it trains the most efficient one that meets the specification and that it
// has not trained yet. The first Population networks are the best of Screen random
// ones each. Pre-selection of offspring by what costs nothing is as old as evolution
// with models (Jin, "A comprehensive survey of fitness approximation in evolutionary
// computation", Soft Computing 9, 2005, section on pre-selection).
type ScreenedEvolution struct {
	Evolution
	// Screen is how many networks are planned for each that is proposed; zero means
	// DefaultScreen. They are fewer where the search may not plan as many: see
	// nas.Settings.MaxPlans.
	Screen int
}

// Name returns "screened-evolution".
func (m *ScreenedEvolution) Name() string { return "screened-evolution" }

// Init implements nas.Method.
func (m *ScreenedEvolution) Init(s *nas.Search) error {
	if err := checkScreen(&m.Screen); err != nil {
		return err
	}
	return m.Evolution.Init(s)
}

// Step implements nas.Method: one network.
func (m *ScreenedEvolution) Step(ctx context.Context, s *nas.Search) error {
	t, actions, err := screen(ctx, s, m.Beta, m.Screen, func() []int { return m.child(s) })
	if err != nil {
		return err
	}
	m.join(&t, slices.Clone(actions))
	return nil
}
