package train

import (
	"context"
	"fmt"
	"time"

	"coexplore/data"
	"coexplore/hw"
)

// Train trains the child network net on the training images of set and measures
// it on the held-out images. A child that diverges or exceeds a budget is no error:
// the Outcome's Reason says so. Options, a network or a set that make no sense
// are errors, and so is the end of ctx, at any step.
func Train(ctx context.Context, net hw.Chain, set *data.Set, opt Options) (*Outcome, error) {
	c, err := newChild(net, set, opt)
	if err != nil {
		return nil, err
	}
	arena := takeArena()
	defer giveArena(arena)
	if refused, err := c.refuse(ctx); err != nil || refused {
		return c.outcome, err
	}
	c.open(arena)
	c.begin()
	if err := c.train(ctx, opt.Epochs); err != nil {
		return nil, fmt.Errorf("train: %v: stopped after %d of %d updates: %w", net, c.step, c.steps, err)
	}
	o, err := c.finish(ctx)
	if err != nil {
		return nil, fmt.Errorf("train: %v: stopped while measuring: %w", net, err)
	}
	return o, nil
}

// refuse applies the budgets that are known before training begins; the reason
// goes into the outcome.
func (c *child) refuse(ctx context.Context) (bool, error) {
	if limit := c.opt.MaxFLOPs; limit > 0 {
		if need := c.totalFLOPs(); need > limit {
			c.outcome.Refused = true
			c.outcome.Reason = fmt.Sprintf("not trained: it takes %.3g FLOPs, the limit is %.3g", need, limit)
			return true, nil
		}
	}
	if limit := c.opt.MaxBytes; limit > 0 {
		if need := c.bytes(); need > limit {
			c.outcome.Refused = true
			c.outcome.Reason = fmt.Sprintf("not trained: it takes %d MiB of memory, the limit is %d MiB", need>>20+1, limit>>20)
			return true, nil
		}
	}
	if limit := c.opt.RefuseAfter; limit > 0 {
		e, err := c.estimate(ctx)
		if err != nil {
			return false, err
		}
		if e.Duration > limit {
			c.outcome.Refused = true
			c.outcome.Reason = fmt.Sprintf("not trained: it would take about %v, the limit is %v", e.Duration.Round(time.Second/10), limit)
			return true, nil
		}
	}
	return false, nil
}
