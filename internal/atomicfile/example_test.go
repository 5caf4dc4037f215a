package atomicfile_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"coexplore/internal/atomicfile"
)

// Content that cannot be produced to its end leaves no file behind.
func ExampleWriteTo() {
	dir, err := os.MkdirTemp("", "atomicfile")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "table.txt")
	err = atomicfile.WriteTo(path, func(w io.Writer) error {
		fmt.Fprintln(w, "the first half")
		return fmt.Errorf("the second half is missing")
	})
	fmt.Println(err != nil)
	_, err = os.Stat(path)
	fmt.Println(os.IsNotExist(err))
	// Output:
	// true
	// true
}
