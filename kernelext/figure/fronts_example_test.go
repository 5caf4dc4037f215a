package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleFronts() {
	f := figure.Fronts(sampleResult("hwaware", 7, 60), sampleResult("coexplore", 1, 60))
	fmt.Println(f.Name(), figure.Save(f, "testdata/fronts.png"))
	// Output: Pareto fronts at 35 frames/s <nil>
}
