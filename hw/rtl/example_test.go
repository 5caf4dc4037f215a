package rtl_test

import (
	"fmt"

	"coexplore/hw"
	"coexplore/hw/rtl"
)

// A layer of one pixel and two channels, in the engine's arithmetic: 3*4 + 5*6 + 2 is
// 44, and 44/8 rounds to 6.
func ExampleProgram_Outputs() {
	p := rtl.Program{
		Design: hw.Design{Tiling: hw.Tiling{Tm: 1, Tn: 2, Tr: 1, Tc: 1}, Ports: hw.Ports{W: 1, I: 1, O: 1}},
		Bits:   16,
		Layers: []rtl.Layer{{
			Loops:  hw.Loops{M: 1, N: 2, R: 1, C: 1, K: 1, S: 1, Groups: 1, Reads: 1, Weighted: true},
			InRows: 1, InCols: 1, Shift: 3, Weights: []int32{3, 5}, Bias: []int64{2}, Input: []int32{4, 6},
		}},
	}
	if err := p.Check(); err != nil {
		panic(err)
	}
	fmt.Println(p.Outputs())
	// Output: [[6]]
}
