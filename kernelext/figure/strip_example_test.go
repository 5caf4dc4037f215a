package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleStrip() {
	net, pipe, _ := sampleNetwork()
	f := figure.Strip(net, pipe)
	fmt.Println(f.Name(), figure.Save(f, "testdata/strip.png"))
	// Output: 3x36,5x36,1x64,3x48s2,7x24,1x64: 7 layers, 58.6 million MACs, 287 thousand parameters <nil>
}
