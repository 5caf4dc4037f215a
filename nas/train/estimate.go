package train

import (
	"context"
	"math/rand/v2"
	"slices"
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

// bytes is the memory of activations, gradients and weights.
func (c *child) bytes() int64 { return 4 * engine.Floats(c.config) }

// TrainingBytes returns the memory that training net takes beside the images, in bytes:
// activations, gradients and weights. It depends on the batch and the threads.
func TrainingBytes(net hw.Chain, set *data.Set, opt Options) (int64, error) {
	c, err := newChild(net, set, opt)
	if err != nil {
		return 0, err
	}
	return c.bytes(), nil
}

// estimate times a few updates and inferences.
func (c *child) estimate(ctx context.Context) (Estimate, error) {
	e := Estimate{FLOPs: c.totalFLOPs(), Bytes: c.bytes(), Params: c.outcome.Params}
	arena := takeArena()
	defer giveArena(arena)
	probe := *c
	probe.open(arena)
	c.norm = probe.norm
	probe.begin()
	n := c.opt.Batch
	put := func(v func(i int) view) {
		probe.net.Parallel(n, func(i int) { probe.norm.put(probe.net, i, c.set.Train, i, v(i)) })
	}
	labels := c.set.Train.Labels[:n]
	update := func() {
		put(func(i int) view { return draw(rand.New(rand.NewPCG(1, uint64(i)))) })
		probe.net.Gradients(labels, c.opt.Smoothing)
		probe.net.Update(engine.Step{Rate: c.opt.LearningRate / 10, Momentum: c.opt.Momentum})
	}
	infer := func() {
		put(func(int) view { return view{} })
		probe.net.Infer(n)
	}
	// The first update touches memory for the first time; it does not count.
	update()
	step, err := typical(ctx, update, 400*time.Millisecond)
	if err != nil {
		return Estimate{}, err
	}
	look, err := typical(ctx, infer, 100*time.Millisecond)
	if err != nil {
		return Estimate{}, err
	}
	measurements := 1.0
	if c.opt.Validate {
		measurements = float64(c.opt.Epochs)
	}
	e.Duration = time.Duration(float64(c.opt.Epochs)*c.full(c.set.Train.Len())*float64(step) +
		measurements*c.full(heldOut(c.set).Len())*float64(look))
	return e, nil
}

// full is how many full batches take as long as one pass over images: a batch in
// part takes as long as the blocks that it has images in.
func (c *child) full(images int) float64 {
	lanes := c.config.Set.Lanes
	blocks := func(n int) int { return (n + lanes - 1) / lanes }
	n := c.opt.Batch
	return float64(images/n) + float64(blocks(images%n))/float64(blocks(n))
}

// typical calls f at least three times, and at most twelve times within the time,
// and returns the median of what the calls took: other work on the machine is
// part of what is to be foreseen.
func typical(ctx context.Context, f func(), within time.Duration) (time.Duration, error) {
	var took []time.Duration
	for start := time.Now(); len(took) < 3 || len(took) < 12 && time.Since(start) < within; {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		t := time.Now()
		f()
		took = append(took, time.Since(t))
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}
