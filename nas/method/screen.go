package method

import (
	"context"
	"fmt"

	"coexplore/nas"
)

// DefaultScreen is how many networks a screened method plans for each that it
// proposes, where Screen is zero: in round figures what co-exploration plans for each
// network that it trains (273 to 310 in the mean on the built-in table), so that a
// comparison at the defaults is one at equal plans.
const DefaultScreen = 300

// A Proposer is a method every step of which makes one network and learns from the trial
// of it. It can be [Screened].
type Proposer interface {
	nas.Method
	// Weight is that of accuracy in the reward, 0 to 1.
	Weight() float64
	// Propose makes a network: a value for every decision of the space, used or not,
	// which are the caller's own.
	Propose(s *nas.Search) []int
	// Learn learns from the trial of a network, whose actions it may keep.
	Learn(s *nas.Search, t *nas.Trial, actions []int) error
}

// Screened is a method with the hardware model: of Screen networks that the method
// proposes it trains the most efficient one that meets the specification and that it has
// not trained yet, and the method learns from that one.
//
// Screened [Random] learns nothing, and is what a method has to pass that plans as much:
// best-of-n sampling on the one figure that costs nothing. Screened [Evolution] chooses
// among children each of whose parents won a tournament of its own; pre-selection of
// offspring by what costs nothing is as old as evolution with models (Jin, "A
// comprehensive survey of fitness approximation in evolutionary computation", Soft
// Computing 9, 2005, section on pre-selection). Screened [NSGA2] is best Constrained:
// then the fastest network joins the population where none meets the specification.
type Screened struct {
	Proposer
	// Screen is how many networks are planned for each that is proposed; zero means
	// DefaultScreen. They are fewer where the search may not plan as many: see
	// nas.Settings.MaxPlans.
	Screen int
}

// Name returns the method's name after "screened-".
func (m *Screened) Name() string { return "screened-" + m.Proposer.Name() }

// Init implements nas.Method.
func (m *Screened) Init(s *nas.Search) error {
	if err := checkScreen(&m.Screen); err != nil {
		return err
	}
	return m.Proposer.Init(s)
}

// Step implements nas.Method: one network.
func (m *Screened) Step(ctx context.Context, s *nas.Search) error {
	var actions []int
	t, err := s.TryOne(ctx, m.Weight(), func() (_ []int, err error) {
		actions, err = m.choose(ctx, s)
		return actions, err
	})
	if err != nil {
		return err
	}
	return m.Learn(s, &t, actions)
}

// propose is a step of a method that is not screened.
func propose(ctx context.Context, s *nas.Search, m Proposer) error {
	actions := m.Propose(s)
	trials, err := s.Try(ctx, m.Weight(), actions)
	if err != nil {
		return err
	}
	return m.Learn(s, &trials[0], actions)
}

// checkScreen checks a method's Screen, and sets its default.
func checkScreen(screen *int) error {
	if *screen < 0 {
		return fmt.Errorf("screen cannot be negative, is %d", *screen)
	}
	if *screen == 0 {
		*screen = DefaultScreen
	}
	return nil
}

// choose returns the best of Screen networks, fewer where the search may not plan as
// many. That is the most efficient of those that meet the specification and were not
// evaluated before; where there is none, the fastest of those that miss it, which is
// pruned; and where all were evaluated before, the last one. Of equals the first stays. A
// network that was evaluated before is not planned.
func (m *Screened) choose(ctx context.Context, s *nas.Search) (best []int, err error) {
	var merit screenMerit
	var last []int
	for k := 0; k < m.Screen && s.MayPlan(2); k++ { // one more is for the network that is chosen
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		last = m.Propose(s)
		used := last[:s.Problem.Space.Used(last)]
		if s.Known(used) {
			continue
		}
		plan, err := s.Plan(used)
		if err != nil {
			return nil, err
		}
		if merit.improve(plan) {
			best = last
		}
	}
	switch {
	case best != nil:
		return best, nil
	case last != nil:
		return last, nil
	}
	return m.Propose(s), nil // no plan to spare for a choice
}

// screenMerit is how good the best plan so far is: efficiency among those that meet the
// specification, which are better than all others; throughput among those.
type screenMerit struct {
	any, feasible bool
	value         float64
}

// improve tells whether a plan is better than all before it.
func (m *screenMerit) improve(p *nas.Plan) bool {
	value := p.Throughput
	if p.Feasible {
		value = p.Efficiency
	}
	if m.any && (m.feasible && !p.Feasible || m.feasible == p.Feasible && value <= m.value) {
		return false
	}
	*m = screenMerit{true, p.Feasible, value}
	return true
}
