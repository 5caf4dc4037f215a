package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleFastReach() {
	f := figure.FastReach(sampleReach(3, 10, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2000))
	fmt.Println(f.Name(), figure.Save(f, "testdata/fastreach.png"))
	// Output: Fast exploration of 40 pipelines <nil>
}
