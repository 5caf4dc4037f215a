package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleValidShare() {
	f := figure.ValidShare([]float64{20, 40, 60, 80, 100}, []figure.ShareCurve{
		{Name: "1 FPGA", Share: []float64{0.62, 0.21, 0.08, 0.02, 0}},
		{Name: "2 FPGAs", Share: []float64{0.85, 0.44, 0.2, 0.1, 0.03}},
		{Name: "3 FPGAs", Share: []float64{0.95, 0.62, 0.35, 0.2, 0.11}},
	})
	fmt.Println(f.Name(), figure.Save(f, "testdata/validshare.png"))
	// Output: Networks that meet the specification <nil>
}
