package engine

import (
	"unsafe"

	"coexplore/nas/train/internal/kernel"
)

// A wino is one direction of a convolution of stride 1 by Winograd's algorithm
// along rows of pixels: each input row is transformed once, T numbers for every M
// pixels; then a convolution with a window of one column, the window rows in it,
// gives T sums for every M outputs, which are transformed back. It takes T/(M*K)
// of the multiplications. Along one dimension alone, rounding errors stay near
// those of the direct sum.
type wino struct {
	set     *kernel.Set
	f       *kernel.Winograd
	h, w    int
	cin     int
	cout    int
	tiles   int
	forward bool
	rows    [][]rowTap
	blocks  []int
	u       []float32 // packed: position, block, window row, input channel, output channel of the block
}

// winoLeast is the fewest channels, in and out, for which the transforms pay.
const winoLeast = 8

// usesWino tells whether a convolution is computed by Winograd's algorithm.
func usesWino(set *kernel.Set, h, w, cin, cout, k, stride int) bool {
	f := set.Winograd(k)
	return f != nil && stride == 1 && cin >= winoLeast && cout >= winoLeast && cin*cout%16 == 0 && w >= f.M && h > 1
}

func newWino(set *kernel.Set, h, w, cin, cout, k int, forward bool, alloc func(int) []float32) *wino {
	f := set.Winograd(k)
	return &wino{set: set, f: f, h: h, w: w, cin: cin, cout: cout, tiles: (w + f.M - 1) / f.M, forward: forward,
		rows: rowTaps(h, forwardRuns(h, k, 1)), blocks: kernel.Split(cout, set.Rows), u: alloc(f.T * k * cin * cout)}
}

// scratch is the floats of scratch space that row needs.
func (g *wino) scratch() int {
	lanes := g.set.Lanes
	return lanes * (g.f.T*g.tiles*(g.f.K*g.cin+g.cout) + g.f.T*max(g.cin, g.cout))
}

// pack transforms weights [window row][column][F][C] and packs them. work is
// scratch space of as many floats as u has. The gradient with respect to the
// input is a convolution with the window turned round and channels exchanged.
func (g *wino) pack(w, work []float32, threads int) {
	k, t := g.f.K, g.f.T
	size := g.cin * g.cout
	parallel(threads, k, func(i, _ int) {
		row, col, step := i, 0, 4*size
		if !g.forward {
			row, col, step = k-1-i, k-1, -step
		}
		g.f.Weight(&work[i*t*size], &w[(row*k+col)*size], size, 4*size, step)
	})
	// In work, [i][t][F][C]: the output channel's step and the input's.
	fs, cs := g.cin, 1
	if !g.forward {
		fs, cs = 1, g.cout
	}
	parallel(threads, t, func(p, _ int) {
		o, f0 := p*k*size, 0
		for _, m := range g.blocks {
			for i := range k {
				src := work[(i*t+p)*size+f0*fs:]
				for c := range g.cin {
					pick(g.u[o:o+m], src[c*cs:], fs)
					o += m
				}
			}
			f0 += m
		}
	})
}

// transform fills dst, [position][tile][channel][lane], from an input row.
func (g *wino) transform(dst, row, edge []float32) {
	pix := g.cin * g.set.Lanes
	m, t := g.f.M, g.f.T
	step := 4 * g.tiles * pix
	for tile := range g.tiles {
		x := tile*m - padding(g.f.K)
		if x >= 0 && x+t <= g.w {
			g.f.Input(&dst[tile*pix], &row[x*pix], pix, step, 4*pix)
			continue
		}
		gather(edge, row, x, t, g.w, pix)
		g.f.Input(&dst[tile*pix], &edge[0], pix, step, 4*pix)
	}
}

// gather copies pixels x to x+n of a row of w pixels; those beyond are zero.
func gather(dst, row []float32, x, n, w, pix int) {
	for p := range n {
		d := dst[p*pix : (p+1)*pix]
		if x+p < 0 || x+p >= w {
			clear(d)
		} else {
			copy(d, row[(x+p)*pix:(x+p+1)*pix])
		}
	}
}

// compute calculates output rows y0 to y1 of one block of images, whole input
// and output given; done is called after each row.
func (g *wino) compute(out, in []float32, y0, y1 int, work []float32, taps []kernel.Tap, done func(y int)) {
	lanes := g.set.Lanes
	k, t, m := g.f.K, g.f.T, g.f.M
	pixIn, pixOut := g.cin*lanes, g.cout*lanes
	slot := t * g.tiles * pixIn // floats of a transformed row
	ring, work := work[:k*slot], work[k*slot:]
	sums, edge := work[:t*g.tiles*pixOut], work[t*g.tiles*pixOut:]
	next := g.rows[y0][0].in // first input row that is not transformed yet
	for y := y0; y < y1; y++ {
		rows := g.rows[y]
		for ; next <= rows[len(rows)-1].in; next++ {
			g.transform(ring[next%k*slot:(next%k+1)*slot], in[next*g.w*pixIn:(next+1)*g.w*pixIn], edge)
		}
		for p := range t {
			o, f0 := p*k*g.cin*g.cout, 0
			for _, b := range g.blocks {
				for q, r := range rows {
					taps[q] = kernel.Tap{
						In: int64(4 * (r.in%k*slot + p*g.tiles*pixIn)),
						W:  int64(4 * r.slot * g.cin * b),
						K:  int64(g.cin),
					}
				}
				g.set.Conv(b)(&sums[p*g.tiles*pixOut+f0*lanes], &ring[0], &g.u[o], (*int64)(unsafe.Pointer(&taps[0])), len(rows),
					g.tiles, 4*pixOut, 4*pixIn, 0)
				o += k * g.cin * b
				f0 += b
			}
		}
		row := out[y*g.w*pixOut : (y+1)*g.w*pixOut]
		for tile := range g.tiles {
			x := tile * m
			if x+m <= g.w {
				g.f.Output(&row[x*pixOut], &sums[tile*pixOut], pixOut, 4*pixOut, 4*g.tiles*pixOut)
				continue
			}
			g.f.Output(&edge[0], &sums[tile*pixOut], pixOut, 4*pixOut, 4*g.tiles*pixOut)
			copy(row[x*pixOut:], edge[:(g.w-x)*pixOut])
		}
		done(y)
	}
}
