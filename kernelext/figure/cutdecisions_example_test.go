package figure_test

import (
	"fmt"

	"coexplore/hw"
	"coexplore/kernelext/figure"
)

func ExampleCutDecisions() {
	f := sampleCuts("XC7Z015:3", 35, hw.MaxUtilization) // figure.CutDecisions of a planner's trace
	fmt.Println(f.Name(), figure.Save(f, "testdata/cutdecisions.png"))
	// Output: The best pipeline with a cut at each place, 35 frames/s <nil>
}
