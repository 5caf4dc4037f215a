package engine

import (
	"coexplore/nas/train/internal/kernel"
)

// A Conv is a convolution with same padding and without bias: H x W x C in,
// OH x OW x F out. Fully connected layers are convolutions of 1 x 1 pixels.
type Conv struct {
	H, W, C, F, K, S, OH, OW int

	// Weights and their gradient, of last Backward: [window row][window
	// column][output channel][input channel].
	Weights, Grad []float32

	set      *kernel.Set
	fwd, bwd pass // bwd is nil where no gradient of the input is wanted
	wgrad    *wgrad
}

// A pass computes a convolution in one direction: output from input, or the
// gradient of the input from that of the output.
type pass interface {
	// pack prepares the layer's weights; work is scratch space.
	pack(weights, work []float32, threads int)
	// scratch is the floats of work that compute needs.
	scratch() int
	// compute calculates rows y0 to y1 of one block of images. out and in are
	// the block's whole maps, taps has room for a tap a window row; done is
	// called after each row.
	compute(out, in []float32, y0, y1 int, work []float32, taps []kernel.Tap, done func(y int))
}

// newConv plans a convolution; alloc provides its arrays. Without needs
// gradients of the input (first) or of anything (frozen), it leaves out what
// computes them.
func newConv(set *kernel.Set, h, w, c, f, k, s int, first, frozen bool, alloc func(int) []float32) *Conv {
	l := &Conv{H: h, W: w, C: c, F: f, K: k, S: s, OH: outSize(h, s), OW: outSize(w, s), set: set}
	n := k * k * f * c
	l.Weights = alloc(n)
	fast := usesWino(set, h, w, c, f, k, s)
	if fast {
		l.fwd = newWino(set, h, w, c, f, k, true, alloc)
	} else {
		g := newForward(set, h, w, c, f, k, s)
		g.w = alloc(n)
		l.fwd = g
	}
	if frozen {
		return l
	}
	l.Grad = alloc(n)
	l.wgrad = newWGrad(l)
	if first {
		return l
	}
	if fast {
		l.bwd = newWino(set, h, w, f, c, k, false, alloc)
	} else {
		g := newBackward(set, h, w, c, f, k, s)
		g.w = alloc(n)
		l.bwd = g
	}
	return l
}

// workerScratch is the floats of scratch space of one worker, and packScratch
// those of pack and of the partial weight gradients.
func (l *Conv) workerScratch() int {
	n := l.fwd.scratch()
	if l.bwd != nil {
		n = max(n, l.bwd.scratch())
	}
	if l.wgrad != nil {
		n = max(n, l.wgrad.scratch())
	}
	return n
}

func (l *Conv) packScratch() int {
	n := l.K * l.taps() * l.F * l.C
	if l.wgrad != nil {
		n = max(n, l.wgrad.shared())
	}
	return n
}

// part is the output pixels, of all blocks of images, that a task works on when
// the rows of each block are cut into groups.
func (l *Conv) part(task, groups int) (from, to int) {
	nb, g := task/groups, task%groups
	return (nb*l.OH + g*l.OH/groups) * l.OW, (nb*l.OH + (g+1)*l.OH/groups) * l.OW
}

// inside returns the part [a,b) of [lo,hi) in which v*step+offset is in [0,size).
func inside(lo, hi, step, offset, size int) (a, b int) {
	a, b = lo, hi
	for a < b && a*step+offset < 0 {
		a++
	}
	for b > a && (b-1)*step+offset >= size {
		b--
	}
	return a, b
}
