package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleUtilization() {
	f := figure.Utilization(samplePipeline(0.98, 0.913, 1.02), 35)
	fmt.Println(f.Name(), figure.Save(f, "testdata/utilization.png"))
	// Output: Utilization of the stages at 35 frames/s specified, 35.5 reached <nil>
}
