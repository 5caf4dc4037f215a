package writable_test

import (
	"fmt"

	"coexplore/internal/writable"
)

func ExampleFile() {
	fmt.Println(writable.File("no/such/net.onnx"))
	// Output: cannot write no/such/net.onnx: there is no folder no/such; make it first
}
