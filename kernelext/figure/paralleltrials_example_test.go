package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleParallelTrials() {
	f := figure.ParallelTrials(sampleResult("coexplore", 1, 60))
	fmt.Println(f.Name(), figure.Save(f, "testdata/paralleltrials.png"))
	// Output: 60 networks <nil>
}
