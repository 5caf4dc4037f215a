package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
	"coexplore/nas/results"
)

func ExampleFastScaling() {
	s := &results.Scaling{Plans: 500}
	for stages := 2; stages <= 4; stages++ {
		for layers := 6; layers <= 14; layers += 2 {
			s.Cells = append(s.Cells, results.ScalingCell{
				Stages: stages, Layers: layers, Product: 1.2 * float64(layers), Sum: 1.2*float64(layers)/float64(stages) + 0.8,
				Reach: sampleReach(stages, layers, 500),
			})
		}
	}
	f := figure.FastScaling(s)
	fmt.Println(f.Name(), figure.Save(f, "testdata/fastscaling.png"))
	// Output: (a) 2 stages, 500 plans, (b) 3 stages, 500 plans, (c) 4 stages, 500 plans, (d) Choices: product and sum <nil>
}
