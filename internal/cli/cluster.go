package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"coexplore/nas/evaluate/slurm"
)

// ClusterFlags are the flags that say what trains networks in place of this machine.
type ClusterFlags struct {
	slurm.Options
	Scheduler string
	DryRun    bool
}

// ClusterFlagNames are the flags that may differ when a run is resumed.
var ClusterFlagNames = []string{"partition", "account", "time", "cpus", "gres", "mem", "sbatch", "array", "per-task", "detach"}

// Add adds the flags.
func (f *ClusterFlags) Add(fl *pflag.FlagSet) {
	fl.StringVar(&f.Scheduler, "cluster", "", "slurm: train networks as jobs of the Slurm cluster of this login node")
	fl.StringVar(&f.Partition, "partition", "", "partition of the jobs (default: the cluster's)")
	fl.StringVar(&f.Account, "account", "", "account of the jobs (default: yours)")
	fl.StringVar(&f.Time, "time", "", "time limit of a task, as sbatch takes it: 30 (minutes), 1:00:00")
	fl.StringVar(&f.Gres, "gres", "", "generic resources of a task: gpu:1")
	fl.StringVar(&f.Memory, "mem", "", "memory of a task: 4G")
	fl.IntVar(&f.CPUs, "cpus", 1, "processors of a task")
	fl.StringArrayVar(&f.Extra, "sbatch", nil, "another option of sbatch, as --sbatch=--qos=long; may be given again")
	fl.IntVar(&f.Array, "array", 0, "tasks of a job array that run at once (0: as many as the cluster lets)")
	fl.IntVar(&f.PerTask, "per-task", 1, "networks that share a task, one after the other, where they train in seconds")
	fl.BoolVar(&f.Detach, "detach", false, "leave jobs in the queue when the search is stopped: --resume finds them again")
	fl.BoolVar(&f.DryRun, "dry-run", false, "print the batch script of a job array that would be submitted, and stop")
}

// Check is an error if the flags make no sense.
func (f *ClusterFlags) Check(cmd *cobra.Command) error {
	switch f.Scheduler {
	case "slurm":
	case "":
		for _, name := range append(ClusterFlagNames, "dry-run") {
			if cmd.Flags().Changed(name) {
				return Usagef("--%s is about a cluster: give --cluster slurm, too", name)
			}
		}
	default:
		return Usagef("no cluster %q: slurm is known; any other scheduler can be used through --evaluator, see package nas/evaluate", f.Scheduler)
	}
	for _, n := range []struct {
		name  string
		value int
		least int
	}{{"cpus", f.CPUs, 1}, {"array", f.Array, 0}, {"per-task", f.PerTask, 1}} {
		if n.value < n.least {
			return Usagef("--%s must be at least %d, is %d", n.name, n.least, n.value)
		}
	}
	return nil
}

// Config is what a run keeps of the flags; nil: this machine trains.
func (f *ClusterFlags) Config() *slurm.Options {
	if f.Scheduler == "" {
		return nil
	}
	return &f.Options
}

// Resume is for a run that is resumed, with what it asks of the cluster, or nil: the flags
// that are given count in place of its own.
func (f *ClusterFlags) Resume(cmd *cobra.Command, own *slurm.Options) (*slurm.Options, error) {
	if own == nil {
		return nil, f.Check(cmd)
	}
	f.Scheduler = "slurm"
	if err := f.Check(cmd); err != nil {
		return nil, err
	}
	given := f.Options
	f.Options = *own
	for name, take := range map[string]func(){
		"partition": func() { f.Partition = given.Partition }, "account": func() { f.Account = given.Account },
		"time": func() { f.Time = given.Time }, "gres": func() { f.Gres = given.Gres }, "mem": func() { f.Memory = given.Memory },
		"cpus": func() { f.CPUs = given.CPUs }, "array": func() { f.Array = given.Array }, "per-task": func() { f.PerTask = given.PerTask },
		"sbatch": func() { f.Extra = given.Extra },
	} {
		if cmd.Flags().Changed(name) {
			take()
		}
	}
	f.Detach = given.Detach
	return &f.Options, nil
}

// SlurmNotice says what happens to the jobs of a cluster.
func SlurmNotice(stderr io.Writer) func(string) {
	return func(text string) { fmt.Fprintf(stderr, "\nslurm: %s\n", text) }
}

// DryRun prints what would be submitted to the cluster for so many requests.
func DryRun(cmd *cobra.Command, o slurm.Options, requests int) error {
	script, err := slurm.Script(o, (requests+o.PerTask-1)/o.PerTask)
	if err != nil {
		return Usage(err)
	}
	_, err = fmt.Fprint(cmd.OutOrStdout(), script)
	return err
}
