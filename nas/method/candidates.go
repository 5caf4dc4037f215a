package method

import (
	"context"
	"slices"

	"coexplore/nas"
)

// A candidate is a network that was planned, meets the specification and was not
// trained.
type candidate struct {
	Actions    []int   `json:"actions"`    // those that the network uses
	Efficiency float64 `json:"efficiency"` // of its best plan so far
	Params     int64   `json:"params"`
	MACs       int64   `json:"macs"`

	name        string
	features    []float64
	improvement float64 // expected, of the hypervolume
}

// candidates are the networks that an episode of Surrogate chooses from.
type candidates struct {
	search *nas.Search
	rate   func(c *candidate) // works out a candidate's improvement
	list   []candidate
	place  map[string]int // in the list, by name; -1: it was planned in this episode, and is no candidate
	until  int            // plans of the search at which none is left but the one for the choice

	// The fastest network of the episode that misses the specification.
	missed []int
	merit  screenMerit
}

// keep takes candidates of earlier episodes over that were not trained meanwhile.
func (c *candidates) keep(pool []candidate) {
	for _, o := range pool {
		if !c.search.Known(o.Actions) {
			c.rate(&o)
			c.place[o.name] = len(c.list)
			c.list = append(c.list, o)
		}
	}
}

// may tells whether n more networks may be planned before the choice, with plans of the
// search up to a number.
func (c *candidates) may(n, until int) bool {
	return c.search.Plans()+n <= min(until, c.until) && c.search.MayPlan(n+1)
}

// plan plans a network, unless it was planned or trained before, and adds it.
func (c *candidates) plan(actions []int) error {
	s := c.search
	used := actions[:s.Problem.Space.Used(actions)]
	name := s.Problem.Space.Network(used)
	if _, planned := c.place[name]; planned || s.Known(used) {
		return nil
	}
	plan, err := s.Plan(used)
	if err != nil {
		return err
	}
	c.place[name] = -1
	if plan.Feasible {
		c.add(used, plan)
	} else if c.merit.improve(plan) {
		c.missed = slices.Clone(used)
	}
	return nil
}

// add adds a network that meets the specification, with a plan that need not be its
// best, and returns its expected improvement, 0 if it was trained. It copies both. A
// candidate only ever becomes more efficient.
func (c *candidates) add(actions []int, plan *nas.Plan) float64 {
	s := c.search
	if s.Known(actions) {
		return 0
	}
	name := s.Problem.Space.Network(actions)
	at, ok := c.place[name]
	if !ok || at < 0 {
		at = len(c.list)
		c.place[name] = at
		c.list = append(c.list, candidate{Actions: slices.Clone(actions), Params: plan.Params, MACs: plan.MACs, name: name})
	}
	o := &c.list[at]
	if plan.Efficiency > o.Efficiency {
		o.Efficiency = plan.Efficiency
		c.rate(o)
	}
	return o.improvement
}

// top are the places of the n best candidates, the best first, of equals the first.
func (c *candidates) top(n int) []int {
	var best []int
	for i := range c.list {
		at := len(best)
		for at > 0 && c.list[i].improvement > c.list[best[at-1]].improvement {
			at--
		}
		if at < n {
			best = slices.Insert(best, at, i)
			best = best[:min(len(best), n)]
		}
	}
	return best
}

// random plans random networks, with plans of the search up to a number.
func (c *candidates) random(ctx context.Context, until int) error {
	return c.each(ctx, until, c.search.RandomActions)
}

// parents is how many of the best candidates neighbours starts from, and renewal after
// how many tries they are chosen anew.
const (
	parents = 10
	renewal = 20
)

// neighbours plans networks that differ in one or two decisions from one of the best
// candidates or of the front, or where there is none from the fastest that misses the
// specification.
func (c *candidates) neighbours(ctx context.Context, front [][]int, until int) error {
	s := c.search
	var from [][]int
	tries := 0
	return c.each(ctx, until, func() []int {
		if tries%renewal == 0 {
			from = slices.Clone(front)
			for _, i := range c.top(parents) {
				from = append(from, c.list[i].Actions)
			}
			if len(from) == 0 && c.missed != nil {
				from = append(from, c.missed)
			}
		}
		tries++
		actions := s.RandomActions() // for decisions that the network does not use
		if len(from) > 0 {
			copy(actions, from[s.Rand.IntN(len(from))])
			for range 1 + s.Rand.IntN(2) {
				s.Mutate(actions)
			}
		}
		return actions
	})
}

// each plans networks that draw makes, with plans of the search up to a number. Where
// nearly all were planned before it ends early.
func (c *candidates) each(ctx context.Context, until int, draw func() []int) error {
	const most = 10 // tries a plan
	for tries := most * (until - c.search.Plans()); tries > 0 && c.may(1, until); tries-- {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := c.plan(draw()); err != nil {
			return err
		}
	}
	return nil
}
