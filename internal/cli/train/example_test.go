package train_test

import (
	"context"
	"os"

	"coexplore/internal/cli/root"
)

// A network that does not parse.
func Example() {
	root.Run(context.Background(), []string{"train", "--network", "3x36,5y48"}, os.Stdout, os.Stdout)
	// Output:
	// coexplore: hw: network "3x36,5y48": layer 2, character 7: want "x" here (a layer is KxF or KxFsS, as in 3x48s2)
}
