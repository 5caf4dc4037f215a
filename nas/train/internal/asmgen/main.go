// Command asmgen writes the assembly kernels of the training engine.
//
// It lives in a module of its own, so that users of the engine download
// neither it nor avo. From this folder,
//
//	go run . -out ../kernel/kernels_amd64.s -stubs ../kernel/stubs_amd64.go -pkg kernel \
//		-neon ../kernel/kernels_arm64.s -neon-stubs ../kernel/stubs_arm64.go
//
// writes the files again; a test of package kernel checks that the
// committed files are what this program writes.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"

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

// neonAsm and neonStubs name the files of the NEON kernels.
var (
	neonAsm   = flag.String("neon", "", "file for the NEON assembly")
	neonStubs = flag.String("neon-stubs", "", "file for its Go declarations")
)

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
	Generate() // parses the flags
	if err := writeNEON(); err != nil {
		fmt.Fprintln(os.Stderr, "asmgen:", err)
		os.Exit(1)
	}
}

func writeNEON() error {
	if *neonAsm == "" || *neonStubs == "" {
		return nil
	}
	var asm, stubs bytes.Buffer
	if err := neon(&asm, &stubs); err != nil {
		return err
	}
	if err := os.WriteFile(*neonAsm, asm.Bytes(), 0o644); err != nil {
		return err
	}
	return os.WriteFile(*neonStubs, stubs.Bytes(), 0o644)
}
