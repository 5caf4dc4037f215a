package download_test

import (
	"context"
	"fmt"
	"os"

	"coexplore/data/download"
)

// A name that is not on record is refused before anything is fetched.
func ExampleGet() {
	_, err := download.Get(context.Background(), "cifar11", os.TempDir(), download.Options{})
	fmt.Println(err)
	// Output:
	// data: no data set "cifar11" to download; there are cifar10, mnist, fashion-mnist
}
