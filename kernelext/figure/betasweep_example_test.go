package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleBetaSweep() {
	var runs []figure.BetaRun
	for _, beta := range []float64{0, 0.25, 0.5, 0.75, 1} {
		for seed := range 5 {
			noise := 0.01 * float64(seed-2)
			runs = append(runs, figure.BetaRun{Beta: beta, Accuracy: 0.84 + 0.1*beta + noise, Efficiency: 0.97 - 0.2*beta*beta - noise})
		}
	}
	f := figure.BetaSweep(runs)
	fmt.Println(f.Name(), figure.Save(f, "testdata/betasweep.png"))
	// Output: What the weight of accuracy decides <nil>
}
