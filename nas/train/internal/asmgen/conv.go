package main

import (
	"strconv"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// conv writes the convolution kernel of m output channels by two vectors of
// images. For each of npix pixels it starts from zero (or, with acc set, from
// what out holds) and adds, for every tap, the product of a run of k input
// rows with the packed weights, m to a row.
func (s isa) conv(m int) {
	TEXT("conv"+s.suffix+strconv.Itoa(m), NOSPLIT, "func(out, in, w *float32, taps *int64, ntaps, npix, outPix, inPix, acc int)")
	Pragma("noescape")
	Doc("conv" + s.suffix + strconv.Itoa(m) + " is the convolution kernel of " + strconv.Itoa(m) + " output channels.")
	out := Load(Param("out"), GP64())
	in := Load(Param("in"), GP64())
	w := Load(Param("w"), GP64())
	npix := Load(Param("npix"), GP64())
	outPix := Load(Param("outPix"), GP64())
	inPix := Load(Param("inPix"), GP64())
	add := Load(Param("acc"), GP64())
	vb := s.bytes

	acc := make([][2]reg.VecVirtual, m)
	for r := range acc {
		acc[r] = [2]reg.VecVirtual{s.vec(), s.vec()}
	}
	tap, nt, p, q, k := GP64(), GP64(), GP64(), GP64(), GP64()
	b0, b1 := s.vec(), s.vec()
	nb := 2
	if s.suffix == "Z" {
		nb = 4
	}
	nb = min(nb, m)
	br := make([]reg.VecVirtual, nb)
	for i := range br {
		br[i] = s.vec()
	}

	Label("pixel")
	TESTQ(add, add)
	JNZ(LabelRef("load"))
	for r := range acc {
		for j := range 2 {
			v := acc[r][j]
			if s.suffix == "Z" {
				VPXORD(v, v, v)
			} else {
				VXORPS(v, v, v)
			}
		}
	}
	JMP(LabelRef("start"))
	Label("load")
	for r := range acc {
		for j := range 2 {
			VMOVUPS(Mem{Base: out, Disp: (2*r + j) * vb}, acc[r][j])
		}
	}
	Label("start")
	Load(Param("taps"), tap)
	Load(Param("ntaps"), nt)
	TESTQ(nt, nt)
	JZ(LabelRef("store"))
	Label("taploop")
	MOVQ(Mem{Base: tap}, p)
	ADDQ(in, p)
	MOVQ(Mem{Base: tap, Disp: 8}, q)
	ADDQ(w, q)
	MOVQ(Mem{Base: tap, Disp: 16}, k)
	Label("kloop")
	VMOVUPS(Mem{Base: p}, b0)
	VMOVUPS(Mem{Base: p, Disp: vb}, b1)
	for r := range m {
		b := br[r%nb]
		VBROADCASTSS(Mem{Base: q, Disp: 4 * r}, b)
		VFMADD231PS(b0, b, acc[r][0])
		VFMADD231PS(b1, b, acc[r][1])
	}
	ADDQ(U32(uint32(2*vb)), p)
	ADDQ(U32(uint32(4*m)), q)
	DECQ(k)
	JNZ(LabelRef("kloop"))
	ADDQ(U8(24), tap)
	DECQ(nt)
	JNZ(LabelRef("taploop"))
	Label("store")
	for r := range acc {
		for j := range 2 {
			VMOVUPS(acc[r][j], Mem{Base: out, Disp: (2*r + j) * vb})
		}
	}
	ADDQ(outPix, out)
	ADDQ(inPix, in)
	DECQ(npix)
	JNZ(LabelRef("pixel"))
	VZEROUPPER()
	RET()
}
