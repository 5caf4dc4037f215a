//go:build unix

package guard_test

import (
	"fmt"
	"os"

	"coexplore/internal/guard"
)

// The program is ended with this process, and its folder removed.
func Example() {
	g, err := guard.New("example-", os.Stdout, os.Stderr)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer g.Close()
	if err := g.Start(guard.Command{Argv: []string{"sh", "-c", "echo hello; exit 3"}, Dir: g.Folder}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(g.Err())
	// Output:
	// hello
	// exit status 3
}
