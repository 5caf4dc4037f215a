package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleTimeline() {
	f := figure.Timeline(sampleResult("coexplore", 1, 40).Trials)
	fmt.Println(f.Name(), figure.Save(f, "testdata/timeline.png"))
	// Output: 40 networks in 2.45 min <nil>
}
