package engine

import "coexplore/nas/train/internal/kernel"

// partials is the number of parts whose weight gradients are summed apart: as
// many threads can work on the gradient of one layer.
const partials = 4

// A wgrad computes the weight gradient of a convolution. Rows of input and
// output gradient are copied, a few at a time and a few channels at a time, to
// where the kernels read them without gaps, so that they stay in the first-level
// cache; with stride 1 the copies are Winograd's transforms.
type wgrad struct {
	l        *Conv
	f        *kernel.Winograd // nil: direct
	rows     int              // output rows of a chunk
	cols     int              // pixels or tiles of a row of the gradient
	xcols    int              // of the input
	planes   int              // positions: T, or 1
	fblocks  []int
	cblocks  []int
	xrows    int // input rows of a chunk
	dSize    int // floats of the scratch space's parts
	xSize    int
	partSize int
}

func newWGrad(l *Conv) *wgrad {
	g := &wgrad{l: l, fblocks: kernel.Split(l.F, l.set.WRows), cblocks: kernel.Split(l.C, l.set.WCols), planes: 1, cols: l.OW, xcols: l.W}
	if usesWino(l.set, l.H, l.W, l.C, l.F, l.K, l.S) {
		g.f = l.set.Winograd(l.K)
		g.planes = g.f.T
		g.cols = (l.W + g.f.M - 1) / g.f.M
		g.xcols = g.cols
	}
	g.rows = max(1, min(l.OH, 32/g.cols))
	g.xrows = (g.rows-1)*l.S + l.K
	g.dSize = g.planes * g.rows * g.cols * l.F * l.set.Lanes
	g.xSize = g.planes * g.xrows * g.xcols * maxInt(g.cblocks) * l.set.Lanes
	g.partSize = l.K * l.taps() * l.F * l.C
	return g
}

// taps is the columns of the partial gradients: window columns or positions.
func (l *Conv) taps() int {
	if usesWino(l.set, l.H, l.W, l.C, l.F, l.K, l.S) {
		return l.set.Winograd(l.K).T
	}
	return l.K
}

func maxInt(v []int) int {
	m := 0
	for _, x := range v {
		m = max(m, x)
	}
	return m
}

// scratch is the floats that a worker needs, and shared those of the partial
// gradients.
func (g *wgrad) scratch() int {
	return g.dSize + g.xSize + 8*g.l.set.Lanes*max(maxInt(g.fblocks), maxInt(g.cblocks))
}
func (g *wgrad) shared() int { return partials * roundUp(g.partSize) }

// compute fills l.Grad from the input x and the gradient d of the output.
func (g *wgrad) compute(x, d []float32, blocks, threads int, shared []float32, scratch [][]float32) {
	l := g.l
	size := roundUp(g.partSize)
	units := blocks * l.OH
	parallel(threads, partials, func(part, worker int) {
		dw := shared[part*size : part*size+g.partSize]
		clear(dw)
		for u, end := part*units/partials, (part+1)*units/partials; u < end; {
			nb, r0 := u/l.OH, u%l.OH
			r1 := min(r0+g.rows, l.OH, r0+end-u)
			g.chunk(dw, x[nb*l.H*l.W*l.C*l.set.Lanes:], d[nb*l.OH*l.OW*l.F*l.set.Lanes:], r0, r1, scratch[worker])
			u += r1 - r0
		}
	})
	taps := l.taps()
	fc := l.F * l.C
	parallel(threads, l.K, func(i, _ int) {
		sum := shared[i*taps*fc : (i+1)*taps*fc]
		for part := 1; part < partials; part++ {
			for j, v := range shared[part*size+i*taps*fc : part*size+(i+1)*taps*fc] {
				sum[j] += v
			}
		}
		if g.f != nil {
			g.f.WeightGrad(&l.Grad[i*l.K*fc], &sum[0], fc, 4*fc, 4*fc)
		} else {
			copy(l.Grad[i*taps*fc:], sum)
		}
	})
}

// chunk adds the part of output rows r0 to r1 to dw.
func (g *wgrad) chunk(dw, x, d []float32, r0, r1 int, work []float32) {
	l := g.l
	lanes, P := l.set.Lanes, padding(l.K)
	dbuf, xbuf, edge := work[:g.dSize], work[g.dSize:g.dSize+g.xSize], work[g.dSize+g.xSize:]
	// Input rows that exist, of those that the output rows read.
	first, last := max(0, r0*l.S-P), min(l.H, (r1-1)*l.S-P+l.K)
	n, nx := r1-r0, last-first
	f0 := 0
	for _, mf := range g.fblocks {
		g.pack(dbuf[g.planes*g.rows*g.cols*f0*lanes:], d, edge, r0, n, l.OW, l.F, f0, mf, g.cols, true)
		f0 += mf
	}
	taps := l.taps()
	c0 := 0
	for _, mc := range g.cblocks {
		g.pack(xbuf, x, edge, first, nx, l.W, l.C, c0, mc, g.xcols, false)
		f0 = 0
		for _, mf := range g.fblocks {
			fn := l.set.WGrad(mf, mc)
			db := dbuf[g.planes*g.rows*g.cols*f0*lanes:]
			for t := range taps {
				// Pixels of the row; with Winograd's algorithm all tiles of plane t.
				x0, x1, xo, dp, xp, step := 0, g.cols, 0, 0, 0, 1
				if g.f != nil {
					dp, xp = t*n*g.cols, t*nx*g.xcols
				} else {
					x0, x1 = inside(0, l.OW, l.S, t-P, l.W)
					if x0 >= x1 {
						continue
					}
					xo, step = x0*l.S+t-P, l.S
				}
				for i := range l.K {
					y0, y1 := inside(r0, r1, l.S, i-P, l.H)
					if y0 >= y1 {
						continue
					}
					fn(&dw[((i*taps+t)*l.F+f0)*l.C+c0],
						&db[(dp+(y0-r0)*g.cols+x0)*mf*lanes],
						&xbuf[(xp+(y0*l.S+i-P-first)*g.xcols+xo)*mc*lanes],
						4*l.C, x1-x0, y1-y0,
						4*mf*lanes, 4*step*mc*lanes, 4*g.cols*mf*lanes, 4*l.S*g.xcols*mc*lanes)
				}
			}
			f0 += mf
		}
		c0 += mc
	}
}

// pack copies channels c0 to c0+mc of n rows from y of src, a map of w columns
// and c channels, to dst: [plane][row][column][channel][lane].
func (g *wgrad) pack(dst, src, edge []float32, y, n, w, c, c0, mc, cols int, grad bool) {
	lanes := g.l.set.Lanes
	size, pix := mc*lanes, c*lanes
	for r := range n {
		row := src[((y+r)*w*c+c0)*lanes:]
		if g.f == nil {
			for p := range w {
				copy(dst[(r*cols+p)*size:(r*cols+p+1)*size], row[p*pix:])
			}
			continue
		}
		fn, take, back := g.f.Input, g.f.T, padding(g.f.K)
		if grad {
			fn, take, back = g.f.Grad, g.f.M, 0
		}
		for tile := range cols {
			to := &dst[(r*cols+tile)*size]
			p := tile*g.f.M - back
			if p >= 0 && p+take <= w {
				fn(to, &row[p*pix], size, 4*n*cols*size, 4*pix)
				continue
			}
			for q := range take {
				e := edge[q*size : (q+1)*size]
				if p+q < 0 || p+q >= w {
					clear(e)
				} else {
					copy(e, row[(p+q)*pix:])
				}
			}
			fn(to, &edge[0], size, 4*n*cols*size, 4*size)
		}
	}
}
