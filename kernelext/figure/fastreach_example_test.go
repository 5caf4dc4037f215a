package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
	"coexplore/nas/study"
)

func ExampleFastReach() {
	f := figure.FastReach(&study.Reach{Pipelines: 50,
		Split:  []float64{0.6, 0.8, 0.9, 0.95, 0.97, 0.98, 0.985, 0.99},
		Single: []float64{0.6, 0.7, 0.75, 0.8, 0.83, 0.86, 0.88, 0.9}})
	fmt.Println(f.Name(), figure.Save(f, "testdata/fastreach.png"))
	// Output: Fast exploration, mean of 50 pipelines <nil>
}
