package controller

import "slices"

// The four gates of a hidden unit, in the order in which they lie in memory.
const (
	input = iota
	forget
	cell
	output
)

// A tensor is weights with their gradient and Adam's two moments.
type tensor[T any] struct{ w, g, m, v []T }

// A matrix is of numbers; the last dimension of a matrix4 is the four gates.
type (
	matrix  = tensor[float64]
	matrix4 = tensor[[4]float64]
)

func newTensor[T any](n int) tensor[T] {
	return tensor[T]{make([]T, n), make([]T, n), make([]T, n), make([]T, n)}
}

func (a tensor[T]) clone() tensor[T] {
	return tensor[T]{slices.Clone(a.w), slices.Clone(a.g), slices.Clone(a.m), slices.Clone(a.v)}
}

// The loops below run over slices cut to one length, so that the compiler
// needs no bounds checks, and keep their sums in registers.

// dot4 returns, for each gate, z + sum_j w[j]*x[j].
func dot4(z [4]float64, w [][4]float64, x []float64) [4]float64 {
	w = w[:len(x)]
	a, b, c, d := z[0], z[1], z[2], z[3]
	for j, xj := range x {
		r := &w[j]
		a += float64(r[0] * xj)
		b += float64(r[1] * xj)
		c += float64(r[2] * xj)
		d += float64(r[3] * xj)
	}
	return [4]float64{a, b, c, d}
}

// addDot4 does z[i][gate] += sum_j w[i][j][gate] * x[j] for the len(z) rows of
// w, two rows at a time.
func addDot4(z, w [][4]float64, x []float64) {
	n := len(x)
	i := 0
	for ; i+2 <= len(z); i += 2 {
		w0 := w[i*n:][:n]
		w1 := w[(i+1)*n:][:n]
		w0 = w0[:len(x)]
		w1 = w1[:len(x)]
		z0, z1 := &z[i], &z[i+1]
		a0, b0, c0, d0 := z0[0], z0[1], z0[2], z0[3]
		a1, b1, c1, d1 := z1[0], z1[1], z1[2], z1[3]
		for j, xj := range x {
			r, s := &w0[j], &w1[j]
			a0 += float64(r[0] * xj)
			b0 += float64(r[1] * xj)
			c0 += float64(r[2] * xj)
			d0 += float64(r[3] * xj)
			a1 += float64(s[0] * xj)
			b1 += float64(s[1] * xj)
			c1 += float64(s[2] * xj)
			d1 += float64(s[3] * xj)
		}
		*z0 = [4]float64{a0, b0, c0, d0}
		*z1 = [4]float64{a1, b1, c1, d1}
	}
	if i < len(z) {
		z[i] = dot4(z[i], w[i*n:], x)
	}
}

// addOuter4 does g[i][j][gate] += sum_t d[i][t][gate] * x[j][t] for all i < rows
// and j < cols, where t runs over n steps. d has rows rows and x cols rows, of
// stride numbers each, of which the first n count.
func addOuter4(g, d [][4]float64, x []float64, rows, cols, n, stride int) {
	if n == 0 {
		return
	}
	for i := range rows {
		di := d[i*stride:][:n]
		gi := g[i*cols:][:cols]
		j := 0
		for ; j+2 <= cols; j += 2 {
			x0 := x[j*stride:][:n]
			x1 := x[(j+1)*stride:][:n]
			x0 = x0[:len(di)]
			x1 = x1[:len(di)]
			g0, g1 := &gi[j], &gi[j+1]
			a0, b0, c0, d0 := g0[0], g0[1], g0[2], g0[3]
			a1, b1, c1, d1 := g1[0], g1[1], g1[2], g1[3]
			for t := range di {
				r := &di[t]
				u, v := x0[t], x1[t]
				a0 += float64(r[0] * u)
				b0 += float64(r[1] * u)
				c0 += float64(r[2] * u)
				d0 += float64(r[3] * u)
				a1 += float64(r[0] * v)
				b1 += float64(r[1] * v)
				c1 += float64(r[2] * v)
				d1 += float64(r[3] * v)
			}
			*g0 = [4]float64{a0, b0, c0, d0}
			*g1 = [4]float64{a1, b1, c1, d1}
		}
		if j < cols {
			gi[j] = dot4(gi[j], di, x[j*stride:][:n])
		}
	}
}

// addTranspose4 does y[j] += sum_i sum_gate w[i][j][gate] * d[i][gate] for the
// len(d) rows of w, two rows at a time.
func addTranspose4(y []float64, w, d [][4]float64) {
	n := len(y)
	i := 0
	for ; i+2 <= len(d); i += 2 {
		w0 := w[i*n:][:n]
		w1 := w[(i+1)*n:][:n]
		w0 = w0[:len(y)]
		w1 = w1[:len(y)]
		a0, b0, c0, d0 := d[i][0], d[i][1], d[i][2], d[i][3]
		a1, b1, c1, d1 := d[i+1][0], d[i+1][1], d[i+1][2], d[i+1][3]
		for j := range y {
			r, s := &w0[j], &w1[j]
			u := float64(r[0]*a0) + float64(r[1]*b0)
			v := float64(r[2]*c0) + float64(r[3]*d0)
			u += float64(s[0]*a1) + float64(s[1]*b1)
			v += float64(s[2]*c1) + float64(s[3]*d1)
			y[j] += u + v
		}
	}
	if i < len(d) {
		wi := w[i*n:][:n]
		wi = wi[:len(y)]
		a, b, c, e := d[i][0], d[i][1], d[i][2], d[i][3]
		for j := range y {
			r := &wi[j]
			y[j] += (float64(r[0]*a) + float64(r[1]*b)) + (float64(r[2]*c) + float64(r[3]*e))
		}
	}
}

// dot returns the sum of x[j]*y[j].
func dot(x, y []float64) float64 {
	y = y[:len(x)]
	var a, b, c, d float64
	for len(x) >= 4 && len(y) >= 4 {
		a += float64(x[0] * y[0])
		b += float64(x[1] * y[1])
		c += float64(x[2] * y[2])
		d += float64(x[3] * y[3])
		x, y = x[4:], y[4:]
	}
	for j, v := range x {
		a += float64(v * y[j])
	}
	return (a + b) + (c + d)
}

// addScaled does y[j] += s*x[j].
func addScaled(y []float64, s float64, x []float64) {
	x = x[:len(y)]
	for j := range y {
		y[j] += float64(s * x[j])
	}
}
