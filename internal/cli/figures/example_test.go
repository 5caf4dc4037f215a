package figures_test

import (
	"context"
	"os"

	"coexplore/internal/cli/root"
)

// A run that is not there.
func Example() {
	root.Run(context.Background(), []string{"figures", "no-run"}, os.Stdout, os.Stdout)
	// Output:
	// coexplore: run: no-run is not a run directory: it has no run.json
}
