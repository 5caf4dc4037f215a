package command

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"coexplore/nas/evaluate/slurm"
	"coexplore/nas/run"
)

// open makes sense of the flags: it opens the search of a run to be resumed, or one that
// they describe.
func (f *exploreFlags) open(cmd *cobra.Command) (s *run.Session, err error) {
	if f.Devices, err = catalogue(f.devicesFile); err != nil {
		return nil, err
	}
	if f.resume != "" {
		return run.Resume(f.resume, f.Resources, func(own *run.Config) error { return f.agree(cmd, own) })
	}
	if err := f.cluster.check(cmd); err != nil {
		return nil, err
	}
	c := &f.config
	if c.Slurm = f.cluster.config(); c.Slurm != nil && !cmd.Flags().Changed("in-flight") {
		c.InFlight = run.ClusterInFlight
	}
	if c.Strides, err = strides(f.stride); err != nil {
		return nil, err
	}
	if err := checkObjectives(f.objectives); err != nil {
		return nil, err
	}
	if c.Pool == "" {
		return nil, noPool()
	}
	if f.retries < 0 || f.maxFailures < 0 {
		return nil, usagef("--retries and --max-failures cannot be negative, are %d and %d", f.retries, f.maxFailures)
	}
	c.Retries, c.MaxFailures = noneIfZero(f.retries), noneIfZero(f.maxFailures)
	if c.Parameters, err = f.parameters.values(); err != nil {
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

// dryRun prints what would be submitted to the cluster for so many requests.
func dryRun(cmd *cobra.Command, o slurm.Options, requests int) error {
	script, err := slurm.Script(o, (requests+o.PerTask-1)/o.PerTask)
	if err != nil {
		return usageError{err}
	}
	_, err = fmt.Fprint(cmd.OutOrStdout(), script)
	return err
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
