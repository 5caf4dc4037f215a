package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleSearchChildren() {
	f := figure.SearchChildren([]figure.ChildrenBar{
		{Name: "hardware-aware NAS, CIFAR-10", Children: 108000, Published: true},
		{Name: "co-exploration, CIFAR-10", Children: 308, Published: true},
		{Name: "hwaware", Children: 65},
		{Name: "coexplore (19 of 30)", Children: 214},
	})
	fmt.Println(f.Name(), figure.Save(f, "testdata/searchchildren.png"))
	// Output: Cost of the search <nil>
}
