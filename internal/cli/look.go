package cli

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"coexplore/kernelext/figure"
)

// A Look is how figures come out: the flags --size and --dark.
type Look struct {
	size string
	dark bool
}

// Add adds the flags.
func (l *Look) Add(fl *pflag.FlagSet) {
	fl.StringVar(&l.size, "size", "default", "size of the figures by purpose: "+strings.Join(sizeNames(), ", "))
	fl.BoolVar(&l.dark, "dark", false, "draw the figures for a dark ground")
}

// Check refuses a size that there is not.
func (l *Look) Check() error {
	if _, ok := figure.Sizes()[l.size]; !ok {
		return Usagef("unknown size %q; the sizes are %s", l.size, strings.Join(sizeNames(), ", "))
	}
	return nil
}

func sizeNames() []string { return slices.Sorted(maps.Keys(figure.Sizes())) }

// On gives figures the look.
func (l *Look) On(plots []Plot) []Plot {
	for i := range plots {
		plots[i].Size = figure.Sizes()[l.size]
		if l.dark {
			plots[i].Figure.Style = figure.Dark()
		}
	}
	return plots
}
