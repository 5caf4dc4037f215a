package rtl_test

import (
	"context"
	"os"

	"coexplore/internal/cli/root"
)

// A folder is needed.
func Example() {
	root.Run(context.Background(), []string{"rtl", "--conv", "2,2,4,4,1"}, os.Stdout, os.Stdout)
	// Output:
	// coexplore: --out is needed: the folder for the accelerator
}
