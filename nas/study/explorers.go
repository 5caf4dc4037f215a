package study

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"

	"coexplore/nas"
	"coexplore/nas/controller"
	"coexplore/nas/method"
)

// An explorer looks for the most efficient network on a pipeline that stays as it is.
type explorer struct {
	method, name string
	explore      func(ctx context.Context, c *course, rng *rand.Rand) error
}

// explorers are the ways of exploring that a Reach compares: see ReachCurve.
func explorers(fast method.FastSettings) []explorer {
	single, joint := fast, fast
	fast.Mode, single.Mode, joint.Mode = method.Split{}, method.Single{}, method.Joint{}
	return []explorer{
		{"split", "an RNN for each stage", learn(fast)},
		{"joint", "the same, judged together", learn(joint)},
		{"single", "a single RNN", learn(single)},
		{"climb", "hill climbing", climb},
		{"stages", "uniform, a stage at a time", sampleStages},
		{"uniform", "uniform", sample},
	}
}

// A course is a pipeline and what an explorer has found on it: hardware that counts its
// plans, and refuses more than there may be.
type course struct {
	nas.Hardware
	fps     float64
	choices []int
	actions []int     // the network that the pipeline was made for
	fixed   *nas.Plan // how it runs there
	curve   []float64 // after each plan that there may be, the highest U so far
	made    int
}

// errSpent ends an exploration that has made its plans.
var errSpent = errors.New("study: all plans are made")

// Replan implements nas.Hardware.
func (c *course) Replan(actions []int, fps float64, fixed *nas.Plan) (*nas.Plan, error) {
	if c.made == len(c.curve) {
		return nil, errSpent
	}
	p, err := c.Hardware.Replan(actions, fps, fixed)
	if err != nil {
		return nil, err
	}
	best := c.fixed.Efficiency
	if c.made > 0 {
		best = c.curve[c.made-1]
	}
	if p.Feasible {
		best = max(best, p.Efficiency)
	}
	c.curve[c.made] = best
	c.made++
	return p, nil
}

// decisions is the range of decisions on the layers of the pipeline.
func (c *course) decisions() (from, to int) {
	return c.fixed.Stages[0].From, c.fixed.Stages[len(c.fixed.Stages)-1].To
}

// redraw draws the decisions [from, to) anew, every one uniform.
func (c *course) redraw(actions []int, from, to int, rng *rand.Rand) {
	for i := from; i < to; i++ {
		actions[i] = rng.IntN(c.choices[i])
	}
}

// random is a network of the pipeline's depth.
func (c *course) random(rng *rand.Rand) []int {
	actions := slices.Clone(c.actions)
	from, to := c.decisions()
	c.redraw(actions, from, to, rng)
	return actions
}

// learn explores by fast exploration from an untrained controller.
func learn(settings method.FastSettings) func(context.Context, *course, *rand.Rand) error {
	return func(ctx context.Context, c *course, rng *rand.Rand) error {
		policy, err := controller.New(c.choices, controller.DefaultSettings(), rng)
		if err != nil {
			return err
		}
		f, err := method.NewFastExploration(c, c.fps, policy, settings, c.actions, c.fixed)
		if err != nil {
			return err
		}
		for err == nil {
			if err = ctx.Err(); err == nil {
				err = f.Step(rng)
			}
		}
		return err
	}
}

// climb explores by hill climbing: first from the network itself, then from random ones.
func climb(ctx context.Context, c *course, rng *rand.Rand) error {
	from, to := c.decisions()
	var open []int // decisions with a choice
	for i := from; i < to; i++ {
		if c.choices[i] > 1 {
			open = append(open, i)
		}
	}
	begun := false
	climb := method.Climb{
		Patience: method.DefaultClimbPatience,
		Start: func() []int {
			if begun || len(open) == 0 {
				return c.random(rng)
			}
			begun = true
			return slices.Clone(c.actions)
		},
		Change: func(actions []int) {
			if len(open) > 0 {
				i := open[rng.IntN(len(open))]
				actions[i] = (actions[i] + 1 + rng.IntN(c.choices[i]-1)) % c.choices[i]
			}
		},
		Plan: func(actions []int) (*nas.Plan, error) { return c.Replan(actions, c.fps, c.fixed) },
		May:  func() bool { return c.made < len(c.curve) },
	}
	if err := climb.Run(ctx); err != nil {
		return err
	}
	return errSpent
}

// sample explores by drawing networks of the pipeline's depth, every decision uniform.
func sample(ctx context.Context, c *course, rng *rand.Rand) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := c.Replan(c.random(rng), c.fps, c.fixed); err != nil {
			return err
		}
	}
}

// sampleStages draws the layers of one stage after the other, the others as they are in
// the best network so far: what fast exploration with an RNN for each stage does, with
// nothing learned.
func sampleStages(ctx context.Context, c *course, rng *rand.Rand) error {
	best, top := slices.Clone(c.actions), c.fixed.Efficiency
	next := slices.Clone(best)
	for i := 0; ; i = (i + 1) % len(c.fixed.Stages) {
		if err := ctx.Err(); err != nil {
			return err
		}
		copy(next, best)
		c.redraw(next, c.fixed.Stages[i].From, c.fixed.Stages[i].To, rng)
		plan, err := c.Replan(next, c.fps, c.fixed)
		if err != nil {
			return err
		}
		if plan.Feasible && plan.Efficiency > top {
			top = plan.Efficiency
			copy(best, next)
		}
	}
}
