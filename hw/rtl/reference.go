package rtl

import "coexplore/hw"

// Reference computes a layer in plain loops, in the arithmetic of the engine for
// words of so many bits: see the package's comment. The design matters for the
// passes, each of which is rounded. The input and the output lie row by row, the
// channels of a pixel side by side.
func (l *Layer) Reference(input []int32, d hw.Tiling, bits int) []int32 {
	t := l.tiling(d)
	out := make([]int32, l.outputs())
	if l.Reduced {
		for c := range l.M {
			w := word{l: l, bits: bits}
			for r0 := 0; r0 < l.R; r0 += t.rows {
				for c0 := 0; c0 < l.C; c0 += t.cols {
					for y := r0; y < min(l.R, r0+t.rows); y++ {
						for x := c0; x < min(l.C, c0+t.cols); x++ {
							w.take(int64(input[(y*l.InCols+x)*l.N+c]) * int64(l.Unit))
						}
					}
					w.pass(c)
				}
			}
			out[c] = w.stored()
		}
		return out
	}
	for y := range l.R {
		for x := range l.C {
			for m := range l.M {
				out[(y*l.C+x)*l.M+m] = l.pixel(input, y, x, m, min(t.in, t.groupIn), bits)
			}
		}
	}
	return out
}

// pixel is one output, in passes of so many input channels.
func (l *Layer) pixel(input []int32, y, x, m, step, bits int) int32 {
	groupIn := l.N / l.Groups
	first := m / (l.M / l.Groups) * groupIn
	w := word{l: l, bits: bits}
	for from := 0; from < groupIn; from += step {
		for ky := range l.K {
			for kx := range l.K {
				iy, ix := y*l.S+ky-l.Pad, x*l.S+kx-l.Pad
				sum := int64(0)
				for n := from; n < min(groupIn, from+step); n++ {
					if iy < 0 || ix < 0 || iy >= l.InRows || ix >= l.InCols {
						continue
					}
					weight := int64(l.Unit)
					if l.Weighted {
						weight = int64(l.Weights[((m*groupIn+n)*l.K+ky)*l.K+kx])
					}
					sum += int64(input[(iy*l.InCols+ix)*l.N+first+n]) * weight
				}
				w.take(sum)
			}
		}
		w.pass(m)
	}
	return w.stored()
}

// word is an output word as it grows.
type word struct {
	l      *Layer
	bits   int
	sum    int64 // of the pass
	some   bool  // the pass has a sum
	passes int
	value  int64
}

// take adds what one position of the kernel brings.
func (w *word) take(v int64) {
	switch {
	case !w.some:
		w.sum = v
	case w.l.Largest:
		w.sum = max(w.sum, v)
	default:
		w.sum += v
	}
	w.some = true
}

// pass ends a pass of output channel m.
func (w *word) pass(m int) {
	if w.passes == 0 && w.l.Bias != nil {
		w.sum += w.l.Bias[m]
	}
	if w.l.Shift > 0 {
		w.sum = (w.sum + 1<<(w.l.Shift-1)) >> w.l.Shift
	}
	w.value = saturate(w.value+w.sum, w.bits)
	w.sum, w.some = 0, false
	w.passes++
}

func (w *word) stored() int32 {
	if w.l.ReLU {
		return int32(max(0, w.value))
	}
	return int32(w.value)
}

// saturate is the word of so many bits that is nearest.
func saturate(v int64, bits int) int64 {
	return max(-1<<(bits-1), min(v, 1<<(bits-1)-1))
}
