package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleCalibration() {
	r := sampleResult("surrogate", 1, 80)
	sampleForecasts(r)
	f := figure.Calibration(r)
	fmt.Println(f.Name(), figure.Save(f, "testdata/calibration.png"))
	// Output: Predicted before training: 79 % of 57 within the 80 % interval <nil>
}
