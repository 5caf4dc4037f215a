package netfile_test

import (
	"fmt"

	"coexplore/hw"
	"coexplore/hw/blast"
	"coexplore/hw/netfile"
)

// A network that PyTorch exported: its layers, and a plan for it.
func ExampleOpen() {
	net, err := netfile.Open("testdata/block.onnx", hw.Shape{}, 0)
	if err != nil {
		panic(err)
	}
	for _, l := range net.Layers[5:10] {
		fmt.Println(l.Kind, l.Out, l.Inputs, l.Params)
	}
	pool, err := hw.ParsePool("XC7Z015:2")
	if err != nil {
		panic(err)
	}
	planner, err := blast.New(blast.Options{Pool: pool, Target: hw.DefaultTarget(), FPS: 1000})
	if err != nil {
		panic(err)
	}
	pipe, err := planner.Plan(net)
	if err != nil {
		panic(err)
	}
	fmt.Println(pipe.Feasible)
	// Output:
	// conv 6x6x6 [4] 336
	// conv 6x6x6 [3] 36
	// add 6x6x6 [5 6] 0
	// conv 6x6x6 [7] 66
	// maxpool 6x3x3 [8] 0
	// true
}
