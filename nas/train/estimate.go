package train

import (
	"context"
	"math/rand/v2"
	"time"

	"coexplore/data"
	"coexplore/hw"
	"coexplore/nas/train/internal/engine"
)

// An Estimate is what training a child will take.
type Estimate struct {
	Duration time.Duration
	FLOPs    float64 // 2 a multiply-accumulate; training only
	Bytes    int64   // memory of activations, gradients and weights
	Params   int64
}

// EstimateTraining finds out what training net will take, by running a few updates
// and a measurement on this machine as it is now: a fraction of a second for most
// children, and nothing of it is kept.
func EstimateTraining(ctx context.Context, net hw.Chain, set *data.Set, opt Options) (Estimate, error) {
	c, err := newChild(net, set, opt)
	if err != nil {
		return Estimate{}, err
	}
	return c.estimate(ctx)
}

// totalFLOPs is the operations of all epochs.
func (c *child) totalFLOPs() float64 {
	return float64(c.opt.Epochs) * float64(c.set.Train.Len()) * engine.FLOPs(c.config)
}

// estimate times a few updates and one inference.
func (c *child) estimate(ctx context.Context) (Estimate, error) {
	e := Estimate{FLOPs: c.totalFLOPs(), Bytes: 4 * engine.Floats(c.config), Params: c.outcome.Params}
	arena := takeArena()
	defer giveArena(arena)
	probe := *c
	probe.open(arena)
	c.norm = probe.norm
	probe.begin()
	n := c.opt.Batch
	labels := c.set.Train.Labels[:n]
	update := func() {
		probe.net.Parallel(n, func(i int) { probe.norm.put(probe.net, i, c.set.Train, i, draw(rand.New(rand.NewPCG(1, uint64(i))))) })
		probe.net.Gradients(labels, c.opt.Smoothing)
		probe.net.Update(engine.Step{Rate: c.opt.LearningRate / 10, Momentum: c.opt.Momentum})
	}
	// The first update touches memory for the first time; it does not count.
	update()
	var spent time.Duration
	best := time.Duration(0)
	for rounds := 0; rounds < 3 || rounds < 8 && spent < 200*time.Millisecond; rounds++ {
		if err := ctx.Err(); err != nil {
			return Estimate{}, err
		}
		t := time.Now()
		update()
		d := time.Since(t)
		spent += d
		if best == 0 || d < best {
			best = d
		}
	}
	t := time.Now()
	probe.net.Infer(n)
	infer := time.Since(t)
	images := float64(c.opt.Epochs) * float64(c.set.Train.Len())
	tests := float64(c.set.Test.Len())
	if c.opt.Validate {
		tests *= float64(c.opt.Epochs)
	}
	e.Duration = time.Duration((images*float64(best) + tests*float64(infer)) / float64(n))
	return e, nil
}
