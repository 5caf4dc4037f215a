// Package data provides the pictures that networks are trained and tested on.
//
// A Set has training and test Images, validation Images where Split has set them
// apart, and the names of its classes. Open finds
// one by name:
//
//	set, err := data.Open("shapes", 1)                // generated, ten classes, 32x32 RGB
//	set, err := data.Open("cifar-10-batches-bin", 0)  // a folder: CIFAR, MNIST, pictures by class; or an NPZ file
//	if err != nil {
//		return err
//	}
//	fmt.Println(set)                                  // shapes: 10 classes, 3x32x32, 5000 training and 2000 test images
//	small := set.Subset(2000, 500)                    // the first of each, for a quick try
//	parts, err := set.Split(0.2, 1)                   // 4000 training, 1000 validation and 2000 test images
//
// "shapes" needs no files: Shapes draws it from a seed, the same pictures on
// every machine. Package download fetches public sets and verifies them; Check
// looks through a folder and says what is there and what is wrong; ContactSheet
// tiles pictures for the eye.
package data
