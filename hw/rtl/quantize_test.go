package rtl

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"coexplore/hw"
)

// TestQuantize holds a network in fixed point against itself in real numbers: with 16
// bits the outputs are off by thousandths of the largest at most, with 8 by a tenth.
func TestQuantize(t *testing.T) {
	rng := rand.New(rand.NewPCG(19, 11))
	net := parse(t, "3x6,max2,dw3,1x8s2,gap", hw.Shape{C: 3, H: 12, W: 12})
	for bits, most := range map[int]float64{8: 0.1, 16: 0.001} {
		p := Program{Design: hw.Design{Tiling: hw.Tiling{Tm: 4, Tn: 2, Tr: 5, Tc: 4}, Ports: hw.Ports{W: 1, I: 1, O: 1}}, Bits: bits}
		var err error
		if p.Layers, err = FromNetwork(net, 0, len(net.Layers)-1, bits); err != nil {
			t.Fatal(err)
		}
		normal := func(n int, size float64) []float64 {
			out := make([]float64, n)
			for i := range out {
				out[i] = size * rng.NormFloat64()
			}
			return out
		}
		var real []Real
		for i := range p.Layers {
			l := &p.Layers[i]
			r := Real{}
			if l.Weighted {
				r = Real{normal(l.weights(), math.Sqrt(2/float64(l.N/l.Groups*l.K*l.K))), normal(l.M, 0.1)}
			}
			real = append(real, r)
		}
		pictures := [][]float64{normal(3*12*12, 1), normal(3*12*12, 1)}
		fractions, err := p.Quantize(real, pictures)
		if err != nil {
			t.Fatal(err)
		}
		in := pictures[0]
		for i, got := range p.Outputs() {
			l := &p.Layers[i]
			in = l.real(in, real[i], 2, new(float64))
			size := largest([][]float64{in})
			for k, v := range got {
				if d := math.Abs(math.Ldexp(float64(v), -fractions[i+1]) - in[k]); d > most*size {
					t.Errorf("%d bits, layer %d (%v): word %d stands for %v, want %v", bits, i+1, l.Loops, k, math.Ldexp(float64(v), -fractions[i+1]), in[k])
					break
				}
			}
		}
		twice := p.Repeat([][]int32{p.Layers[0].Input, Words(pictures[1], fractions[0], bits)})
		if out := twice.Outputs(); twice.Check() != nil || len(out) != 2*len(real) || !slices.Equal(out[len(real)-1], p.Outputs()[len(real)-1]) || slices.Equal(out[0], out[len(real)]) {
			t.Errorf("%d bits: the program on two pictures: %v", bits, twice.Check())
		}
		_, short := p.Quantize(real, [][]float64{{1}})
		_, few := p.Quantize(real[1:], pictures)
		if short == nil || few == nil || !strings.Contains(short.Error(), "want 432") {
			t.Errorf("%v; %v", short, few)
		}
	}
}

func TestWords(t *testing.T) {
	if got := Words([]float64{0.5, -1.25, 1000, -1000, 0.124}, 2, 8); !slices.Equal(got, []int32{2, -5, 127, -128, 0}) {
		t.Error(got)
	}
	if fraction(1, 8) != 6 || fraction(127, 8) != 0 || fraction(0.4, 16) != 16 || fraction(0, 8) != 7 {
		t.Error(fraction(1, 8), fraction(127, 8), fraction(0.4, 16))
	}
}
