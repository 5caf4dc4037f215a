package cli

import (
	"coexplore/nas/space"
)

// SpaceUsage is the usage of --space.
const SpaceUsage = "space of networks: tiny, cifar10, imagenet or a TOML file (see package nas/space, Load)"

// OpenSpace is the space of --space; an unknown name is wrong usage.
func OpenSpace(name string) (space.Chain, error) {
	s, err := space.Open(name)
	if err != nil && !space.IsFile(name) {
		return s, Usage(err)
	}
	return s, err
}

// Strides are those of --stride; empty: the space's own.
func Strides(flag string) ([]int, error) {
	if flag == "" {
		return nil, nil
	}
	list, err := space.Strides(flag)
	if err != nil {
		return nil, Usagef("--stride is fixed or predicted, not %q", flag)
	}
	return list, nil
}
