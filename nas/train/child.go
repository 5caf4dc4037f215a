package train

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"coexplore/data"
	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/train/internal/engine"
	"coexplore/nas/train/internal/kernel"
)

// Streams of random numbers that a training's seed begets.
const (
	streamWeights = iota + 1
	streamEpochs
)

// A child is a network in training: the engine's network in an arena, and how
// far it has come.
type child struct {
	chain   hw.Chain
	set     *data.Set
	opt     Options
	threads int
	norm    *normalization
	config  engine.Config
	net     *engine.Net

	perEpoch, steps int
	step            int // updates done
	outcome         *Outcome
	active          time.Duration // training and measuring so far
	training        time.Duration // training alone
	seen            int           // images trained on
}

// maxFloats bounds a child's memory: 2^33 floats are 32 GiB.
const maxFloats = 1 << 33

// newChild checks everything that can be checked without training.
func newChild(chain hw.Chain, set *data.Set, opt Options) (*child, error) {
	if err := opt.check(set); err != nil {
		return nil, err
	}
	kernels, err := kernel.ByName(opt.Kernels)
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	in := hw.Shape{C: set.Train.Channels, H: set.Train.Height, W: set.Train.Width}
	network, err := chain.Network(in, len(set.Classes), opt.Head)
	if err != nil {
		return nil, err
	}
	for i, l := range chain {
		if l.Kernel%2 == 0 {
			return nil, fmt.Errorf("train: layer %d (%dx%d): kernels must be odd", i+1, l.Kernel, l.Filters)
		}
	}
	if opt.LearningRate == 0 {
		opt.LearningRate = DefaultRate(opt.Head)
	}
	c := &child{chain: chain, set: set, opt: opt, threads: opt.threads()}
	c.config = engineConfig(chain, in, len(set.Classes), opt.Head)
	c.config.Set, c.config.Batch, c.config.Threads = kernels, opt.Batch, c.threads
	activations := int64(0)
	for _, l := range network.Layers {
		activations += l.Out.Size() * int64(opt.Batch)
	}
	if n := activations + network.Params(); n > maxFloats {
		return nil, fmt.Errorf("train: %v at batch %d needs about %d GiB: use a smaller batch or network", chain, opt.Batch, n*12>>30)
	}
	c.perEpoch = updates(set.Train.Len(), opt.Batch)
	c.steps = c.perEpoch * opt.Epochs
	c.outcome = &Outcome{Params: chain.Params(in, len(set.Classes), opt.Head), Kernels: kernels.Name}
	return c, nil
}

// engineConfig is the engine's view of a chain.
func engineConfig(chain hw.Chain, in hw.Shape, classes int, head hw.Head) engine.Config {
	cfg := engine.Config{C: in.C, H: in.H, W: in.W, Classes: classes, Pool: head == hw.PoolHead}
	for _, l := range chain {
		cfg.Layers = append(cfg.Layers, engine.Layer{Window: l.Kernel, Filters: l.Filters, Stride: l.Stride})
	}
	return cfg
}

// updates is how many batches an epoch has. A rest of one image is left out:
// nothing can be normalised over it.
func updates(images, batch int) int {
	n := images / batch
	if images%batch > 1 || n == 0 {
		n++
	}
	return n
}

// open plans the network in the arena.
func (c *child) open(a *engine.Arena) {
	c.net = engine.New(c.config, a)
	if c.norm == nil {
		c.norm = normalize(c.set.Train)
	}
}

// begin draws the first weights.
func (c *child) begin() { c.net.Init(rand.New(rand.NewPCG(c.opt.Seed, streamWeights))) }

// epochRand is the source of everything random in an epoch, from 0.
func (c *child) epochRand(epoch int) *rand.Rand {
	return rand.New(rand.NewPCG(c.opt.Seed, streamEpochs+uint64(epoch)))
}

// heldOut are the images that a set has for choosing among networks: validation
// images, or where there are none the test images.
func heldOut(set *data.Set) *data.Images {
	if set.Validation.Len() > 0 {
		return set.Validation
	}
	return set.Test
}

// notFinite is the reason of a child that diverged.
const notFinite = "the loss is not a number after %d updates: training diverged (a lower learning rate may help)"

// train runs epochs from the one that is next to the one before end. It returns
// early, with the reason in the outcome, where the numbers or the budget end;
// and with ctx's error where that is done.
func (c *child) train(ctx context.Context, end int) error {
	start := time.Now()
	before := c.active
	c.active = 0
	defer func() { c.active = before + time.Since(start) }()
	elapsed := func() time.Duration { return before + time.Since(start) }

	m := c.set.Train
	images := m.Len()
	labels := make([]uint8, 0, c.opt.Batch)
	views := make([]view, c.opt.Batch)
	for epoch := c.step / c.perEpoch; epoch < end; epoch++ {
		rng := c.epochRand(epoch)
		order := rng.Perm(images)
		var lossSum, rate float64
		var correct, seen int
		for b := range c.perEpoch {
			if err := ctx.Err(); err != nil {
				return err
			}
			if c.stop() {
				if c.step == 0 {
					return context.Canceled
				}
				c.outcome.Stopped = true
				c.outcome.Reason = fmt.Sprintf("stopped after %d of %d updates", c.step, c.steps)
				return nil
			}
			if c.opt.MaxTime > 0 && elapsed() > c.opt.MaxTime {
				c.outcome.Reason = fmt.Sprintf("stopped after %d of %d updates: the limit of %v is used up", c.step, c.steps, c.opt.MaxTime)
				return nil
			}
			t := time.Now()
			batch := order[b*c.opt.Batch : min(images, (b+1)*c.opt.Batch)]
			labels = labels[:len(batch)]
			for i, at := range batch {
				labels[i] = m.Labels[at]
				if c.opt.Augment {
					views[i] = draw(rng)
				}
			}
			c.net.Parallel(len(batch), func(i int) { c.norm.put(c.net, i, m, batch[i], views[i]) })
			loss, right := c.net.Gradients(labels, c.opt.Smoothing)
			rate = c.opt.rate(c.step, c.steps, c.perEpoch)
			c.net.Update(engine.Step{Rate: rate, Momentum: c.opt.Momentum, Decay: c.opt.WeightDecay, Nesterov: !c.opt.Plain})
			c.step++
			c.training += time.Since(t)
			c.seen += len(batch)
			seen += len(batch)
			lossSum += loss * float64(len(batch))
			correct += right
			c.outcome.FLOPs += float64(len(batch)) * c.net.FLOPs()
			if math.IsNaN(loss) || math.IsInf(loss, 0) {
				c.fail(fmt.Sprintf(notFinite, c.step))
				return nil
			}
			c.outcome.Loss = lossSum / float64(seen)
			c.outcome.ImagesPerSecond = float64(c.seen) / c.training.Seconds()
			if c.opt.Progress != nil {
				c.opt.Progress(Progress{
					Epoch: epoch + 1, Epochs: c.opt.Epochs, Step: c.step, Steps: c.steps,
					Loss: lossSum / float64(seen), Accuracy: float64(correct) / float64(seen), HeldOut: c.outcome.Accuracy,
					ImagesPerSecond: c.outcome.ImagesPerSecond,
					Remaining:       time.Duration(float64(elapsed()) / float64(c.step) * float64(c.steps-c.step)),
				})
			}
		}
		e := nas.Epoch{Epoch: epoch + 1, LearningRate: rate, Loss: lossSum / float64(seen), TrainAccuracy: float64(correct) / float64(seen)}
		if c.opt.Validate {
			if err := c.measure(ctx); err != nil {
				return err
			}
			if c.set.Validation.Len() > 0 {
				e.ValidationAccuracy, e.ValidationLoss = c.outcome.Accuracy, c.outcome.ValidationLoss
			} else {
				e.TestAccuracy, e.TestLoss = c.outcome.Accuracy, c.outcome.TestLoss
			}
		}
		e.Seconds = elapsed().Seconds()
		c.outcome.History = append(c.outcome.History, e)
		c.outcome.Epochs = epoch + 1
		if c.outcome.Reason != "" {
			return nil
		}
	}
	return nil
}

// stop reports whether training is to end.
func (c *child) stop() bool {
	select {
	case <-c.opt.Stop: // never, if there is no such channel
		return true
	default:
		return false
	}
}

// fail ends a child whose numbers are no numbers.
func (c *child) fail(reason string) {
	c.outcome.Reason = reason
	c.outcome.Accuracy, c.outcome.Loss, c.outcome.TestLoss, c.outcome.ValidationLoss = 0, 0, 0, 0
	c.outcome.Confusion = nil
}

// failed tells whether there is nothing to measure any more.
func (c *child) failed() bool { return c.outcome.Reason != "" && c.outcome.Loss == 0 && c.step > 0 }

// measure finds accuracy, loss and confusion on the held-out images.
func (c *child) measure(ctx context.Context) error {
	m, err := measure(ctx, c.net, c.norm, heldOut(c.set))
	if err != nil {
		return err
	}
	if math.IsNaN(m.Loss) || math.IsInf(m.Loss, 0) {
		c.fail(fmt.Sprintf("the loss on held-out images is not a number after %d updates: training diverged (a lower learning rate may help)", c.step))
		return nil
	}
	c.outcome.Accuracy, c.outcome.Confusion = m.Accuracy, m.Confusion
	if c.set.Validation.Len() > 0 {
		c.outcome.ValidationLoss = m.Loss
	} else {
		c.outcome.TestLoss = m.Loss
	}
	return nil
}

// finish measures the child, if that was not done after its last epoch, and
// completes the outcome.
func (c *child) finish(ctx context.Context) (*Outcome, error) {
	start := time.Now()
	o := c.outcome
	if !c.failed() && (!c.opt.Validate || o.Reason != "" || o.Confusion == nil) {
		if err := c.measure(ctx); err != nil {
			return nil, err
		}
	}
	c.active += time.Since(start)
	o.Seconds = c.active.Seconds()
	if c.opt.Keep && !c.failed() {
		o.Model = newModel(c)
	}
	return o, nil
}
