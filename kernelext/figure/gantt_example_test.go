package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleGantt() {
	f := sampleGantt(10, 0) // figure.Gantt of a simulation with its trace
	fmt.Println(f.Name(), figure.Save(f, "testdata/gantt.png"))
	// Output: 8 frames through 4 FPGAs <nil>
}
