package method

import (
	"context"
	"fmt"
	"slices"

	"coexplore/nas"
)

// DefaultScreen is how many networks a screened method plans for each that it
// proposes, where Screen is zero: in round figures what co-exploration plans for each
// network that it trains (273 to 310 in the mean on the built-in table), so that a
// comparison at the defaults is one at equal plans.
const DefaultScreen = 300

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

// screen is an episode of a method to which planning costs next to nothing, so that of
// many networks that could be trained the one is that runs best: the best of n networks
// that draw makes, fewer where the search may not plan as many. That is the most
// efficient of those that meet the specification and were not evaluated before; where
// there is none, the fastest of those that miss it, which is pruned; and where all were
// evaluated before, the last one. Of equals the first stays. A network that was
// evaluated before is not planned. It returns the trial and the actions, which are
// its own.
func screen(ctx context.Context, s *nas.Search, beta float64, n int, draw func() []int) (nas.Trial, []int, error) {
	var best []int
	t, err := s.TryOne(ctx, beta, func() ([]int, error) {
		var merit screenMerit
		var last []int
		for k := 0; k < n && s.MayPlan(2); k++ { // one more is for the network that is chosen
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			last = draw()
			used := last[:s.Problem.Space.Used(last)]
			if s.Known(used) {
				continue
			}
			plan, err := s.Plan(used)
			if err != nil {
				return nil, err
			}
			if merit.improve(plan) {
				best = append(best[:0], last...)
			}
		}
		switch {
		case best == nil && last == nil:
			last = draw() // no plan to spare for a choice
			fallthrough
		case best == nil:
			best = slices.Clone(last)
		}
		return best, nil
	})
	return t, best, err
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
