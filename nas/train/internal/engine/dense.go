package engine

import "coexplore/nas/train/internal/kernel"

// A Dense is a fully connected layer, C features to F outputs: a convolution of
// one pixel, whose channels are the features.
type Dense struct {
	C, F          int
	Weights, Grad []float32 // [output][feature]

	set      *kernel.Set
	fwd, bwd *gemm
	blocks   []int
}

func newDense(set *kernel.Set, c, f int, frozen bool, alloc func(int) []float32) *Dense {
	l := &Dense{C: c, F: f, Weights: alloc(c * f), set: set}
	l.fwd = newForward(set, 1, 1, c, f, 1, 1)
	l.fwd.w = alloc(c * f)
	if frozen {
		return l
	}
	l.Grad = alloc(c * f)
	l.bwd = newBackward(set, 1, 1, c, f, 1, 1)
	l.bwd.w = alloc(c * f)
	l.blocks = kernel.Split(f, set.WRows)
	return l
}

// denseCols is how many features a task of the weight gradient takes.
const denseCols = 256

// weightGrad computes Grad from the features x and the gradient d of the outputs,
// of blocks blocks of images. The blocks are the pixels that a kernel sums over.
func (l *Dense) weightGrad(x, d []float32, blocks, threads int) {
	clear(l.Grad)
	lanes := l.set.Lanes
	parallel(threads, (l.C+denseCols-1)/denseCols, func(task, _ int) {
		c0, end := task*denseCols, min(l.C, (task+1)*denseCols)
		for _, mc := range kernel.Split(end-c0, l.set.WCols) {
			f0 := 0
			for _, mf := range l.blocks {
				l.set.WGrad(mf, mc)(&l.Grad[f0*l.C+c0], &d[f0*lanes], &x[c0*lanes],
					4*l.C, blocks, 1, 4*l.F*lanes, 4*l.C*lanes, 0, 0)
				f0 += mf
			}
			c0 += mc
		}
	})
}
