// Command asmgen writes the assembly kernels of the training engine.
//
// It lives in a module of its own, so that users of the engine download
// neither it nor avo. From this folder,
//
//	go run . -out ../kernel/kernels_amd64.s -stubs ../kernel/stubs_amd64.go -pkg kernel
//
// writes the amd64 files again; a test of package kernel checks that the
// committed files are what this program writes.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/reg"
)

// isa is one vector extension: the suffix of its kernels and its vector bytes.
type isa struct {
	suffix string
	bytes  int
	rows   []int // row blocks of the convolution kernels
	wrows  []int // row blocks of the weight-gradient kernels
}

var isas = []isa{
	{"Z", 64, []int{12, 8, 6, 4, 3, 2, 1}, []int{6, 4, 3, 2, 1}},
	{"Y", 32, []int{6, 4, 3, 2, 1}, []int{3, 2, 1}},
}

// wcols are the column blocks of the weight-gradient kernels.
var wcols = []int{4, 3, 2, 1}

func (s isa) vec() reg.VecVirtual {
	if s.suffix == "Z" {
		return ZMM()
	}
	return YMM()
}

func (s isa) zero() reg.VecVirtual {
	v := s.vec()
	if s.suffix == "Z" {
		VPXORD(v, v, v)
	} else {
		VXORPS(v, v, v)
	}
	return v
}

func main() {
	ConstraintExpr("!purego")
	for _, s := range isas {
		for _, m := range s.rows {
			s.conv(m)
		}
		for _, m := range s.wrows {
			for _, c := range wcols {
				s.wgrad(m, c)
			}
		}
		s.elementwise()
		s.winograd()
	}
	Generate()
}
