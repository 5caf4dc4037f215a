package method

import (
	"context"
	"slices"

	"coexplore/nas"
)

// A Climb is first-improvement hill climbing with random restarts (Russell and Norvig,
// "Artificial Intelligence", section on local search) on the plans of networks alone,
// wherever they come from. One decision at a time is changed at random; a change that
// makes the network more efficient, or faster while it misses the specification, is
// kept. Patience changes in a row without gain are a local optimum, from where it starts
// anew.
type Climb struct {
	Patience int                            // changes in a row that may gain nothing, at least 1
	Start    func() []int                   // a network to start from, which is the climb's own
	Change   func(actions []int)            // gives one decision another value
	Plan     func([]int) (*nas.Plan, error) // what a network is judged by
	May      func() bool                    // whether there may be one more plan
}

// Run climbs for as long as May lets it, or until Plan fails.
func (c *Climb) Run(ctx context.Context) error {
	for c.May() {
		if err := ctx.Err(); err != nil {
			return err
		}
		var here screenMerit
		at := c.Start()
		plan, err := c.Plan(at)
		if err != nil {
			return err
		}
		here.improve(plan)
		for stale := 0; stale < c.Patience && c.May(); stale++ {
			next := slices.Clone(at)
			c.Change(next)
			if plan, err = c.Plan(next); err != nil {
				return err
			}
			if here.improve(plan) {
				at, stale = next, -1
			}
		}
	}
	return nil
}
