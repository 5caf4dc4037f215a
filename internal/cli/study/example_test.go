package study_test

import (
	"context"
	"os"

	"coexplore/internal/cli/root"
)

// A space that there is not.
func Example() {
	root.Run(context.Background(), []string{"study", "share", "--space", "tinny", "--fps", "100"}, os.Stdout, os.Stdout)
	// Output:
	// coexplore: space: unknown space "tinny"; the spaces are tiny, cifar10 and imagenet
}
