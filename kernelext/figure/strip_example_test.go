package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleStrip() {
	net, pipe, _ := sampleNetwork()
	f := figure.Strip(net, pipe)
	fmt.Println(f.Name(), figure.Save(f, "testdata/strip.png"))
	// Output: network: 7 layers, 58.6 million MACs, 287 thousand parameters <nil>
}
