package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExamplePolicy() {
	f := figure.Policy(samplePolicy(100))
	fmt.Println(f.Name(), figure.Save(f, "testdata/policy.png"))
	// Output: Policy of the controller <nil>
}
