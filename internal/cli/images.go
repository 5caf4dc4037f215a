package cli

import (
	"fmt"
	"io"

	"coexplore/data"
	"coexplore/nas/run"
)

// What flags of several commands mean.
const (
	DataUsage       = "images: shapes or shapes-hard (generated), or a folder or NPZ file (coexplore data check --help says of which kinds)"
	TestImagesUsage = "test images to use; 0: all of a folder, 2000 of shapes"
)

// OpenImages opens the images that train and evaluate work on, with the numbers
// of images that they take of shapes by default.
func OpenImages(name string, images run.Images, stderr io.Writer) (*data.Set, error) {
	if images.Train < 0 || images.Test < 0 {
		return nil, Usagef("--train-images and --test-images cannot be negative")
	}
	if run.Generated(name) {
		if images.Train == 0 {
			images.Train = 5000
		}
		if images.Test == 0 {
			images.Test = 2000
		}
	}
	set, err := run.OpenImages(name, images)
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(stderr, set)
	if set.Note != "" && !run.Generated(name) {
		fmt.Fprintln(stderr, set.Note)
	}
	return set, nil
}
