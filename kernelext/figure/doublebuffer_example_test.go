package figure_test

import (
	"fmt"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/kernelext/figure"
)

func ExampleDoubleBuffer() {
	layer := hw.Loops{M: 8, N: 6, R: 12, C: 6, K: 3, S: 1, Groups: 1, Reads: 1, Weighted: true}
	design := hw.Design{Tiling: hw.Tiling{Tm: 4, Tn: 2, Tr: 6, Tc: 6}, Ports: hw.Ports{W: 1, I: 1, O: 1}}
	target := hw.DefaultTarget()
	cost, _ := accel.LayerCost(layer, design, target)
	run, _ := accel.SimulateTiles(layer, design, target, accel.TileOptions{Steps: 1000})
	f := figure.DoubleBuffer(cost, run)
	fmt.Println(f.Name(), figure.Save(f, "testdata/doublebuffer.png"))
	// Output: 4 output tiles in 4160 cycles; the formula has 3888 <nil>
}
