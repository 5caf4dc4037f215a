package command

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"coexplore/nas"
	"coexplore/nas/evaluate/slurm"
	"coexplore/nas/run"
)

// open makes sense of the flags: it returns the opened directory of a run to be
// resumed, or a Directory without a path whose Config the flags make.
func (f *exploreFlags) open(cmd *cobra.Command) (*run.Directory, error) {
	if f.resume == "" {
		if err := f.cluster.check(cmd); err != nil {
			return nil, err
		}
		if f.config.Cluster = f.cluster.config(); f.config.Cluster != nil && !cmd.Flags().Changed("in-flight") {
			f.config.InFlight = clusterInFlight
		}
		if err := f.latencies.check(); err != nil {
			return nil, err
		}
		f.config.LatencyTable, f.config.LatencyFill = f.latencies.file, f.latencies.fill
		if err := fillDefaults(&f.config, f.stride); err != nil {
			return nil, err
		}
		if err := checkObjectives(f.objectives); err != nil {
			return nil, err
		}
		if err := checkKernels(f.config.Kernels); err != nil {
			return nil, usageError{err}
		}
		keepPlaces(&f.config)
		if f.retries < 0 || f.maxFailures < 0 {
			return nil, usagef("--retries and --max-failures cannot be negative, are %d and %d", f.retries, f.maxFailures)
		}
		f.config.Retries, f.config.MaxFailures = noneIfZero(f.retries), noneIfZero(f.maxFailures)
		values, err := f.parameters.values()
		if err != nil {
			return nil, err
		}
		d, err := methods.Lookup(f.config.Method)
		if err != nil {
			return nil, usageError{err}
		}
		if f.config.Parameters, err = d.Values(values); err != nil {
			return nil, usageError{err}
		}
		return &run.Directory{Config: f.config}, nil
	}
	return f.openResumed(cmd)
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

// newMethod is the method of a run.
func newMethod(c *run.Config) (nas.Method, error) {
	d, err := methods.Lookup(c.Method)
	if err != nil {
		return nil, err
	}
	for _, p := range d.Parameters {
		if _, known := c.Parameters[p.Name]; !known {
			return nil, fmt.Errorf("the run does not say what --%s of its method was: it is of an older version; begin it anew", p.Name)
		}
	}
	return d.Make(c.Parameters)
}

// dryRun prints what would be submitted to the cluster for as many networks as may be in
// flight.
func (f *exploreFlags) dryRun(cmd *cobra.Command, dir *run.Directory) error {
	c := &dir.Config
	path := dir.Path
	if path == "" {
		path = cmp.Or(f.out, newRunPath(c))
	}
	o := slurmOptions(c.Cluster, path, false, "evaluate-request")
	tasks := (max(1, c.InFlight) + o.PerTask - 1) / o.PerTask
	script, err := slurm.Script(o, tasks)
	if err != nil {
		return usageError{err}
	}
	_, err = fmt.Fprint(cmd.OutOrStdout(), script)
	return err
}

// createRun makes the run directory: out, or a new one in runs/.
func createRun(out string, c run.Config) (*run.Directory, error) {
	if out != "" {
		return run.Create(out, c)
	}
	return run.Create(newRunPath(&c), c)
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
