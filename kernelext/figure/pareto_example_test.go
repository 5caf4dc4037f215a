package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExamplePareto() {
	f := figure.Pareto(sampleResult("coexplore", 1, 60))
	fmt.Println(f.Name(), figure.Save(f, "testdata/pareto.png"))
	// Output: Accuracy against pipeline efficiency, at 35 frames/s <nil>
}
