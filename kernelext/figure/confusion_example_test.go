package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleConfusion() {
	f := figure.Confusion(sampleConfusion(10), sampleClasses)
	fmt.Println(f.Name(), figure.Save(f, "testdata/confusion.png"))
	// Output: 72.5 % of 8650 images right <nil>
}
