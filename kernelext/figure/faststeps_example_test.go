package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleFastSteps() {
	f := figure.FastSteps(sampleSteps(3, 100))
	fmt.Println(f.Name(), figure.Save(f, "testdata/faststeps.png"))
	// Output: Fast exploration in episode 5 <nil>
}
