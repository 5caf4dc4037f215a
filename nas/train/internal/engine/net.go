package engine

import (
	"fmt"
	"math"
	"math/rand/v2"

	"coexplore/nas/train/internal/kernel"
)

// A Layer is one convolution of a chain: window size, output channels, stride.
type Layer struct{ Window, Filters, Stride int }

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
		l := newConv(cfg.Set, h, w, c, s.Filters, s.Window, s.Stride, i == 0, cfg.Frozen, alloc)
		work, shared = max(work, l.workerScratch()), max(shared, l.packScratch())
		n.Convs = append(n.Convs, l)
		h, w, c, k = l.OH, l.OW, s.Filters, max(k, s.Window)
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

// Parallel calls f for each of n tasks on the network's threads.
func (n *Net) Parallel(tasks int, f func(task int)) {
	parallel(n.Threads, tasks, func(task, _ int) { f(task) })
}
