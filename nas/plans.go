package nas

import (
	"errors"
	"math"
)

// ErrPlans is returned by a search's hardware when the plans of Settings.MaxPlans are
// all made. A Step that returns it ends the search well, and what it had begun does
// not count.
var ErrPlans = errors.New("nas: all plans that the settings allow are made")

// A meter is hardware that counts what it plans, and refuses to plan more than a
// search may.
type meter struct {
	Hardware
	plans *planCount
}

// A planCount is the plans of a search: those made, the most there may be, and the
// most at the end of the present episode.
type planCount struct{ made, most, episode int }

// take counts a plan.
func (c *planCount) take() error {
	if c.made >= c.most {
		return ErrPlans
	}
	c.made++
	return nil
}

func (m *meter) Plan(actions []int, fps float64) (*Plan, error) {
	if err := m.plans.take(); err != nil {
		return nil, err
	}
	return m.Hardware.Plan(actions, fps)
}

func (m *meter) Replan(actions []int, fps float64, fixed *Plan) (*Plan, error) {
	if err := m.plans.take(); err != nil {
		return nil, err
	}
	return m.Hardware.Replan(actions, fps, fixed)
}

// A fixableMeter is a meter of hardware that can be fixed.
type fixableMeter struct {
	meter
	fixer Fixer
}

// Fix implements Fixer: what the fixed hardware plans is counted too.
func (m *fixableMeter) Fix(actions []int, plan *Plan) (Hardware, error) {
	return m.count(m.fixer.Fix(actions, plan))
}

// Preset implements Fixer, counting as Fix does.
func (m *fixableMeter) Preset() (Hardware, error) { return m.count(m.fixer.Preset()) }

// count puts a meter on fixed hardware.
func (m *fixableMeter) count(fixed Hardware, err error) (Hardware, error) {
	if err != nil {
		return nil, err
	}
	return &meter{fixed, m.plans}, nil
}

// count puts a meter on the search's hardware.
func (s *Search) count() {
	s.plans.most = math.MaxInt
	if s.Settings.MaxPlans > 0 {
		s.plans.most = s.Settings.MaxPlans
	}
	m := meter{s.Problem.Hardware, &s.plans}
	if f, ok := s.Problem.Hardware.(Fixer); ok {
		s.Problem.Hardware = &fixableMeter{m, f}
	} else {
		s.Problem.Hardware = &m
	}
}

// Plans is how many plans the search has made: calls of Plan and Replan of its
// hardware, whoever made them.
func (s *Search) Plans() int { return s.plans.made }

// MayPlan tells whether n more plans are within what the present episode may use: the
// plans that were left when it began, divided by the networks that remained then. So
// the plans do for all networks, and what one does not use the later ones share.
// Without Settings.MaxPlans it is always true. Nothing but MaxPlans itself is
// enforced: a method that plans more now has less later.
func (s *Search) MayPlan(n int) bool { return n <= s.plans.episode-s.plans.made }

// allot sets what the episode that begins may plan.
func (c *planCount) allot(networks int) {
	c.episode = math.MaxInt
	if c.most < math.MaxInt {
		c.episode = c.made + (c.most-c.made)/max(1, networks)
	}
}
