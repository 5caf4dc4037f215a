package method

import (
	"context"
	"slices"

	"coexplore/nas"
)

// HillClimb climbs on pipeline efficiency alone, from a new random network for each
// that it trains: what fast exploration does by learning, done by the plainest local
// search there is (first-improvement hill climbing with random restarts; Russell and
// Norvig, "Artificial Intelligence", section on local search). One decision at a time
// is changed at random; a change that makes the pipeline more efficient, or faster
// while it misses the specification, is kept. Patience changes in a row without gain
// are a local optimum, from where it starts anew until Screen networks were planned.
// The most efficient network of them that was not trained yet is trained.
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
	plan := func(actions []int, here *screenMerit) (bool, error) {
		used := actions[:s.Problem.Space.Used(actions)]
		p, err := s.Plan(used)
		if err != nil {
			return false, err
		}
		planned++
		if topMerit.improve(p) {
			top = append(top[:0], actions...)
		}
		if !s.Known(used) && freshMerit.improve(p) {
			fresh = append(fresh[:0], actions...)
		}
		return here.improve(p), nil
	}
	may := func() bool { return planned < m.Screen && s.MayPlan(2) }
	for may() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var here screenMerit
		at := s.RandomActions()
		if _, err := plan(at, &here); err != nil {
			return nil, err
		}
		for stale := 0; stale < m.Patience && may(); stale++ {
			next := slices.Clone(at)
			s.Mutate(next)
			better, err := plan(next, &here)
			if err != nil {
				return nil, err
			}
			if better {
				at, stale = next, -1
			}
		}
	}
	switch {
	case fresh != nil:
		return fresh, nil
	case top != nil:
		return top, nil
	}
	return s.RandomActions(), nil // no plan to spare for climbing
}
