package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleLearning() {
	f := figure.Learning(sampleHistory(10))
	fmt.Println(f.Name(), figure.Save(f, "testdata/learning.png"))
	// Output: Accuracy while training <nil>
}
