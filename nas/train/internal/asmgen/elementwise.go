package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// elementwise writes the kernels of batch normalisation and ReLU. Each works
// on n floats, a positive multiple of the vector length, of arrays that are
// laid out alike.
func (s isa) elementwise() {
	var ps []reg.GPVirtual
	at := func(int) Mem { panic("no loop") }
	begin := func(name, doc string, names ...string) reg.GPVirtual {
		sig := "func("
		for i, nm := range names {
			if i > 0 {
				sig += ", "
			}
			sig += nm
		}
		TEXT(name+s.suffix, NOSPLIT, sig+" *float32, n int)")
		Pragma("noescape")
		Doc(name + s.suffix + " " + doc)
		ps = ps[:0]
		for _, nm := range names {
			ps = append(ps, Load(Param(nm), GP64()).(reg.GPVirtual))
		}
		return Load(Param("n"), GP64()).(reg.GPVirtual)
	}
	loop := func(n reg.GPVirtual, body func()) {
		i := GP64()
		XORQ(i, i)
		SHLQ(U8(2), n)
		at = func(k int) Mem { return Mem{Base: ps[k], Index: i, Scale: 1} }
		Label("loop")
		body()
		ADDQ(U8(uint8(s.bytes)), i)
		CMPQ(i, n)
		JLT(LabelRef("loop"))
		VZEROUPPER()
		RET()
	}

	n := begin("moments", "adds x to sum and the squares of x to sq.", "x", "sum", "sq")
	loop(n, func() {
		x, a, q := s.vec(), s.vec(), s.vec()
		VMOVUPS(at(0), x)
		VADDPS(at(1), x, a)
		VMOVUPS(a, at(1))
		VMOVUPS(at(2), q)
		VFMADD231PS(x, x, q)
		VMOVUPS(q, at(2))
	})

	n = begin("affineRelu", "stores max(0, x*scale+shift) in dst.", "dst", "x", "scale", "shift")
	zero := s.zero()
	loop(n, func() {
		x, a := s.vec(), s.vec()
		VMOVUPS(at(1), x)
		VMOVUPS(at(2), a)
		VFMADD213PS(at(3), a, x)
		// The second source wins where an operand is not a number, so that
		// a value that is none is kept.
		VMAXPS(x, zero, x)
		VMOVUPS(x, at(0))
	})

	// masked loads the gradient g = dy where x*scale+shift > 0 and 0 elsewhere.
	masked := func(dy, x, scale, shift int, xv reg.VecVirtual) reg.VecVirtual {
		g, a := s.vec(), s.vec()
		VMOVUPS(at(scale), a)
		VFMADD213PS(at(shift), xv, a)
		if s.suffix == "Z" {
			k := K()
			VCMPPS(U8(14), zero, a, k)
			VMOVUPS_Z(at(dy), k, g)
		} else {
			m := s.vec()
			VCMPPS(U8(14), zero, a, m)
			VANDPS(at(dy), m, g)
		}
		return g
	}

	n = begin("gradMoments", "adds g to sum and g*x to dot, where g is dy behind the ReLU of x*scale+shift.", "dy", "x", "scale", "shift", "sum", "dot")
	zero = s.zero()
	loop(n, func() {
		x, a, q := s.vec(), s.vec(), s.vec()
		VMOVUPS(at(1), x)
		g := masked(0, 1, 2, 3, x)
		VADDPS(at(4), g, a)
		VMOVUPS(a, at(4))
		VMOVUPS(at(5), q)
		VFMADD231PS(x, g, q)
		VMOVUPS(q, at(5))
	})

	n = begin("gradApply", "replaces dy by a*g+b*x+c, where g is dy behind the ReLU of x*scale+shift.", "dy", "x", "scale", "shift", "a", "b", "c")
	zero = s.zero()
	loop(n, func() {
		x, r := s.vec(), s.vec()
		VMOVUPS(at(1), x)
		g := masked(0, 1, 2, 3, x)
		VMOVUPS(at(6), r)
		VFMADD231PS(at(4), g, r)
		VFMADD231PS(at(5), x, r)
		VMOVUPS(r, at(0))
	})
}
