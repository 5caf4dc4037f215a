package searchtest_test

import (
	"fmt"

	"coexplore/internal/searchtest"
)

func ExampleCurve() {
	fmt.Println(searchtest.Curve("3x8,3x8,3x8") < searchtest.Curve("5x36,5x36,5x36"))
	// Output: true
}
