package engine

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"coexplore/nas/train/internal/kernel"
)

// naive is a convolution in float64 loops over one image, with both gradients.
type naive struct{ h, w, c, f, k, s, oh, ow int }

func (v naive) each(f func(o, x, w int)) {
	for oy := range v.oh {
		for ox := range v.ow {
			for i := range v.k {
				for j := range v.k {
					y, x := oy*v.s+i-v.k/2, ox*v.s+j-v.k/2
					if y < 0 || x < 0 || y >= v.h || x >= v.w {
						continue
					}
					for c := range v.c {
						for m := range v.f {
							f((oy*v.ow+ox)*v.f+m, (y*v.w+x)*v.c+c, ((i*v.k+j)*v.f+m)*v.c+c)
						}
					}
				}
			}
		}
	}
}

// at finds image n of an array whose images have size values.
func at(size, lanes, n, i int) int { return (n/lanes*size+i)*lanes + n%lanes }

func random(n int, rng *rand.Rand) []float32 {
	a := aligned(n)
	for i := range a {
		a[i] = float32(rng.NormFloat64())
	}
	return a
}

// checkConv compares forward pass and both gradients of one shape with the
// naive loops.
func checkConv(set *kernel.Set, h, w, c, f, k, s int, rng *rand.Rand) error {
	lanes, blocks := set.Lanes, 2
	l := newConv(set, h, w, c, f, k, s, false, false, aligned)
	copy(l.Weights, random(len(l.Weights), rng))
	x := random(blocks*h*w*c*lanes, rng)
	d := random(blocks*l.OH*l.OW*f*lanes, rng)
	out, din := aligned(len(d)), aligned(len(x))
	taps := make([]kernel.Tap, k)
	shared := aligned(l.packScratch())
	work := [][]float32{aligned(l.workerScratch()), aligned(l.workerScratch())}
	l.fwd.pack(l.Weights, shared, 2)
	l.bwd.pack(l.Weights, shared, 2)
	for nb := range blocks {
		l.fwd.compute(out[nb*l.OH*l.OW*f*lanes:], x[nb*h*w*c*lanes:], 0, l.OH, work[0], taps, func(int) {})
		l.bwd.compute(din[nb*h*w*c*lanes:], d[nb*l.OH*l.OW*f*lanes:], 0, h/2, work[0], taps, func(int) {})
		l.bwd.compute(din[nb*h*w*c*lanes:], d[nb*l.OH*l.OW*f*lanes:], h/2, h, work[0], taps, func(int) {})
	}
	l.wgrad.compute(x, d, blocks, 2, shared, work)
	v := naive{h, w, c, f, k, s, l.OH, l.OW}
	sizeX, sizeO := h*w*c, l.OH*l.OW*f
	grad := make([]float64, len(l.Weights))
	gradAbs := make([]float64, len(l.Weights))
	for n := range blocks * lanes {
		want, wantAbs := make([]float64, sizeO), make([]float64, sizeO)
		wantD, wantDAbs := make([]float64, sizeX), make([]float64, sizeX)
		xs, ds := make([]float64, sizeX), make([]float64, sizeO)
		for i := range xs {
			xs[i] = float64(x[at(sizeX, lanes, n, i)])
		}
		for i := range ds {
			ds[i] = float64(d[at(sizeO, lanes, n, i)])
		}
		v.each(func(o, x, w int) {
			wv := float64(l.Weights[w])
			want[o] += wv * xs[x]
			wantAbs[o] += math.Abs(wv * xs[x])
			wantD[x] += wv * ds[o]
			wantDAbs[x] += math.Abs(wv * ds[o])
			grad[w] += xs[x] * ds[o]
			gradAbs[w] += math.Abs(xs[x] * ds[o])
		})
		for i, g := range want {
			if err := near("output", i, out[at(sizeO, lanes, n, i)], g, wantAbs[i]); err != nil {
				return err
			}
		}
		for i, g := range wantD {
			if err := near("input gradient", i, din[at(sizeX, lanes, n, i)], g, wantDAbs[i]); err != nil {
				return err
			}
		}
	}
	for i, g := range grad {
		if err := near("weight gradient", i, l.Grad[i], g, gradAbs[i]); err != nil {
			return err
		}
	}
	return nil
}

// tolerance is for sums in float32 and for Winograd's transforms.
const tolerance = 1e-5

// near allows an error of the sum of rounding errors of float32 sums.
func near(what string, i int, got float32, want, magnitude float64) error {
	if math.Abs(float64(got)-want) > tolerance*magnitude {
		return fmt.Errorf("%s %d: %g, want %g", what, i, got, want)
	}
	return nil
}

func TestConvAgainstNaiveLoops(t *testing.T) {
	for _, set := range kernel.Available() {
		t.Run(set.Name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			for _, k := range []int{1, 3, 5, 7} {
				for _, s := range []int{1, 2, 3} {
					for _, shape := range [][4]int{{1, 1, 1, 1}, {5, 7, 3, 5}, {9, 4, 10, 13}, {6, 6, 36, 24}, {3, 11, 17, 31}} {
						if err := checkConv(set, shape[0], shape[1], shape[2], shape[3], k, s, rng); err != nil {
							t.Errorf("kernel %d stride %d shape %v: %v", k, s, shape, err)
						}
					}
				}
			}
		})
	}
}
