package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExamplePanels() {
	a, b := sampleResult("coexplore", 1, 60), sampleResult("random", 4, 60)
	f := figure.Panels(2, figure.Fronts(a, b), figure.Hypervolumes(a, b))
	fmt.Println(f.Name(), figure.Save(f, "testdata/panels.png"))
	// Output: (a) Pareto fronts at 35 frames/s, (b) Front found against networks trained <nil>
}
