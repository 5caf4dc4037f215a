package hw_test

import (
	"fmt"

	"coexplore/hw"
)

// The newcomer's five lines: a network, a pool of FPGAs, a speed.
func Example() {
	net, err := hw.ParseNetwork("3x36,5x36,1x64,3x48s2,7x24,1x64", hw.Shape{C: 3, H: 32, W: 32}, 10, hw.FlattenHead)
	if err != nil {
		panic(err)
	}
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		panic(err)
	}
	planner, err := hw.NewPlanner(pool, hw.DefaultTarget())
	if err != nil {
		panic(err)
	}
	pipe, err := planner.Plan(net, 70, hw.MaxUtilization)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%d parameters, %.1f frames/s, efficiency %.1f%%\n", pipe.Params, pipe.ThroughputFPS, 100*pipe.Efficiency)
	for _, s := range pipe.Stages {
		fmt.Printf("layers %d to %d on %s: %v, %d cycles\n", s.First+1, s.Last+1, s.Device, s.Design, s.Cycles)
	}
	// Output:
	// 286518 parameters, 83.5 frames/s, efficiency 68.5%
	// layers 1 to 2 on XC7Z015: tile 8,4,32,32 ports 1,1,1, 1198080 cycles
	// layers 3 to 7 on XC7Z015: tile 8,4,32,32 ports 1,4,2, 758784 cycles
}

// One layer on one accelerator, by the formula of the tile model.
func ExampleLayerCost() {
	layer := hw.Loops{M: 128, N: 192, R: 13, C: 13, K: 3, S: 1, Groups: 1, Reads: 1, Weighted: true}
	d := hw.Design{Tiling: hw.Tiling{Tm: 8, Tn: 32, Tr: 13, Tc: 13}, Ports: hw.Ports{W: 2, I: 2, O: 2}}
	c, err := hw.LayerCost(layer, d, hw.DefaultTarget())
	if err != nil {
		panic(err)
	}
	fmt.Println(c.Cycles, c.Bottleneck, c.DSP, c.BRAM18)
	// Output: 259584 inputs 1280 592
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
	best, err := hw.BestDesign(layers, &dev, hw.DefaultTarget())
	if err != nil {
		panic(err)
	}
	fmt.Println(best.Design, best.Cycles)
	// Output: tile 8,4,32,32 ports 1,1,1 1889280
}

// A search that proposes many networks keeps one Pipeline and one Planner.
func ExamplePlanner_PlanChain() {
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		panic(err)
	}
	planner, err := hw.NewPlanner(pool, hw.DefaultTarget())
	if err != nil {
		panic(err)
	}
	in := hw.Shape{C: 3, H: 32, W: 32}
	planner.Expect(in, 10, hw.FlattenHead, []int{1, 3, 5, 7}, []int{24, 36, 48, 64}, []int{1})
	var pipe hw.Pipeline
	for _, filters := range []int{24, 36, 48, 64} {
		child := hw.Chain{{Kernel: 3, Filters: 24, Stride: 1}, {Kernel: 5, Filters: filters, Stride: 1}, {Kernel: 7, Filters: filters, Stride: 1}}
		if err := planner.PlanChain(&pipe, child, in, 10, hw.FlattenHead, 35, hw.MaxUtilization); err != nil {
			panic(err)
		}
		fmt.Printf("%v: %v, %.1f frames/s\n", child, pipe.Feasible, pipe.ThroughputFPS)
	}
	// Output:
	// 3x24,5x24,7x24: true, 71.9 frames/s
	// 3x24,5x36,7x36: true, 44.3 frames/s
	// 3x24,5x48,7x48: false, 27.7 frames/s
	// 3x24,5x64,7x64: false, 15.6 frames/s
}

// A residual network of one's own, as text.
func ExampleParseNetwork() {
	net, err := hw.ParseNetwork("3x16,3x16,3x16,+2,3x32s2,3x32,+2,gap", hw.Shape{C: 3, H: 32, W: 32}, 10, hw.FlattenHead)
	if err != nil {
		panic(err)
	}
	for i, l := range net.Layers {
		fmt.Println(i, l.Name, l.Out, l.Inputs)
	}
	fmt.Println(net.Params(), "parameters")
	_, err = hw.ParseNetwork("3x16,max2,+2", hw.Shape{}, 10, hw.FlattenHead)
	fmt.Println(err)
	_, err = hw.ParseNetwork("3x16,max2,+3", hw.Shape{}, 10, hw.FlattenHead)
	fmt.Println(err)
	// Output:
	// 0 conv1 16x32x32 [-1]
	// 1 conv2 16x32x32 [0]
	// 2 conv3 16x32x32 [1]
	// 3 add4 16x32x32 [2 0]
	// 4 conv5 32x16x16 [3]
	// 5 conv6 32x16x16 [4]
	// 6 proj7 32x16x16 [3]
	// 7 add7 32x16x16 [6 5]
	// 8 gap8 32x1x1 [7]
	// 9 dense 10x1x1 [8]
	// 19994 parameters
	// <nil>
	// hw: network "3x16,max2,+3": item 3, character 11: +3 reaches back beyond the network's input: want +1 to +2
}

// A block in which two layers read the same map.
func ExampleBuilder() {
	b := hw.NewBuilder("block", hw.Shape{C: 3, H: 32, W: 32}, 10)
	stem := b.Conv("stem", hw.Convolution{Kernel: 3, Filters: 16, Norm: 2})
	body := b.Depthwise("body", hw.Convolution{Kernel: 3, Norm: 2})
	b.From(stem)
	b.Conv("side", hw.Convolution{Kernel: 1, Filters: 16, Norm: 2})
	b.Sum("sum", body)
	b.GlobalPool("gap")
	b.Dense("fc", 10, true)
	net, err := b.Network()
	if err != nil {
		panic(err)
	}
	fmt.Println(len(net.Layers), "layers,", net.Params(), "parameters, skip edges", net.Skips())
	// Output: 6 layers, 1098 parameters, skip edges [{0 2} {1 3}]
}
