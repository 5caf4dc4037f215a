package data_test

import (
	"fmt"
	"log"

	"coexplore/data"
)

func Example() {
	set, err := data.Open("shapes", 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(set)
	small := set.Subset(2000, 500)
	fmt.Println(small)
	fmt.Println("image 0 is a", small.Classes[small.Train.Labels[0]])
	// Output:
	// shapes: 10 classes, 3x32x32, 5000 training and 2000 test images
	// shapes: 10 classes, 3x32x32, 2000 training and 500 test images
	// image 0 is a triangle
}

func ExampleDescribe() {
	report := data.Describe(data.Shapes(1, 1000, 500))
	for _, part := range report.Parts {
		fmt.Printf("%s: %d images, per class %v\n", part.Part, part.Images, part.PerClass)
	}
	// Output:
	// training: 1000 images, per class [100 100 100 100 100 100 100 100 100 100]
	// test: 500 images, per class [50 50 50 50 50 50 50 50 50 50]
}

func ExampleContactSheet() {
	sheet := data.ContactSheet(data.Shapes(1, 100, 0), 8, 2)
	fmt.Println(sheet.Bounds().Size())
	// Output: (530,662)
}
