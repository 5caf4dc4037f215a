package compare_test

import (
	"context"
	"os"

	"coexplore/internal/cli/root"
)

// A problem that there is not.
func Example() {
	root.Run(context.Background(), []string{"compare", "--problem", "tinny"}, os.Stdout, os.Stdout)
	// Output:
	// coexplore: --problem is tiny, nb201 or nasbench201, not "tinny"
}
