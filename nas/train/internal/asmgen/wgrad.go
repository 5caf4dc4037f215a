package main

import (
	"strconv"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// wgrad writes the weight-gradient kernel of mf output by mc input channels
// at one tap: the sum over nrow rows of npix pixels and over the images of
// the products of d (mf channels) and x (mc channels), added to dw.
func (s isa) wgrad(mf, mc int) {
	name := "wgrad" + s.suffix + strconv.Itoa(mf) + "x" + strconv.Itoa(mc)
	TEXT(name, NOSPLIT, "func(dw, d, x *float32, dwRow, npix, nrow, dPix, xPix, dRow, xRow int)")
	Pragma("noescape")
	Doc(name + " is the weight-gradient kernel of " + strconv.Itoa(mf) + " output by " + strconv.Itoa(mc) + " input channels.")
	dw := Load(Param("dw"), GP64())
	d := Load(Param("d"), GP64())
	x := Load(Param("x"), GP64())
	np := GP64()
	nr := Load(Param("nrow"), GP64())
	dPix := Load(Param("dPix"), GP64())
	xPix := Load(Param("xPix"), GP64())
	p, q := GP64(), GP64()
	vb := s.bytes

	acc := make([][]reg.VecVirtual, mf)
	for r := range acc {
		acc[r] = make([]reg.VecVirtual, mc)
		for j := range acc[r] {
			acc[r][j] = s.zero()
		}
	}
	products := s.products(mf, mc)
	t := GP64()

	Label("row")
	MOVQ(d, p)
	MOVQ(x, q)
	Load(Param("npix"), np)
	Label("pixel")
	for v := range 2 {
		products(p, q, v*vb, acc)
	}
	ADDQ(dPix, p)
	ADDQ(xPix, q)
	DECQ(np)
	JNZ(LabelRef("pixel"))
	Load(Param("dRow"), t)
	ADDQ(t, d)
	Load(Param("xRow"), t)
	ADDQ(t, x)
	DECQ(nr)
	JNZ(LabelRef("row"))

	Load(Param("dwRow"), t)
	for r := range mf {
		for j := range mc {
			x := s.sum(acc[r][j])
			VADDSS(Mem{Base: dw, Disp: 4 * j}, x, x)
			VMOVSS(x, Mem{Base: dw, Disp: 4 * j})
		}
		if r+1 < mf {
			ADDQ(t, dw)
		}
	}
	VZEROUPPER()
	RET()
}

// products adds to acc the products of one vector of each channel of d at p and of x at q.
// With AVX2, which has 16 registers, d's stay in registers and x's follow one another, or
// 3x4 would take 17; with AVX-512, which has 32, x's stay.
func (s isa) products(mf, mc int) func(p, q reg.Register, at int, acc [][]reg.VecVirtual) {
	vecs := func(n int) []reg.VecVirtual {
		v := make([]reg.VecVirtual, n)
		for i := range v {
			v[i] = s.vec()
		}
		return v
	}
	load := func(base reg.Register, channel, at int, v reg.VecVirtual) {
		VMOVUPS(Mem{Base: base, Disp: 2*channel*s.bytes + at}, v)
	}
	if s.suffix == "Y" {
		dv, xv := vecs(mf), vecs(1)[0]
		return func(p, q reg.Register, at int, acc [][]reg.VecVirtual) {
			for r := range mf {
				load(p, r, at, dv[r])
			}
			for j := range mc {
				load(q, j, at, xv)
				for r := range mf {
					VFMADD231PS(xv, dv[r], acc[r][j])
				}
			}
		}
	}
	xv, dv := vecs(mc), vecs(2)
	return func(p, q reg.Register, at int, acc [][]reg.VecVirtual) {
		for j := range mc {
			load(q, j, at, xv[j])
		}
		for r := range mf {
			load(p, r, at, dv[r%2])
			for j := range mc {
				VFMADD231PS(xv[j], dv[r%2], acc[r][j])
			}
		}
	}
}

// sum adds up the lanes of a, in a fixed tree.
func (s isa) sum(a reg.VecVirtual) reg.VecVirtual {
	y := a
	if s.suffix == "Z" {
		y = YMM()
		VEXTRACTF64X4(U8(1), a, y)
		VADDPS(y, a.AsY(), y)
	}
	h, t := XMM(), XMM()
	if s.suffix == "Z" {
		VEXTRACTF32X4(U8(1), y, h)
	} else {
		VEXTRACTF128(U8(1), y, h)
	}
	VADDPS(h, y.AsX(), h)
	VMOVHLPS(h, h, t)
	VADDPS(t, h, h)
	VMOVSHDUP(h, t)
	VADDSS(t, h, h)
	return h
}
