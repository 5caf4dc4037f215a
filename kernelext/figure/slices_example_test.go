package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
	"coexplore/nas"
)

func ExampleSlices() {
	accuracy := func(d *nas.Design) float64 { return 100 * d.Accuracy }
	f := figure.Slices(sampleResult("coexplore", 1, 60), "accuracy (%)", accuracy)
	fmt.Println(f.Name(), figure.Save(f, "testdata/slices.png"))
	// Output: accuracy (%) <nil>
}
