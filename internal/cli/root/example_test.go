package root_test

import (
	"context"
	"fmt"
	"os"

	"coexplore/internal/cli/root"
)

// A network that does not parse: the exit status and where the mistake is.
func ExampleRun() {
	status := root.Run(context.Background(), []string{"train", "--network", "3x36,5y48"}, os.Stdout, os.Stdout)
	fmt.Println(status)
	// Output:
	// coexplore: hw: network "3x36,5y48": layer 2, character 7: want "x" here (a layer is KxF or KxFsS, as in 3x48s2)
	// 2
}
