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
