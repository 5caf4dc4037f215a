package engine

import (
	"unsafe"

	"coexplore/nas/train/internal/kernel"
)

// A gemm is one direction of a convolution, planned: how to compute rows of its
// output from its input with the convolution kernels. The same code serves the
// forward pass and the gradient with respect to the input.
type gemm struct {
	set      *kernel.Set
	inW      int // input columns
	cin      int // input channels
	outW     int
	cout     int
	k        int
	rows     [][]rowTap
	cols     []run
	blocks   []int     // output channels, cut into what kernels take
	w        []float32 // packed: block, window row, window column, input channel, output channel of the block
	rowOrder []int     // window row of each slot
	colOrder []int
	group    int // window rows that one pass covers
	backward bool
}

// newForward plans the forward pass of a window x window convolution.
func newForward(set *kernel.Set, h, w, cin, cout, k, stride int) *gemm {
	return newGEMM(set, w, cin, outSize(w, stride), cout, k,
		rowTaps(outSize(h, stride), forwardRuns(h, k, stride)), forwardRuns(w, k, stride), natural(k), natural(k))
}

// newBackward plans the gradient with respect to the input of the same.
func newBackward(set *kernel.Set, h, w, cin, cout, k, stride int) *gemm {
	rows, rowOrder := backwardRuns(h, k, stride)
	cols, colOrder := backwardRuns(w, k, stride)
	g := newGEMM(set, outSize(w, stride), cout, w, cin, k, rowTaps(h, rows), cols, rowOrder, colOrder)
	g.backward = true
	return g
}

// l1Weights is how many bytes of packed weights a pass may cover: what stays in
// the first-level cache beside a few rows of input.
const l1Weights = 24 << 10

func newGEMM(set *kernel.Set, inW, cin, outW, cout, k int, rows [][]rowTap, cols []run, rowOrder, colOrder []int) *gemm {
	g := &gemm{set: set, inW: inW, cin: cin, outW: outW, cout: cout, k: k, rows: rows, cols: cols,
		blocks: kernel.Split(cout, set.Rows), rowOrder: rowOrder, colOrder: colOrder}
	g.group = max(1, l1Weights/(4*k*cin*set.Rows[0]))
	return g
}

// pack packs weights [window row][column][output][input channel] of the
// convolution.
func (g *gemm) pack(w, _ []float32, threads int) {
	// Steps of the channels that this direction reads and writes.
	ins, outs := 1, g.cin
	if g.backward {
		ins, outs = g.cout, 1
	}
	parallel(threads, len(g.blocks), func(b, _ int) {
		f0 := 0
		for _, m := range g.blocks[:b] {
			f0 += m
		}
		m := g.blocks[b]
		o := f0 * g.k * g.k * g.cin
		for _, i := range g.rowOrder {
			for _, j := range g.colOrder {
				base := (i*g.k+j)*g.cin*g.cout + f0*outs
				for c := range g.cin {
					pick(g.w[o:o+m], w[base+c*ins:], outs)
					o += m
				}
			}
		}
	})
}

// pick fills dst from every step-th number of src.
func pick(dst, src []float32, step int) {
	if step == 1 {
		copy(dst, src)
		return
	}
	for r := range dst {
		dst[r] = src[r*step]
	}
}

// scratch is the floats of scratch space that compute needs: none.
func (g *gemm) scratch() int { return 0 }

// compute calculates rows y0 to y1 of the output of one block of images, whole
// output and input given; done is called after each row.
func (g *gemm) compute(out, in []float32, y0, y1 int, _ []float32, taps []kernel.Tap, done func(y int)) {
	width := g.outW * g.cout * g.set.Lanes
	for y := y0; y < y1; y++ {
		g.row(out[y*width:], in, y, taps)
		done(y)
	}
}

// row computes output row y of one block of images: dst is that row, src the
// block's whole input. taps is scratch space for as many taps as window rows.
func (g *gemm) row(dst, src []float32, y int, taps []kernel.Tap) {
	lanes := g.set.Lanes
	rows := g.rows[y]
	pixIn, pixOut := g.cin*lanes, g.cout*lanes
	wb, f0 := 0, 0
	for _, m := range g.blocks {
		fn := g.set.Conv(m)
		w := &g.w[wb]
		for lo := 0; lo == 0 || lo < len(rows); lo += g.group {
			part := rows[lo:min(len(rows), lo+g.group)]
			acc := 0
			if lo > 0 {
				acc = 1
			}
			for i := range g.cols {
				u := &g.cols[i]
				n := 0
				if u.n > 0 {
					for _, t := range part {
						taps[n] = kernel.Tap{
							In: int64(4 * t.in * g.inW * pixIn),
							W:  int64(4 * (t.slot*g.k + u.slot) * g.cin * m),
							K:  int64(u.n * g.cin),
						}
						n++
					}
				}
				fn(&dst[u.out*pixOut+f0*lanes], &src[u.in*pixIn], w, (*int64)(unsafe.Pointer(&taps[0])), n,
					u.count, 4*u.outStep*pixOut, 4*u.inStep*pixIn, acc)
			}
		}
		wb += g.k * g.k * g.cin * m
		f0 += m
	}
}
