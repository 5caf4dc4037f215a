package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleLayerCycles() {
	f := figure.LayerCycles(sampleReport()) // of accel.Analyze
	fmt.Println(f.Name(), figure.Save(f, "testdata/layercycles.png"))
	// Output: Cycles of each layer, by what decides them <nil>
}
