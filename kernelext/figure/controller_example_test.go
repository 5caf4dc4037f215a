package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleController() {
	f := figure.Controller(sampleResult("coexplore", 1, 60), sampleResult("coexplore", 2, 60), sampleResult("coexplore", 3, 60))
	fmt.Println(f.Name(), figure.Save(f, "testdata/controller.png"))
	// Output: (a) Entropy of the decisions, (b) Baseline <nil>
}
