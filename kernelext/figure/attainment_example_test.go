package figure_test

import (
	"fmt"

	"gonum.org/v1/plot/plotter"

	"coexplore/kernelext/figure"
	"coexplore/nas"
)

func ExampleAttainment() {
	var sets []figure.FrontSet
	for i, name := range []string{"coexplore", "random"} {
		set := figure.FrontSet{Name: name}
		for seed := range uint64(9) {
			var front plotter.XYs
			for _, d := range nas.Front(sampleResult(name, seed+1, 60-40*i).Designs()) {
				front = append(front, plotter.XY{X: 100 * d.Efficiency, Y: 100 * d.Accuracy})
			}
			set.Fronts = append(set.Fronts, front)
		}
		sets = append(sets, set)
	}
	f := figure.Attainment("pipeline efficiency (%)", "accuracy (%)", sets...)
	fmt.Println(f.Name(), figure.Save(f, "testdata/attainment.png"))
	// Output: Attained by 25, 50 and 75 % of the searches <nil>
}
