package explore_test

import (
	"context"
	"os"

	"coexplore/internal/cli/root"
)

// A setting that cannot be.
func Example() {
	root.Run(context.Background(), []string{"explore", "--retries", "-1"}, os.Stdout, os.Stdout)
	// Output:
	// coexplore: --retries and --max-failures cannot be negative, are -1 and 5
}
