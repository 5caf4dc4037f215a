package engine

import (
	"coexplore/nas/train/internal/kernel"
)

// A Conv is a convolution with same padding and without bias: H x W x C in,
// OH x OW x F out. Fully connected layers are convolutions of 1 x 1 pixels.
type Conv struct {
	H, W, C, F, K, S, OH, OW int

	// Weights and their gradient, of last Backward: [kernel row][kernel
	// column][output channel][input channel].
	Weights, Grad []float32

	set      *kernel.Set
	fwd, bwd *gemm // bwd is nil where no gradient of the input is wanted
	wblocks  []int
	wstart   []int
	wcols    []int
}

// newConv plans a convolution; alloc provides its arrays.
func newConv(set *kernel.Set, h, w, c, f, k, s int, first bool, alloc func(int) []float32) *Conv {
	l := &Conv{H: h, W: w, C: c, F: f, K: k, S: s, OH: outSize(h, s), OW: outSize(w, s), set: set}
	n := k * k * f * c
	l.Weights, l.Grad = alloc(n), alloc(n)
	l.fwd = newForward(set, h, w, c, f, k, s)
	l.fwd.w = alloc(n)
	if !first {
		l.bwd = newBackward(set, h, w, c, f, k, s)
		l.bwd.w = alloc(n)
	}
	l.wblocks = kernel.Split(f, set.WRows)
	f0 := 0
	for _, m := range l.wblocks {
		l.wstart = append(l.wstart, f0)
		f0 += m
	}
	l.wcols = kernel.Split(c, set.WCols)
	return l
}

// pack prepares the weights for forward and backward passes.
func (l *Conv) pack(backward bool) {
	C, F, K := l.C, l.F, l.K
	if backward {
		l.bwd.pack(l.Weights, K*F*C, F*C, C, 1)
	} else {
		l.fwd.pack(l.Weights, K*F*C, F*C, 1, C)
	}
}

// weightGrad computes Grad from the input x and the gradient d of the output,
// both of blocks blocks of images.
func (l *Conv) weightGrad(x, d []float32, blocks, threads int) {
	clear(l.Grad)
	lanes := l.set.Lanes
	C, F, K, S, P := l.C, l.F, l.K, l.S, padding(l.K)
	// Rows of d that a kernel call covers: few enough that the block's part
	// of them stays in the first-level cache.
	rows := max(1, min(l.OH, 32/l.OW))
	parallel(threads, len(l.wblocks), func(b, _ int) {
		f0, mf := l.wstart[b], l.wblocks[b]
		for nb := range blocks {
			xb := x[nb*l.H*l.W*C*lanes:]
			db := d[nb*l.OH*l.OW*F*lanes:]
			for r0 := 0; r0 < l.OH; r0 += rows {
				r1 := min(l.OH, r0+rows)
				for i := range K {
					// Output rows whose input row y*S+i-P exists.
					y0, y1 := inside(r0, r1, S, i-P, l.H)
					if y0 >= y1 {
						continue
					}
					c0 := 0
					for _, mc := range l.wcols {
						fn := l.set.WGrad(mf, mc)
						for j := range K {
							x0, x1 := inside(0, l.OW, S, j-P, l.W)
							if x0 >= x1 {
								continue
							}
							fn(&l.Grad[((i*K+j)*F+f0)*C+c0],
								&db[((y0*l.OW+x0)*F+f0)*lanes],
								&xb[(((y0*S+i-P)*l.W+x0*S+j-P)*C+c0)*lanes],
								4*C, x1-x0, y1-y0,
								4*F*lanes, 4*S*C*lanes, 4*l.OW*F*lanes, 4*S*l.W*C*lanes)
						}
						c0 += mc
					}
				}
			}
		}
	})
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
