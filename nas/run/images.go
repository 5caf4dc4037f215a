package run

import "coexplore/data"

// DataSeed is the seed of the generated sets and of the choice of images for validation.
// It does not follow a search's seed: runs with other seeds search on the same images.
const DataSeed = 1

// OpenImages opens a generated set, or the images of a folder or file.
func OpenImages(name string, n Images) (*data.Set, error) {
	if set, ok := data.Generated(name, DataSeed, n.Train, n.Test); ok {
		return set, nil
	}
	set, err := data.Open(name, DataSeed)
	if err != nil {
		return nil, err
	}
	return set.Subset(n.Train, n.Test), nil
}

// Generated tells whether name is that of a generated set.
func Generated(name string) bool {
	_, ok := data.Generated(name, DataSeed, 0, 0)
	return ok
}
