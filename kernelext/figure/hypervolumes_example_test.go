package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleHypervolumes() {
	f := figure.Hypervolumes(sampleResult("coexplore", 1, 60), sampleResult("random", 4, 60), sampleResult("hwaware", 7, 40))
	fmt.Println(f.Name(), figure.Save(f, "testdata/hypervolumes.png"))
	// Output: Front found against networks trained <nil>
}
