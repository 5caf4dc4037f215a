package notebooks_test

import (
	"context"
	"os"

	"coexplore/internal/cli/root"
)

// A name that no notebook has.
func Example() {
	root.Run(context.Background(), []string{"notebooks", "new", "lesson.txt"}, os.Stdout, os.Stdout)
	// Output:
	// coexplore: a notebook's name ends with .ipynb, not as lesson.txt does
}
