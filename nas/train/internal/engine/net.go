package engine

import (
	"fmt"
	"math"
	"math/rand/v2"

	"coexplore/nas/train/internal/kernel"
)

// A Layer is one convolution of a chain: kernel size, output channels, stride.
type Layer struct{ Kernel, Filters, Stride int }

// A Config says what network is computed, for how large a batch, and how.
type Config struct {
	C, H, W int // of the pictures
	Layers  []Layer
	Classes int
	Pool    bool // global average pooling before the dense layer; else it reads every pixel
	Batch   int  // the largest batch
	Frozen  bool // never trained: leaves out what only training needs

	Set     *kernel.Set
	Threads int
}

// A Param is an array of weights with its gradient and the optimizer's memory.
type Param struct {
	Name               string
	Value, Grad, Speed []float32
	Decay              bool // weight decay applies
}

// A Net is a chain of convolution, batch normalisation and ReLU, then global
// average pooling or not, and a dense layer with bias.
type Net struct {
	Config
	Convs     []*Conv
	Norms     []*BatchNorm
	Dense     *Dense
	Bias      []float32
	BiasGrad  []float32
	Params    []Param
	out, y    [][]float32
	x         []float32
	pooled    []float32
	pooledGr  []float32
	logits    []float32
	grads     [2][]float32
	taps      [][]kernel.Tap // of each worker, as is work
	work      [][]float32
	shared    []float32
	groups    []int // row groups of each layer's tasks
	lanes     int
	maxBlocks int
}

// minTasks is how many tasks a pass over one layer is cut into, at least, where
// it has the rows: enough to keep eight threads busy.
const minTasks = 16

// New plans cfg's network in memory of the arena, which it takes over from any
// network before. Nothing is set until Init or Restore.
func New(cfg Config, arena *Arena) *Net {
	total := 0
	build(cfg, func(n int) []float32 { total += roundUp(n); return nil })
	arena.reserve(total)
	return build(cfg, arena.floats)
}

// Floats is how many floats New takes from an arena.
func Floats(cfg Config) int64 {
	total := int64(0)
	build(cfg, func(n int) []float32 { total += int64(roundUp(n)); return nil })
	return total
}

// build plans the network; alloc provides arrays, whose contents it leaves alone.
func build(cfg Config, alloc func(int) []float32) *Net {
	lanes := cfg.Set.Lanes
	n := &Net{Config: cfg, lanes: lanes, maxBlocks: (cfg.Batch + lanes - 1) / lanes}
	n.x = alloc(n.maxBlocks * cfg.H * cfg.W * cfg.C * lanes)
	h, w, c, k, largest, work, shared := cfg.H, cfg.W, cfg.C, 1, 0, 0, 0
	for i, s := range cfg.Layers {
		l := newConv(cfg.Set, h, w, c, s.Filters, s.Kernel, s.Stride, i == 0, cfg.Frozen, alloc)
		work, shared = max(work, l.workerScratch()), max(shared, l.packScratch())
		n.Convs = append(n.Convs, l)
		h, w, c, k = l.OH, l.OW, s.Filters, max(k, s.Kernel)
		size := n.maxBlocks * h * w * c * lanes
		largest = max(largest, size)
		// As many groups of rows as give enough tasks with one block of
		// images; a larger batch uses fewer.
		n.groups = append(n.groups, min(h, minTasks))
		n.Norms = append(n.Norms, newBatchNorm(c, lanes, minTasks+n.maxBlocks, alloc))
		if !cfg.Frozen {
			n.out, n.y = append(n.out, alloc(size)), append(n.y, alloc(size))
		}
		n.addParam(fmt.Sprintf("conv%d.weight", i+1), l.K*l.K*l.F*l.C, l.Weights, l.Grad, true, alloc)
		n.addParam(fmt.Sprintf("bn%d.gamma", i+1), c, n.Norms[i].Gamma, n.Norms[i].GammaGrad, false, alloc)
		n.addParam(fmt.Sprintf("bn%d.beta", i+1), c, n.Norms[i].Beta, n.Norms[i].BetaGrad, false, alloc)
	}
	features := h * w * c
	if cfg.Pool {
		features = c
		n.pooled, n.pooledGr = alloc(n.maxBlocks*c*lanes), alloc(n.maxBlocks*c*lanes)
	}
	n.Dense = newDense(cfg.Set, features, cfg.Classes, cfg.Frozen, alloc)
	n.Bias, n.BiasGrad = alloc(cfg.Classes), alloc(cfg.Classes)
	n.addParam("dense.weight", features*cfg.Classes, n.Dense.Weights, n.Dense.Grad, true, alloc)
	n.addParam("dense.bias", cfg.Classes, n.Bias, n.BiasGrad, false, alloc)
	n.logits = alloc(n.maxBlocks * cfg.Classes * lanes)
	a, b := alloc(largest), alloc(largest)
	if cfg.Frozen {
		// Layers take turns with two buffers, and normalise in place.
		for range cfg.Layers {
			n.out = append(n.out, a)
			n.y = append(n.y, a)
			a, b = b, a
		}
	} else {
		n.grads[0], n.grads[1] = a, b
	}
	n.shared = alloc(shared)
	for range max(1, cfg.Threads) {
		n.taps = append(n.taps, make([]kernel.Tap, k))
		n.work = append(n.work, alloc(work))
	}
	return n
}

func (n *Net) addParam(name string, size int, value, grad []float32, decay bool, alloc func(int) []float32) {
	p := Param{Name: name, Value: value, Grad: grad, Decay: decay}
	if !n.Frozen {
		p.Speed = alloc(size)
	}
	n.Params = append(n.Params, p)
}

// taskGroups is how many groups the rows of layer i are cut into, for a batch of
// blocks blocks.
func (n *Net) taskGroups(i, blocks int) int {
	return max(1, min(n.groups[i], (minTasks+blocks-1)/blocks))
}

// Init draws the weights: convolutions from a normal distribution of variance
// 2/(inputs of a filter) (He et al. 2015, section 2.2), the dense layer with
// variance 1/inputs, no bias; batch normalisation starts as the identity.
func (n *Net) Init(rng *rand.Rand) {
	for _, l := range n.Convs {
		fill(l.Weights, rng, math.Sqrt(2/float64(l.K*l.K*l.C)))
	}
	fill(n.Dense.Weights, rng, math.Sqrt(1/float64(n.Dense.C)))
	clear(n.Bias)
	for _, b := range n.Norms {
		for i := range b.Gamma {
			b.Gamma[i], b.Beta[i], b.Mean[i], b.Var[i] = 1, 0, 0, 1
		}
	}
	for _, p := range n.Params {
		clear(p.Speed)
	}
}

func fill(w []float32, rng *rand.Rand, sd float64) {
	for i := range w {
		w[i] = float32(rng.NormFloat64() * sd)
	}
}

// SetImage puts image i of the next batch in place. pixel gives the value of a
// channel at a row and column.
func (n *Net) SetImage(i int, value func(c, y, x int) float32) {
	base := n.imageBase(i)
	for y := range n.H {
		for x := range n.W {
			for c := range n.C {
				n.x[base+((y*n.W+x)*n.C+c)*n.lanes] = value(c, y, x)
			}
		}
	}
}

// Input gives direct access to the input: value (c, y, x) of image i is at
// base + ((y*W+x)*C+c)*stride.
func (n *Net) Input(i int) (x []float32, base, stride int) {
	return n.x, n.imageBase(i), n.lanes
}

func (n *Net) imageBase(i int) int { return i/n.lanes*n.H*n.W*n.C*n.lanes + i%n.lanes }

// Logit returns the output for class k of image i, after Infer.
func (n *Net) Logit(i, k int) float32 {
	return n.logits[(i/n.lanes*n.Classes+k)*n.lanes+i%n.lanes]
}

// clearRest zeroes the lanes of the last block beyond the images.
func (n *Net) clearRest(images int) {
	live := images % n.lanes
	if live == 0 {
		return
	}
	size := n.H * n.W * n.C
	base := images / n.lanes * size * n.lanes
	for p := range size {
		clear(n.x[base+p*n.lanes+live : base+(p+1)*n.lanes])
	}
}

// forward computes the logits of the first images of the input.
func (n *Net) forward(images int, train bool) {
	n.clearRest(images)
	blocks := (images + n.lanes - 1) / n.lanes
	x := n.x
	for i, l := range n.Convs {
		l.fwd.pack(l.Weights, n.shared, n.Threads)
		b, out, y := n.Norms[i], n.out[i], n.y[i]
		groups := n.taskGroups(i, blocks)
		width := l.F * n.lanes
		if !train {
			b.evaluate()
		}
		parallel(n.Threads, blocks*groups, func(task, worker int) {
			nb, g := task/groups, task%groups
			src := x[nb*l.H*l.W*l.C*n.lanes:]
			sum, dot := b.partial(task)
			clear(sum)
			clear(dot)
			base := nb * l.OH * l.OW * width
			l.fwd.compute(out[base:], src, g*l.OH/groups, (g+1)*l.OH/groups, n.work[worker], n.taps[worker], func(r int) {
				row := base + r*l.OW*width
				for p := row; p < row+l.OW*width; p += width {
					if train {
						n.Set.Moments(&out[p], &sum[0], &dot[0], width)
					} else {
						n.Set.AffineReLU(&y[p], &out[p], &b.scale[0], &b.shift[0], width)
					}
				}
			})
		})
		if train {
			b.forward(images, l.OH*l.OW, groups)
			parallel(n.Threads, blocks*groups, func(task, _ int) {
				nb, g := task/groups, task%groups
				for p := (nb*l.OH + g*l.OH/groups) * l.OW * width; p < (nb*l.OH+(g+1)*l.OH/groups)*l.OW*width; p += width {
					n.Set.AffineReLU(&y[p], &out[p], &b.scale[0], &b.shift[0], width)
				}
			})
		}
		x = y
	}
	if n.Pool {
		n.pool(x, blocks)
		x = n.pooled
	}
	n.Dense.fwd.pack(n.Dense.Weights, nil, n.Threads)
	parallel(n.Threads, blocks, func(nb, worker int) {
		o := n.logits[nb*n.Classes*n.lanes : (nb+1)*n.Classes*n.lanes]
		n.Dense.fwd.row(o, x[nb*n.Dense.C*n.lanes:], 0, n.taps[worker])
		for i := range o {
			o[i] += n.Bias[i/n.lanes]
		}
	})
}

// pool averages each channel of y over its pixels.
func (n *Net) pool(y []float32, blocks int) {
	l := n.Convs[len(n.Convs)-1]
	width, pixels := l.F*n.lanes, l.OH*l.OW
	parallel(n.Threads, blocks, func(nb, _ int) {
		dst := n.pooled[nb*width : (nb+1)*width]
		clear(dst)
		for p := range pixels {
			for i, v := range y[(nb*pixels+p)*width : (nb*pixels+p+1)*width] {
				dst[i] += v
			}
		}
		for i := range dst {
			dst[i] /= float32(pixels)
		}
	})
}

// Infer computes the logits of the first images of the input with the running
// statistics.
func (n *Net) Infer(images int) { n.forward(images, false) }

// Loss returns the mean cross entropy of the logits that Infer computed and how
// many images were classified right.
func (n *Net) Loss(labels []uint8) (loss float64, correct int) {
	return lossAndGrad(n.logits, labels, n.Classes, n.lanes, 0, false)
}

// Gradients computes loss and gradients of the batch in the input, whose labels
// are given, with label smoothing. It returns the mean loss and the number of
// images classified right.
func (n *Net) Gradients(labels []uint8, smoothing float64) (loss float64, correct int) {
	images := len(labels)
	n.forward(images, true)
	loss, correct = lossAndGrad(n.logits, labels, n.Classes, n.lanes, smoothing, true)
	n.backward(images)
	return loss, correct
}

func (n *Net) backward(images int) {
	blocks := (images + n.lanes - 1) / n.lanes
	last := len(n.Convs) - 1
	features := n.y[last]
	dy := n.grads[last%2]
	target := dy
	if n.Pool {
		features, target = n.pooled, n.pooledGr
	}
	n.Dense.bwd.pack(n.Dense.Weights, nil, n.Threads)
	for k := range n.Classes {
		var s float32
		for nb := range blocks {
			for _, v := range n.logits[(nb*n.Classes+k)*n.lanes : (nb*n.Classes+k+1)*n.lanes] {
				s += v
			}
		}
		n.BiasGrad[k] = s
	}
	n.Dense.weightGrad(features, n.logits, blocks, n.Threads)
	parallel(n.Threads, blocks, func(nb, worker int) {
		n.Dense.bwd.row(target[nb*n.Dense.C*n.lanes:], n.logits[nb*n.Classes*n.lanes:], 0, n.taps[worker])
	})
	if n.Pool {
		n.unpool(dy, blocks)
	}
	n.gradMoments(last, dy, blocks)
	for i := last; i >= 0; i-- {
		dy = n.backwardLayer(i, dy, images, blocks)
	}
}

// unpool spreads the gradient of the means over the pixels.
func (n *Net) unpool(dy []float32, blocks int) {
	l := n.Convs[len(n.Convs)-1]
	width, pixels := l.F*n.lanes, l.OH*l.OW
	parallel(n.Threads, blocks, func(nb, _ int) {
		src := n.pooledGr[nb*width : (nb+1)*width]
		for i := range src {
			src[i] /= float32(pixels)
		}
		for p := range pixels {
			copy(dy[(nb*pixels+p)*width:(nb*pixels+p+1)*width], src)
		}
	})
}

// gradMoments sums what batch normalisation of layer i needs of dy.
func (n *Net) gradMoments(i int, dy []float32, blocks int) {
	l, b := n.Convs[i], n.Norms[i]
	groups, width := n.taskGroups(i, blocks), l.F*n.lanes
	parallel(n.Threads, blocks*groups, func(task, _ int) {
		nb, g := task/groups, task%groups
		sum, dot := b.partial(task)
		clear(sum)
		clear(dot)
		for p := (nb*l.OH + g*l.OH/groups) * l.OW * width; p < (nb*l.OH+(g+1)*l.OH/groups)*l.OW*width; p += width {
			n.Set.GradMoments(&dy[p], &n.out[i][p], &b.scale[0], &b.shift[0], &sum[0], &dot[0], width)
		}
	})
}

// backwardLayer takes the gradient dy of layer i's output, whose sums were
// taken, computes the gradients of its weights and returns that of its input,
// with the sums for the layer before.
func (n *Net) backwardLayer(i int, dy []float32, images, blocks int) []float32 {
	l, b, out := n.Convs[i], n.Norms[i], n.out[i]
	groups, width := n.taskGroups(i, blocks), l.F*n.lanes
	b.backward(images, l.OH*l.OW, groups)
	partial := images%n.lanes != 0
	parallel(n.Threads, blocks*groups, func(task, _ int) {
		nb, g := task/groups, task%groups
		ka, kb, kc := b.a, b.b, b.c
		if partial && nb == blocks-1 {
			ka, kb, kc = b.ap, b.bp, b.cp
		}
		for p := (nb*l.OH + g*l.OH/groups) * l.OW * width; p < (nb*l.OH+(g+1)*l.OH/groups)*l.OW*width; p += width {
			n.Set.GradApply(&dy[p], &out[p], &b.scale[0], &b.shift[0], &ka[0], &kb[0], &kc[0], width)
		}
	})
	x := n.x
	if i > 0 {
		x = n.y[i-1]
	}
	l.wgrad.compute(x, dy, blocks, n.Threads, n.shared, n.work)
	if i == 0 {
		return nil
	}
	l.bwd.pack(l.Weights, n.shared, n.Threads)
	din := n.grads[(i-1)%2]
	prev, pout := n.Norms[i-1], n.out[i-1]
	groups, width = n.taskGroups(i-1, blocks), l.C*n.lanes
	parallel(n.Threads, blocks*groups, func(task, worker int) {
		nb, g := task/groups, task%groups
		src := dy[nb*l.OH*l.OW*l.F*n.lanes:]
		sum, dot := prev.partial(task)
		clear(sum)
		clear(dot)
		base := nb * l.H * l.W * width
		l.bwd.compute(din[base:], src, g*l.H/groups, (g+1)*l.H/groups, n.work[worker], n.taps[worker], func(r int) {
			row := base + r*l.W*width
			for p := row; p < row+l.W*width; p += width {
				n.Set.GradMoments(&din[p], &pout[p], &prev.scale[0], &prev.shift[0], &sum[0], &dot[0], width)
			}
		})
	})
	return din
}

// A Step is one update by stochastic gradient descent.
type Step struct {
	Rate, Momentum, Decay float64
	Nesterov              bool
}

// Update applies the gradients: speed = momentum*speed + grad + decay*value,
// value -= rate*speed, or with Nesterov rate*(grad+decay*value+momentum*speed)
// (Sutskever et al. 2013, as PyTorch's SGD has it).
func (n *Net) Update(s Step) {
	rate, mom := float32(s.Rate), float32(s.Momentum)
	for _, p := range n.Params {
		decay := float32(0)
		if p.Decay {
			decay = float32(s.Decay)
		}
		value, grad, speed := p.Value, p.Grad[:len(p.Value)], p.Speed[:len(p.Value)]
		for i, w := range value {
			g := grad[i] + decay*w
			v := mom*speed[i] + g
			speed[i] = v
			if s.Nesterov {
				v = g + mom*v
			}
			value[i] = w - rate*v
		}
	}
}

// Parallel calls f for each of n tasks on the network's threads.
func (n *Net) Parallel(tasks int, f func(task int)) {
	parallel(n.Threads, tasks, func(task, _ int) { f(task) })
}

// Argmax is the class of the largest logit of image i, after Infer.
func (n *Net) Argmax(i int) int {
	best := 0
	for k := 1; k < n.Classes; k++ {
		if n.Logit(i, k) > n.Logit(i, best) {
			best = k
		}
	}
	return best
}

// FLOPs is the floating-point operations of training on one image.
func (n *Net) FLOPs() float64 { return FLOPs(n.Config) }

// FLOPs is the floating-point operations of training cfg's network on one image:
// 2 for each multiply-accumulate of layers, once forward and twice backward, but
// for the first layer, whose input needs no gradient.
func FLOPs(cfg Config) float64 {
	h, w, c, total := cfg.H, cfg.W, cfg.C, 0.0
	for i, l := range cfg.Layers {
		h, w = outSize(h, l.Stride), outSize(w, l.Stride)
		macs := float64(h*w) * float64(c*l.Filters) * float64(l.Kernel*l.Kernel)
		passes := 6.0
		if i == 0 {
			passes = 4
		}
		total += passes * macs
		c = l.Filters
	}
	features := float64(c)
	if !cfg.Pool {
		features *= float64(h * w)
	}
	return total + 6*features*float64(cfg.Classes)
}
