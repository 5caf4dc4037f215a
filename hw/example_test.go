package hw_test

import (
	"fmt"

	"coexplore/hw"
)

// A network, the FPGAs that it may use, and what they offer.
func Example() {
	net, err := hw.ParseNetwork("3x36,5x36,1x64,3x48s2,7x24,1x64", hw.Shape{C: 3, H: 32, W: 32}, 10, hw.FlattenHead)
	if err != nil {
		panic(err)
	}
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		panic(err)
	}
	target := hw.DefaultTarget()
	dev := pool[0].Device
	fmt.Printf("%d layers, %d parameters, %d multiply-accumulates\n", len(net.Layers), net.Params(), net.MACs())
	fmt.Printf("%d FPGAs of %d DSP slices, %d words of memory a cycle\n", pool.Count(), dev.DSP, dev.MaxWords(target))
	// Output:
	// 7 layers, 286518 parameters, 58617856 multiply-accumulates
	// 3 FPGAs of 160 DSP slices, 10 words of memory a cycle
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
