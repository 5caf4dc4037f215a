package rtl

import (
	"fmt"
	"math"
)

// Real is a layer's weights as real numbers: M x N/Groups x K x K, batch normalisation
// folded in, and M biases. Layers without weights have neither.
type Real struct {
	Weights, Bias []float64
}

// Quantize gives the program's layers the words that stand for real weights, and the
// first the first picture. Words stand for multiples of a power of two, one for each map
// and one for each layer's weights: the smallest with which the weights, and the maps
// of all the pictures (computed in real numbers, after each pass) do not saturate.
// It returns the fraction bits of the input and of each layer's output. A picture is a
// map as Layer.Input is one.
func (p *Program) Quantize(real []Real, pictures [][]float64) ([]int, error) {
	if len(real) != len(p.Layers) || len(pictures) == 0 {
		return nil, fmt.Errorf("rtl: weights of %d layers and %d pictures for %d layers: want as many, and a picture at least", len(real), len(pictures), len(p.Layers))
	}
	maps := pictures
	fractions := []int{fraction(largest(pictures), p.Bits)}
	for i := range p.Layers {
		l := &p.Layers[i]
		if len(real[i].Weights) != l.weights() || l.Weighted && len(real[i].Bias) != l.M {
			return nil, fmt.Errorf("rtl: layer %d (%v): %d weights and %d biases, want %d and %d", i+1, l.Loops, len(real[i].Weights), len(real[i].Bias), l.weights(), l.M)
		}
		seen := 0.0
		next := make([][]float64, len(maps))
		for k, m := range maps {
			if want := l.InRows * l.InCols * l.N; len(m) != want {
				return nil, fmt.Errorf("rtl: layer %d (%v): a map of %d values, want %d", i+1, l.Loops, len(m), want)
			}
			next[k] = l.real(m, real[i], min(p.Design.Tn, l.N/l.Groups), &seen)
		}
		maps = next
		in, out := fractions[i], fractions[i]
		if l.Weighted {
			out = l.quantize(real[i], in, fraction(seen, p.Bits), p.Bits)
		}
		fractions = append(fractions, out)
	}
	p.Layers[0].Input = Words(pictures[0], fractions[0], p.Bits)
	return fractions, p.Check()
}

// Words are values as words of so many bits with so many fraction bits, rounded to
// the nearest and saturated.
func Words(values []float64, fraction, bits int) []int32 {
	out := make([]int32, len(values))
	for i, v := range values {
		v = math.Round(math.Ldexp(v, fraction))
		out[i] = int32(max(-float64(int64(1)<<(bits-1)), min(v, float64(int64(1)<<(bits-1)-1))))
	}
	return out
}

// Repeat is a program that runs p's layers on one picture after the other.
func (p *Program) Repeat(inputs [][]int32) *Program {
	out := &Program{Design: p.Design, Bits: p.Bits}
	for _, in := range inputs {
		at := len(out.Layers)
		out.Layers = append(out.Layers, p.Layers...)
		out.Layers[at].Input = in
	}
	return out
}

// quantize takes the layer's words, given the fraction bits of its input and those
// wished for its output, and returns the output's.
func (l *Layer) quantize(r Real, in, out, bits int) int {
	weights := fraction(largest([][]float64{r.Weights}), bits)
	mostShift := 22 // sums, which have 32 bits, hold the output before it is shifted
	if bits == 16 {
		mostShift = 30 // of 48
	}
	weights = min(weights, out+mostShift-in)
	out = min(out, in+weights)
	l.Shift = in + weights - out
	l.Weights = Words(r.Weights, weights, bits)
	l.Bias = make([]int64, l.M)
	for m, v := range r.Bias {
		l.Bias[m] = int64(math.Round(math.Ldexp(v, in+weights)))
	}
	return out
}

// fraction is the most fraction bits with which a value fits into a word.
func fraction(v float64, bits int) int {
	if v == 0 {
		return bits - 1
	}
	return int(math.Floor(math.Log2(float64(int64(1)<<(bits-1)-1) / v)))
}

// largest is the largest magnitude of all values.
func largest(lists [][]float64) float64 {
	v := 0.0
	for _, list := range lists {
		for _, x := range list {
			v = max(v, math.Abs(x))
		}
	}
	return v
}

// real computes the layer in real numbers. It raises seen to the largest magnitude
// that a word has after a pass of so many input channels.
func (l *Layer) real(in []float64, r Real, step int, seen *float64) []float64 {
	if l.Reduced {
		out := make([]float64, l.M)
		for i, v := range in {
			out[i%l.N] += v / float64(l.R*l.C)
		}
		return out
	}
	out := make([]float64, l.outputs())
	for i := range out {
		m, y, x := i%l.M, i/l.M/l.C, i/l.M%l.C
		v, groupIn := 0.0, l.N/l.Groups
		if l.Weighted {
			v = r.Bias[m]
		}
		for from := 0; from < groupIn; from += step {
			l.taps(y, x, m, from, min(groupIn, from+step), func(at, weight int) {
				switch {
				case l.Weighted:
					v += in[at] * r.Weights[weight]
				case l.Largest:
					v = max(v, in[at])
				default:
					v += math.Ldexp(in[at]*float64(l.Unit), -l.Shift)
				}
			})
			*seen = max(*seen, math.Abs(v))
		}
		if l.ReLU {
			v = max(0, v)
		}
		out[i] = v
	}
	return out
}

// taps calls f with the places of the input words, and of their weights, that an output
// word takes from some of the input channels of its group.
func (l *Layer) taps(y, x, m, from, until int, f func(at, weight int)) {
	groupIn := l.N / l.Groups
	first := m / (l.M / l.Groups) * groupIn
	for k := range l.K * l.K {
		iy, ix := y*l.S+k/l.K-l.Pad, x*l.S+k%l.K-l.Pad
		if iy < 0 || ix < 0 || iy >= l.InRows || ix >= l.InCols {
			continue
		}
		for n := from; n < until; n++ {
			f((iy*l.InCols+ix)*l.N+first+n, (m*groupIn+n)*l.K*l.K+k)
		}
	}
}
