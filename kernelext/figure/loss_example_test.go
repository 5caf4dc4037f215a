package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleLoss() {
	f := figure.Loss(sampleHistory(10))
	fmt.Println(f.Name(), figure.Save(f, "testdata/loss.png"))
	// Output: Loss while training <nil>
}
