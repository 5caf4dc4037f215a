package figure_test

import (
	"fmt"
	"math"

	"coexplore/kernelext/figure"
	"coexplore/nas/results"
)

func ExampleInFlight() {
	f := &results.InFlights{Nodes: 100, Within: 0.99}
	for i, method := range []string{"coexplore", "screened-random"} {
		for _, n := range []int{1, 3, 10, 30, 100, 300} {
			row := results.InFlightRow{Method: method, InFlight: n}
			for seed := range 5 {
				children := 40*(i+1) + 10*seed + int(math.Sqrt(float64(n)))*(3-2*i)
				row.Children = append(row.Children, children)
				row.Time = append(row.Time, max(1, float64(children)/float64(min(n, 100))))
				row.Idle = append(row.Idle, max(0.02, 1-float64(n)/130))
			}
			f.Rows = append(f.Rows, row)
		}
	}
	p := figure.InFlight(f)
	fmt.Println(p.Name(), figure.Save(p, "testdata/inflight.png"))
	// Output: (a) Networks until 99 %, (b) Time until 99 %, (c) Idle nodes <nil>
}
