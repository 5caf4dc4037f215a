package command

import "coexplore/nas/space"

// spaceUsage is the usage of --space.
const spaceUsage = "space of networks: tiny, cifar10, imagenet or a TOML file (see package nas/space, Load)"

// openSpace is the space of --space; an unknown name is wrong usage.
func openSpace(name string) (space.Chain, error) {
	s, err := space.Open(name)
	if err != nil && !space.IsFile(name) {
		return s, usageError{err}
	}
	return s, err
}

// strides are those of --stride; empty: the space's own.
func strides(flag string) ([]int, error) {
	if flag == "" {
		return nil, nil
	}
	list, err := space.Strides(flag)
	if err != nil {
		return nil, usagef("--stride is fixed or predicted, not %q", flag)
	}
	return list, nil
}
