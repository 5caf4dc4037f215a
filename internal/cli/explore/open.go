package explore

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"coexplore/internal/cli"
	"coexplore/nas/run"
)

// open makes sense of the flags: it opens the search of a run to be resumed, or one that
// they describe.
func (f *Options) open(cmd *cobra.Command) (s *run.Session, err error) {
	if f.Devices, err = cli.Catalogue(f.devicesFile); err != nil {
		return nil, err
	}
	if f.resume != "" {
		return run.Resume(f.resume, f.Resources, func(own *run.Config) error { return f.agree(cmd, own) })
	}
	if err := f.cluster.Check(cmd); err != nil {
		return nil, err
	}
	c := &f.config
	if c.Slurm = f.cluster.Config(); c.Slurm != nil && !cmd.Flags().Changed("in-flight") {
		c.InFlight = run.ClusterInFlight
	}
	if c.Strides, err = cli.Strides(f.stride); err != nil {
		return nil, err
	}
	if err := cli.CheckObjectives(f.objectives); err != nil {
		return nil, err
	}
	if c.Pool == "" {
		return nil, cli.NoPool()
	}
	if f.retries < 0 || f.maxFailures < 0 {
		return nil, cli.Usagef("--retries and --max-failures cannot be negative, are %d and %d", f.retries, f.maxFailures)
	}
	c.Retries, c.MaxFailures = noneIfZero(f.retries), noneIfZero(f.maxFailures)
	if c.Parameters, err = f.parameters.Values(); err != nil {
		return nil, err
	}
	return run.Open(*c, f.Resources)
}

// noneIfZero is a limit of nas.Settings, where 0 stands for a default and a negative
// number for none.
func noneIfZero(n int) int {
	if n == 0 {
		return -1
	}
	return n
}

// settingOf is the flag that noneIfZero made a limit of, with the default of the limit.
func settingOf(limit, def int) int {
	if limit == 0 {
		return def
	}
	return max(0, limit)
}

// newRunPath is a folder in runs/ that is not there.
func newRunPath(c *run.Config) string {
	for n := 1; ; n++ {
		dir := filepath.Join("runs", fmt.Sprintf("%s-%s-%d", c.Space, c.Method, n))
		if _, err := os.Stat(dir); err != nil {
			return dir
		}
	}
}
