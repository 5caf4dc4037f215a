package netfile_test

import (
	"fmt"
	"os"
	"path/filepath"

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

// A network written as text becomes a JSON file, to be changed by hand.
func ExampleEncode() {
	net, err := hw.ParseNetwork("3x16s2,dw3,1x16,+2,max2,gap", hw.Shape{}, 10, hw.FlattenHead)
	if err != nil {
		panic(err)
	}
	b, err := netfile.Encode(net)
	if err != nil {
		panic(err)
	}
	fmt.Print(string(b))
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "mine.json")
	if err := os.WriteFile(file, b, 0o666); err != nil {
		panic(err)
	}
	again, err := netfile.Open(file, hw.Shape{}, 0)
	if err != nil {
		panic(err)
	}
	fmt.Println(again.Params() == net.Params())
	// Output:
	// {
	//   "name": "3x16s2,dw3,1x16,+2,max2,gap",
	//   "input": "3x32x32",
	//   "layers": [
	//     {"kind":"conv","name":"conv1","kernel":3,"filters":16,"stride":2},
	//     {"kind":"depthwise","name":"dw2","kernel":3},
	//     {"kind":"conv","name":"conv3","kernel":1,"filters":16},
	//     {"kind":"add","name":"add4","inputs":["conv3","conv1"]},
	//     {"kind":"maxpool","name":"max5","kernel":2},
	//     {"kind":"gap","name":"gap6"},
	//     {"kind":"dense","name":"dense","units":10}
	//   ]
	// }
	// true
}
