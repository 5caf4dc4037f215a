package tables_test

import (
	"fmt"
	"strings"

	"coexplore/data/tables"
)

func Example() {
	fmt.Println(strings.Count(tables.Devices, "[[device]]"), "devices")
	// Output:
	// 11 devices
}
