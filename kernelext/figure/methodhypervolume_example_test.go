package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleMethodHypervolume() {
	f := figure.MethodHypervolume(sampleComparison()) // of study.Compare
	fmt.Println(f.Name(), figure.Save(f, "testdata/methodhypervolume.png"))
	// Output: Front found: median and quartiles of 9 searches <nil>
}
