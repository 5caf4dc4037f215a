package accel_test

import (
	"fmt"

	"coexplore/hw"
	"coexplore/hw/accel"
)

// One layer on one accelerator, by the formula of the tile model.
func ExampleLayerCost() {
	layer := hw.Loops{M: 128, N: 192, R: 13, C: 13, K: 3, S: 1, Groups: 1, Reads: 1, Weighted: true}
	d := hw.Design{Tiling: hw.Tiling{Tm: 8, Tn: 32, Tr: 13, Tc: 13}, Ports: hw.Ports{W: 2, I: 2, O: 2}}
	c, err := accel.LayerCost(layer, d, hw.DefaultTarget())
	if err != nil {
		panic(err)
	}
	fmt.Println(c.Cycles, c.Bottleneck, c.DSP, c.BRAM18)
	// Output: 345600 inputs 1280 592
}

// The best accelerator of a device for two layers that share it.
func ExampleBestDesign() {
	layers := []hw.Loops{
		{M: 36, N: 3, R: 32, C: 32, K: 3, S: 1, Groups: 1, Reads: 1, Weighted: true},
		{M: 64, N: 36, R: 32, C: 32, K: 5, S: 1, Groups: 1, Reads: 1, Weighted: true},
	}
	dev, err := hw.DeviceByName("XC7Z015")
	if err != nil {
		panic(err)
	}
	best, err := accel.BestDesign(layers, &dev, hw.DefaultTarget())
	if err != nil {
		panic(err)
	}
	fmt.Println(best.Design, best.Cycles)
	// Output: tile 8,4,32,32 ports 1,1,1 1889280
}
