package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleSearchCost() {
	f := figure.SearchCost([]figure.CostBar{
		{Name: "hardware-aware NAS", Hours: 16586, Published: true},
		{Name: "co-exploration", Hours: 102 + 1.9, Published: true},
		{Name: "hardware-aware NAS, here", Hours: 31},
		{Name: "co-exploration, here", Hours: 0.6},
	})
	fmt.Println(f.Name(), figure.Save(f, "testdata/searchcost.png"))
	// Output: Cost of the search <nil>
}
