package engine

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"coexplore/internal/heavy"
	"coexplore/nas/train/internal/kernel"
)

// naive is a convolution in float64 loops over one block of images, with both
// gradients, in the engine's layout: [pixel][channel][image].
type naive struct {
	h, w, c, f, k, s, oh, ow, lanes int

	x, d           []float64
	out, din, grad sums
}

// sums are sums and, beside each, that of its terms' magnitudes, which rounding
// errors are measured by.
type sums struct{ value, magnitude []float64 }

func newSums(n int) sums { return sums{make([]float64, n), make([]float64, n)} }

func (v *naive) run(weights []float32) {
	for oy := range v.oh {
		for ox := range v.ow {
			for i := range v.k {
				for j := range v.k {
					y, x := oy*v.s+i-v.k/2, ox*v.s+j-v.k/2
					if y < 0 || x < 0 || y >= v.h || x >= v.w {
						continue
					}
					v.pixel(oy*v.ow+ox, y*v.w+x, i*v.k+j, weights)
				}
			}
		}
	}
}

// pixel adds what output pixel o and input pixel p share through tap t.
func (v *naive) pixel(o, p, t int, weights []float32) {
	for m := range v.f {
		from, to := (o*v.f+m)*v.lanes, (o*v.f+m+1)*v.lanes
		d, out, outSize := v.d[from:to], v.out.value[from:to], v.out.magnitude[from:to]
		for c := range v.c {
			from, to := (p*v.c+c)*v.lanes, (p*v.c+c+1)*v.lanes
			x, din, dinSize := v.x[from:to], v.din.value[from:to], v.din.magnitude[from:to]
			at := (t*v.f+m)*v.c + c
			w, g, size := float64(weights[at]), 0.0, 0.0
			for n, xv := range x {
				wx, wd, xd := w*xv, w*d[n], xv*d[n]
				out[n] += wx
				outSize[n] += math.Abs(wx)
				din[n] += wd
				dinSize[n] += math.Abs(wd)
				g += xd
				size += math.Abs(xd)
			}
			v.grad.value[at] += g
			v.grad.magnitude[at] += size
		}
	}
}

func random(n int, rng *rand.Rand) []float32 {
	a := aligned(n)
	for i := range a {
		a[i] = float32(rng.NormFloat64())
	}
	return a
}

func double(a []float32) []float64 {
	b := make([]float64, len(a))
	for i, v := range a {
		b[i] = float64(v)
	}
	return b
}

// checkConv compares forward pass and both gradients of one shape with the
// naive loops.
func checkConv(set *kernel.Set, h, w, c, f, k, s int, rng *rand.Rand) error {
	lanes, blocks := set.Lanes, 1+rng.IntN(2)
	l := newConv(set, h, w, c, f, k, s, false, false, aligned)
	copy(l.Weights, random(len(l.Weights), rng))
	sizeX, sizeO := h*w*c*lanes, l.OH*l.OW*f*lanes
	x, d := random(blocks*sizeX, rng), random(blocks*sizeO, rng)
	out, din := aligned(len(d)), aligned(len(x))
	taps := make([]kernel.Tap, k)
	shared := aligned(l.packScratch())
	work := [][]float32{aligned(l.workerScratch()), aligned(l.workerScratch())}
	l.fwd.pack(l.Weights, shared, 2)
	l.bwd.pack(l.Weights, shared, 2)
	for nb := range blocks {
		l.fwd.compute(out[nb*sizeO:], x[nb*sizeX:], 0, l.OH, work[0], taps, func(int) {})
		l.bwd.compute(din[nb*sizeX:], d[nb*sizeO:], 0, h/2, work[0], taps, func(int) {})
		l.bwd.compute(din[nb*sizeX:], d[nb*sizeO:], h/2, h, work[0], taps, func(int) {})
	}
	l.wgrad.compute(x, d, blocks, 2, shared, work)
	v := naive{h: h, w: w, c: c, f: f, k: k, s: s, oh: l.OH, ow: l.OW, lanes: lanes, grad: newSums(len(l.Weights))}
	for nb := range blocks {
		v.x, v.d = double(x[nb*sizeX:(nb+1)*sizeX]), double(d[nb*sizeO:(nb+1)*sizeO])
		v.out, v.din = newSums(sizeO), newSums(sizeX)
		v.run(l.Weights)
		if err := v.out.near("output", out[nb*sizeO:]); err != nil {
			return err
		}
		if err := v.din.near("input gradient", din[nb*sizeX:]); err != nil {
			return err
		}
	}
	return v.grad.near("weight gradient", l.Grad)
}

// tolerance is for sums in float32 and for Winograd's transforms.
const tolerance = 1e-5

// near allows got the rounding errors of float32 sums.
func (s *sums) near(what string, got []float32) error {
	for i, want := range s.value {
		if !(math.Abs(float64(got[i])-want) <= tolerance*s.magnitude[i]) {
			return fmt.Errorf("%s %d: %g, want %g", what, i, got[i], want)
		}
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
							t.Errorf("window %d stride %d shape %v: %v", k, s, shape, err)
						}
					}
				}
			}
		})
	}
}

// TestEveryChannelCount goes through all channel counts from 1 to 70, in and
// out, with every window size and stride where heavy tests run; otherwise through a third of the
// counts and one combination each.
func TestEveryChannelCount(t *testing.T) {
	if !heavy.On() {
		t.Log("a third of the channel counts, one window size and stride each; COEXPLORE_HEAVY=1 go test tries all")
	}
	for _, set := range kernel.Available() {
		for combination := range 8 {
			k, s := 1+combination/2*2, 1+combination%2
			t.Run(fmt.Sprintf("%s/window %d stride %d", set.Name, k, s), func(t *testing.T) {
				t.Parallel()
				rng := rand.New(rand.NewPCG(3, uint64(combination)))
				for c := 1; c <= 70; c++ {
					if !heavy.On() && (combination != c*3%8 || c%3 != 1) {
						continue
					}
					for _, f := range []int{71 - c, 1 + (c*29)%70} {
						h, w := 3+rng.IntN(2)*2, 5+rng.IntN(2)*2
						if err := checkConv(set, h, w, c, f, k, s, rng); err != nil {
							t.Errorf("%d to %d channels of %dx%d: %v", c, f, h, w, err)
						}
						if !heavy.On() || runtime.GOARCH == "arm64" { // an emulator takes its time
							break
						}
					}
				}
			})
		}
	}
}

// TestGradients compares the gradients of whole networks with finite differences
// of their loss, for both heads, odd sizes and a batch that does not fill its
// blocks.
func TestGradients(t *testing.T) {
	for _, set := range kernel.Available() {
		for _, pool := range []bool{false, true} {
			rng := rand.New(rand.NewPCG(5, 6))
			cfg := Config{C: 2, H: 7, W: 9, Layers: []Layer{{3, 8, 1}, {3, 8, 1}, {5, 6, 2}}, Classes: 3, Pool: pool, Batch: 11, Set: set, Threads: 2}
			n := New(cfg, new(Arena))
			n.Init(rng)
			labels := make([]uint8, 11)
			for i := range labels {
				labels[i] = uint8(i % 3)
				n.SetImage(i, func(c, y, x int) float32 { return float32(rng.NormFloat64()) })
			}
			n.Gradients(labels, 0.1)
			for _, p := range n.Params {
				grad := append([]float32(nil), p.Grad...)
				// The direction of the gradient itself is the one in which a
				// difference stands out most from rounding and ReLU kinks.
				norm := 0.0
				for _, g := range grad {
					norm += float64(g) * float64(g)
				}
				if norm == 0 {
					t.Fatalf("%s: gradient of %s is zero", set.Name, p.Name)
				}
				loss := func(e float64) float64 {
					old := append([]float32(nil), p.Value...)
					for i := range p.Value {
						p.Value[i] += float32(e * float64(grad[i]) / math.Sqrt(norm))
					}
					l, _ := n.Gradients(labels, 0.1)
					copy(p.Value, old)
					return l
				}
				const e = 2e-3
				got := (loss(e) - loss(-e)) / (2 * e)
				if want := math.Sqrt(norm); math.Abs(got-want) > 0.02*want+1e-3 {
					t.Errorf("%s, pool %v: slope along the gradient of %s is %.5f by differences, %.5f by Gradients", set.Name, pool, p.Name, got, want)
				}
			}
		}
	}
}
