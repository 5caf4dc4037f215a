package method

import (
	"context"

	"coexplore/nas"
)

// ScreenedRandom is random search with the hardware model: of Screen networks drawn at
// random it trains the most efficient one that meets the specification and that it has
// not trained yet. It learns nothing, and is what a method has to pass that plans as
// much: best-of-n sampling on the one figure that costs nothing.
type ScreenedRandom struct {
	Beta float64 // weight of accuracy in the reward that is reported, 0 to 1
	// Screen is how many networks are planned for each that is proposed; zero means
	// DefaultScreen. They are fewer where the search may not plan as many: see
	// nas.Settings.MaxPlans.
	Screen int
}

// Name returns "screened-random".
func (m *ScreenedRandom) Name() string { return "screened-random" }

// Init implements nas.Method.
func (m *ScreenedRandom) Init(*nas.Search) error { return checkScreen(&m.Screen) }

// State implements nas.Method: there is nothing to remember.
func (m *ScreenedRandom) State() ([]byte, error) { return nil, nil }

// Restore implements nas.Method.
func (m *ScreenedRandom) Restore(*nas.Search, []byte) error { return nil }

// Step implements nas.Method: one network.
func (m *ScreenedRandom) Step(ctx context.Context, s *nas.Search) error {
	_, _, err := screen(ctx, s, m.Beta, m.Screen, s.RandomActions)
	return err
}
