package figure_test

import (
	"fmt"

	"coexplore/hw"
	"coexplore/kernelext/figure"
)

func ExampleTileMap() {
	layer := hw.Loops{M: 64, N: 36, R: 32, C: 32, K: 5, S: 1, Groups: 1, Reads: 1, Weighted: true}
	part, _ := hw.DeviceByName("XC7Z015")
	design := hw.Design{Tiling: hw.Tiling{Tr: 32, Tc: 32}, Ports: hw.Ports{W: 2, I: 2, O: 2}}
	f := figure.TileMap(layer, &part, design, hw.DefaultTarget())
	fmt.Println(f.Name(), figure.Save(f, "testdata/tilemap.png"))
	// Output: Cycles of conv 64x36x5 on XC7Z015: least 1.84 million with 8 × 4 units <nil>
}
