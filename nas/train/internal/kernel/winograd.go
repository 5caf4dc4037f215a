package kernel

import (
	"math"
	"unsafe"
)

// A LinearFunc multiplies by a fixed matrix: row r of dst, r*dstStep bytes from
// dst, becomes the sum over c of a[r][c] times row c of src. Rows are n floats
// long, a positive multiple of 16; steps may be negative.
type LinearFunc func(dst, src *float32, n, dstStep, srcStep int)

// A Winograd is the minimal filtering algorithm F(M, K) in one dimension: M
// outputs of a filter of K taps from T = M+K-1 products, where M*K are usual
// (Winograd 1980; Lavin and Gray 2016, section 4.1, for the matrices' names):
//
//	y = A'((G w) * (B' x))    dw = G'((A dy) * (B' x))
type Winograd struct {
	M, K, T    int
	Input      LinearFunc // B', T to T rows
	Output     LinearFunc // A', T to M
	Grad       LinearFunc // A, M to T
	Weight     LinearFunc // G, K to T
	WeightGrad LinearFunc // G', T to K
}

// winogradSizes are the M and K for which there are transforms.
var winogradSizes = [][2]int{{4, 3}, {4, 5}, {2, 7}}

// Winograd returns the algorithm for filters of k taps, or nil.
func (s *Set) Winograd(k int) *Winograd {
	for _, w := range s.winograd {
		if w.K == k {
			return w
		}
	}
	return nil
}

// WinogradMatrices are those of F(m, k) by interpolation at 0, 1, -1, 2, -2, 1/2,
// -1/2 (as many as are needed) and infinity: A' (m x t), G (t x k), B' (t x t).
func WinogradMatrices(m, k int) (at, g, bt [][]float64) {
	t := m + k - 1
	points := []float64{0, 1, -1, 2, -2, 0.5, -0.5}[:t-1]
	at, g, bt = zeros(m, t), zeros(t, k), zeros(t, t)
	for i, a := range points {
		norm := 1.0
		for j, b := range points {
			if j != i {
				norm *= a - b
			}
		}
		for r := range m {
			at[r][i] = math.Pow(a, float64(r))
		}
		for c := range k {
			g[i][c] = math.Pow(a, float64(c)) / norm
		}
		copy(bt[i], rootPolynomial(points, i))
	}
	copy(bt[t-1], rootPolynomial(points, -1))
	at[m-1][t-1], g[t-1][k-1] = 1, 1
	return at, g, bt
}

func zeros(rows, cols int) [][]float64 {
	a := make([][]float64, rows)
	for i := range a {
		a[i] = make([]float64, cols)
	}
	return a
}

// rootPolynomial is the product of (x-r) over the roots but one, lowest power
// first.
func rootPolynomial(roots []float64, but int) []float64 {
	p := []float64{1}
	for i, r := range roots {
		if i == but {
			continue
		}
		q := make([]float64, len(p)+1)
		for j, v := range p {
			q[j+1] += v
			q[j] -= r * v
		}
		p = q
	}
	return p
}

func transposed(a [][]float64) [][]float64 {
	b := zeros(len(a[0]), len(a))
	for r, row := range a {
		for c, v := range row {
			b[c][r] = v
		}
	}
	return b
}

// goWinograd are the transforms in plain Go.
func goWinograd() []*Winograd {
	var list []*Winograd
	for _, f := range winogradSizes {
		at, g, bt := WinogradMatrices(f[0], f[1])
		list = append(list, &Winograd{M: f[0], K: f[1], T: f[0] + f[1] - 1,
			Input: goLinear(bt), Output: goLinear(at), Grad: goLinear(transposed(at)),
			Weight: goLinear(g), WeightGrad: goLinear(transposed(g))})
	}
	return list
}

// goLinear multiplies by the matrix a.
func goLinear(a [][]float64) LinearFunc {
	rows := make([][]float32, len(a))
	for r := range a {
		for _, v := range a[r] {
			rows[r] = append(rows[r], float32(v))
		}
	}
	return func(dst, src *float32, n, dstStep, srcStep int) {
		for r, row := range rows {
			d := unsafe.Slice(ptr(dst, r*dstStep), n)
			clear(d)
			for c, k := range row {
				if k == 0 {
					continue
				}
				for i, v := range unsafe.Slice(ptr(src, c*srcStep), n) {
					d[i] += k * v
				}
			}
		}
	}
}
