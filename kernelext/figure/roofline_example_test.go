package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleRoofline() {
	f := figure.Roofline(sampleReport()) // of accel.Analyze
	fmt.Println(f.Name(), figure.Save(f, "testdata/roofline.png"))
	// Output: Layers under the roofs of their FPGAs <nil>
}
