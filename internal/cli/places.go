package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"coexplore/internal/writable"
)

// A place is the value of a flag that names what a command writes to.
type place struct {
	path *string
	try  func(path string) error
}

func (p *place) String() string        { return *p.path }
func (p *place) Set(path string) error { *p.path = path; return nil }
func (p *place) Type() string          { return "string" }

// FileVar adds a flag that names a file to write, whose default is what p holds. Before the
// command does anything, it is tried whether that can be written.
func FileVar(fl *pflag.FlagSet, p *string, name, usage string) {
	fl.Var(&place{p, writable.File}, name, usage)
}

// FolderVar is FileVar for a folder.
func FolderVar(fl *pflag.FlagSet, p *string, name, usage string) {
	fl.Var(&place{p, writable.Folder}, name, usage)
}

// IsPlace tells whether FileVar or FolderVar made a flag.
func IsPlace(flag *pflag.Flag) bool {
	_, ok := flag.Value.(*place)
	return ok
}

// TryPlaces has a command and those below it try the places that they write to first.
func TryPlaces(c *cobra.Command) {
	if run := c.RunE; run != nil {
		c.RunE = func(cmd *cobra.Command, args []string) (err error) {
			cmd.Flags().VisitAll(func(flag *pflag.Flag) {
				if p, ok := flag.Value.(*place); ok && err == nil && *p.path != "" {
					err = p.try(*p.path)
				}
			})
			if err != nil {
				return err
			}
			return run(cmd, args)
		}
	}
	for _, sub := range c.Commands() {
		TryPlaces(sub)
	}
}
