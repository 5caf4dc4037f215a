package method

import (
	"context"

	"coexplore/nas"
)

// HillClimb climbs on pipeline efficiency alone, from a new random network for each
// that it trains: what fast exploration does by learning, done by the plainest local
// search there is (see [Climb]), with restarts until Screen networks were planned. The
// most efficient network of them that was not trained yet is trained.
type HillClimb struct {
	Beta float64 // weight of accuracy in the reward that is reported, 0 to 1
	// Patience is how many changes in a row may gain nothing; zero means
	// DefaultClimbPatience.
	Patience int
	// Screen is how many networks are planned for each that is proposed; zero means
	// DefaultScreen. They are fewer where the search may not plan as many: see
	// nas.Settings.MaxPlans.
	Screen int
}

// DefaultClimbPatience is HillClimb's Patience where it is zero.
const DefaultClimbPatience = 30

// Name returns "hillclimb".
func (m *HillClimb) Name() string { return "hillclimb" }

// Init implements nas.Method.
func (m *HillClimb) Init(*nas.Search) error {
	if m.Patience <= 0 {
		m.Patience = DefaultClimbPatience
	}
	return checkScreen(&m.Screen)
}

// State implements nas.Method: every step begins anew.
func (m *HillClimb) State() ([]byte, error) { return nil, nil }

// Restore implements nas.Method.
func (m *HillClimb) Restore(*nas.Search, []byte) error { return nil }

// Step implements nas.Method: one network.
func (m *HillClimb) Step(ctx context.Context, s *nas.Search) error {
	_, err := s.TryOne(ctx, m.Beta, func() ([]int, error) { return m.climb(ctx, s) })
	return err
}

// climb returns the best network that was not evaluated before, or the best of all
// where there is none.
func (m *HillClimb) climb(ctx context.Context, s *nas.Search) ([]int, error) {
	var top, fresh []int
	var topMerit, freshMerit screenMerit
	planned := 0
	c := Climb{
		Patience: m.Patience, Start: s.RandomActions, Change: s.Mutate,
		May: func() bool { return planned < m.Screen && s.MayPlan(2) },
	}
	c.Plan = func(actions []int) (*nas.Plan, error) {
		used := actions[:s.Problem.Space.Used(actions)]
		p, err := s.Plan(used)
		if err != nil {
			return nil, err
		}
		planned++
		if topMerit.improve(p) {
			top = append(top[:0], actions...)
		}
		if !s.Known(used) && freshMerit.improve(p) {
			fresh = append(fresh[:0], actions...)
		}
		return p, nil
	}
	if err := c.Run(ctx); err != nil {
		return nil, err
	}
	switch {
	case fresh != nil:
		return fresh, nil
	case top != nil:
		return top, nil
	}
	return s.RandomActions(), nil // no plan to spare for climbing
}
