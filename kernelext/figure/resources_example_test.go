package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleResources() {
	f := figure.Resources(sampleReport()) // of accel.Analyze
	fmt.Println(f.Name(), figure.Save(f, "testdata/resources.png"))
	// Output: Resources against what the FPGAs have <nil>
}
