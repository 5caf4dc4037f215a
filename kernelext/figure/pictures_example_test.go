package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExamplePictures() {
	f := figure.Pictures(samplePictures(16))
	fmt.Println(f.Name(), figure.Save(f, "testdata/pictures.png"))
	// Output: 13 of 16 pictures right <nil>
}
