package main

import (
	"fmt"
	"math"
	"strconv"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// winograd writes the transforms of the minimal filtering algorithms F(m, k):
// m outputs of a filter of k taps from m+k-1 products (Winograd 1980; Lavin and
// Gray 2016). Kernel package's table says what each is for.
func (s isa) winograd() {
	for _, f := range [][2]int{{4, 3}, {4, 5}, {2, 7}} {
		m, k := f[0], f[1]
		at, g, bt := matrices(m, k)
		id := fmt.Sprintf("%dx%d", m, k)
		s.linear("winoInput"+id, bt)
		s.linear("winoOutput"+id, at)
		s.linear("winoGrad"+id, transpose(at))
		s.linear("winoWeight"+id, g)
		s.linear("winoWeightGrad"+id, transpose(g))
	}
}

// matrices are those of F(m, k), by interpolation at 0, 1, -1, 2, -2, 1/2, -1/2
// (as many as are needed) and infinity.
func matrices(m, k int) (at, g, bt [][]float64) {
	t := m + k - 1
	p := []float64{0, 1, -1, 2, -2, 0.5, -0.5}[:t-1]
	zeros := func(r, c int) [][]float64 {
		a := make([][]float64, r)
		for i := range a {
			a[i] = make([]float64, c)
		}
		return a
	}
	at, g, bt = zeros(m, t), zeros(t, k), zeros(t, t)
	for i, a := range p {
		norm := 1.0
		poly := []float64{1}
		for j, b := range p {
			if j != i {
				norm *= a - b
				poly = timesRoot(poly, b)
			}
		}
		for r := range m {
			at[r][i] = math.Pow(a, float64(r))
		}
		for c := range k {
			g[i][c] = math.Pow(a, float64(c)) / norm
		}
		copy(bt[i], poly)
	}
	poly := []float64{1}
	for _, b := range p {
		poly = timesRoot(poly, b)
	}
	copy(bt[t-1], poly)
	at[m-1][t-1], g[t-1][k-1] = 1, 1
	return at, g, bt
}

// timesRoot multiplies a polynomial, lowest power first, by x-r.
func timesRoot(p []float64, r float64) []float64 {
	q := make([]float64, len(p)+1)
	for i, v := range p {
		q[i+1] += v
		q[i] -= r * v
	}
	return q
}

func transpose(a [][]float64) [][]float64 {
	b := make([][]float64, len(a[0]))
	for i := range b {
		for _, row := range a {
			b[i] = append(b[i], row[i])
		}
	}
	return b
}

// constants are vectors of one repeated value, by value.
var constants = map[string]Mem{}

func (s isa) constant(v float64) Mem {
	key := fmt.Sprintf("%s%08x", s.suffix, math.Float32bits(float32(v)))
	if m, ok := constants[key]; ok {
		return m
	}
	m := GLOBL("const"+key, 8|16)
	for i := 0; i < s.bytes; i += 4 {
		DATA(i, F32(float32(v)))
	}
	constants[key] = m
	return m
}

// linear writes a kernel that multiplies by a fixed matrix: row r of dst, r*dstStep
// bytes from dst, is the sum over c of a[r][c] times row c of src; rows are n
// floats long. Rows or columns of a that differ by signs alone share their work.
func (s isa) linear(name string, a [][]float64) {
	TEXT(name+s.suffix, NOSPLIT, "func(dst, src *float32, n, dstStep, srcStep int)")
	Pragma("noescape")
	Doc(name + s.suffix + " is a Winograd transform of " + strconv.Itoa(len(a[0])) + " rows into " + strconv.Itoa(len(a)) + ".")
	rows := func(param, step string, n int) func(int) Mem {
		st := Load(Param(step), GP64())
		base := []reg.Register{Load(Param(param), GP64())}
		for i := 3; i < n; i += 3 {
			p := GP64()
			LEAQ(Mem{Base: base[len(base)-1], Index: st, Scale: 2}, p)
			ADDQ(st, p)
			base = append(base, p)
		}
		pointers = append(pointers, base...)
		return func(i int) Mem {
			m := Mem{Base: base[i/3]}
			if i%3 > 0 {
				m.Index, m.Scale = st, uint8(i%3)
			}
			return m
		}
	}
	pointers = nil
	n := Load(Param("n"), GP64())
	dst, src := rows("dst", "dstStep", len(a)), rows("src", "srcStep", len(a[0]))
	Label("loop")
	x := make([]reg.VecVirtual, len(a[0]))
	for c := range x {
		x[c] = s.vec()
		VMOVUPS(src(c), x[c])
	}
	// Columns that differ by signs alone: their sum and difference.
	type term struct {
		v reg.VecVirtual
		c float64
	}
	terms := make([][]term, len(a))
	for c := 0; c < len(x); c++ {
		if c+1 < len(x) && alike(transpose(a)[c], transpose(a)[c+1]) {
			sum := s.vec()
			VADDPS(x[c+1], x[c], sum)
			VSUBPS(x[c+1], x[c], x[c])
			for r := range a {
				if a[r][c] == 0 {
					continue
				}
				if a[r][c] == a[r][c+1] {
					terms[r] = append(terms[r], term{sum, a[r][c]})
				} else {
					terms[r] = append(terms[r], term{x[c], a[r][c]})
				}
			}
			c++
			continue
		}
		for r := range a {
			if a[r][c] != 0 {
				terms[r] = append(terms[r], term{x[c], a[r][c]})
			}
		}
	}
	add := func(ts []term) reg.VecVirtual {
		acc := s.vec()
		for i, t := range ts {
			switch {
			case i == 0 && t.c == 1:
				VMOVAPS(t.v, acc)
			case i == 0:
				VMULPS(s.constant(t.c), t.v, acc)
			case t.c == 1:
				VADDPS(t.v, acc, acc)
			case t.c == -1:
				VSUBPS(t.v, acc, acc)
			default:
				VFMADD231PS(s.constant(t.c), t.v, acc)
			}
		}
		return acc
	}
	for r := 0; r < len(a); r++ {
		if r+1 < len(a) && len(terms[r]) > 2 && alike(a[r], a[r+1]) {
			var even, odd []term
			for i, t := range terms[r] {
				if t.c == terms[r+1][i].c {
					even = append(even, t)
				} else {
					odd = append(odd, t)
				}
			}
			e, o := add(even), add(odd)
			y := s.vec()
			VADDPS(o, e, y)
			VMOVUPS(y, dst(r))
			VSUBPS(o, e, e)
			VMOVUPS(e, dst(r+1))
			r++
			continue
		}
		VMOVUPS(add(terms[r]), dst(r))
	}
	for _, p := range pointers {
		ADDQ(U8(s.bytes), p)
	}
	SUBQ(U8(s.bytes/4), n)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
}

var pointers []reg.Register

// alike tells whether two rows differ by the signs of some elements, and in some
// but not in all.
func alike(a, b []float64) bool {
	same, minus := 0, 0
	for i, v := range a {
		switch {
		case v == 0 && b[i] == 0:
		case v == b[i]:
			same++
		case v == -b[i]:
			minus++
		default:
			return false
		}
	}
	return same > 0 && minus > 0
}
