package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
	"coexplore/nas"
)

func ExampleImportance() {
	accuracy := func(d *nas.Design) float64 { return 100 * d.Accuracy }
	f := figure.Importance(sampleResult("coexplore", 1, 60), "accuracy", accuracy)
	fmt.Println(f.Name(), figure.Save(f, "testdata/importance.png"))
	// Output: What decides accuracy <nil>
}
