package tomlfile_test

import (
	"fmt"

	"coexplore/internal/tomlfile"
)

func Example() {
	f := tomlfile.Parse("mine.toml", []byte("title = \"mine\"\nlayers = 0"))
	title, layers := f.String("title"), f.Int("layers")
	if layers < 1 {
		f.Refuse("layers", "must be at least 1, is %d", layers)
	}
	fmt.Println(title, f.Err())
	// Output: mine mine.toml: line 2: layers: must be at least 1, is 0
}
