package command

import (
	"coexplore/nas/run"
	"coexplore/nas/space"
)

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

// spaceOf is the space of a run.
func spaceOf(c *run.Config) (space.Chain, error) {
	var s space.Chain
	if c.Chain != nil {
		s = *c.Chain
	} else {
		var err error
		if s, err = space.ByName(c.Space); err != nil {
			return s, err
		}
	}
	if len(c.Strides) > 0 {
		s = s.WithStrides(c.Strides...)
	}
	return s, nil
}
