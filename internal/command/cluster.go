package command

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"coexplore/internal/atomicfile"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/evaluate/slurm"
	"coexplore/nas/run"
)

// clusterInFlight is how many networks are in flight where a cluster trains them and
// nothing else is said.
const clusterInFlight = 8

// clusterFlags are the flags that say what trains networks in place of this machine.
type clusterFlags struct {
	run.Cluster
	detach, dryRun bool
}

// clusterFlagNames are the flags that may differ when a run is resumed.
var clusterFlagNames = []string{"partition", "account", "time", "cpus", "gres", "mem", "sbatch", "array", "per-task", "detach"}

func (f *clusterFlags) add(fl *pflag.FlagSet) {
	fl.StringVar(&f.Scheduler, "cluster", "", "slurm: train networks as jobs of the Slurm cluster of this login node")
	fl.StringVar(&f.Partition, "partition", "", "partition of the jobs (default: the cluster's)")
	fl.StringVar(&f.Account, "account", "", "account of the jobs (default: yours)")
	fl.StringVar(&f.Time, "time", "", "time limit of a task, as sbatch takes it: 30 (minutes), 1:00:00")
	fl.StringVar(&f.Gres, "gres", "", "generic resources of a task: gpu:1")
	fl.StringVar(&f.Memory, "mem", "", "memory of a task: 4G")
	fl.IntVar(&f.CPUs, "cpus", 1, "processors of a task")
	fl.StringArrayVar(&f.Options, "sbatch", nil, "another option of sbatch, as --sbatch=--qos=long; may be given again")
	fl.IntVar(&f.Array, "array", 0, "tasks of a job array that run at once (0: as many as the cluster lets)")
	fl.IntVar(&f.PerTask, "per-task", 1, "networks that share a task, one after the other, where they train in seconds")
	fl.BoolVar(&f.detach, "detach", false, "leave jobs in the queue when the search is stopped: --resume finds them again")
	fl.BoolVar(&f.dryRun, "dry-run", false, "print the batch script of a job array that would be submitted, and stop")
}

// check is an error if the flags make no sense.
func (f *clusterFlags) check(cmd *cobra.Command) error {
	switch f.Scheduler {
	case "slurm":
	case "":
		for _, name := range append(clusterFlagNames, "dry-run") {
			if cmd.Flags().Changed(name) {
				return usagef("--%s is about a cluster: give --cluster slurm, too", name)
			}
		}
	default:
		return usagef("no cluster %q: slurm is known; any other scheduler can be used through --evaluator, see package nas/evaluate", f.Scheduler)
	}
	for _, n := range []struct {
		name  string
		value int
		least int
	}{{"cpus", f.CPUs, 1}, {"array", f.Array, 0}, {"per-task", f.PerTask, 1}} {
		if n.value < n.least {
			return usagef("--%s must be at least %d, is %d", n.name, n.least, n.value)
		}
	}
	return nil
}

// config is what a run keeps of the flags; nil: this machine trains.
func (f *clusterFlags) config() *run.Cluster {
	if f.Scheduler == "" {
		return nil
	}
	c := f.Cluster
	return &c
}

// agree is for a run that is resumed, which has a cluster or none: the flags that are
// given count in place of its own.
func (f *clusterFlags) agree(cmd *cobra.Command, c *run.Cluster) error {
	if c != nil {
		f.Scheduler = c.Scheduler
	}
	if err := f.check(cmd); err != nil || c == nil {
		return err
	}
	given := func(name string) bool { return cmd.Flags().Changed(name) }
	for _, s := range []struct {
		name     string
		now, own *string
	}{
		{"partition", &c.Partition, &f.Partition}, {"account", &c.Account, &f.Account}, {"time", &c.Time, &f.Time},
		{"gres", &c.Gres, &f.Gres}, {"mem", &c.Memory, &f.Memory},
	} {
		if given(s.name) {
			*s.now = *s.own
		}
	}
	for _, n := range []struct {
		name     string
		now, own *int
	}{{"cpus", &c.CPUs, &f.CPUs}, {"array", &c.Array, &f.Array}, {"per-task", &c.PerTask, &f.PerTask}} {
		if given(n.name) {
			*n.now = *n.own
		}
	}
	if given("sbatch") {
		c.Options = f.Options
	}
	return nil
}

// slurmOptions are what a run in a folder asks of the cluster.
func slurmOptions(c *run.Cluster, dir string, detach bool, command ...string) slurm.Options {
	program := filepath.Join(dir, "jobs", "coexplore")
	if abs, err := filepath.Abs(program); err == nil {
		program = abs
	}
	return slurm.Options{
		Dir: dir, Command: append([]string{program}, command...),
		Partition: c.Partition, Account: c.Account, Time: c.Time, Gres: c.Gres, Memory: c.Memory, CPUs: c.CPUs, Extra: c.Options,
		Array: c.Array, PerTask: c.PerTask, Detach: detach,
	}
}

// openQueue opens the queue of a run, whose jobs run this program, of which the folder
// gets a copy: it is there on all nodes, and stays what it is when a new one is installed.
func openQueue(o slurm.Options, stderr io.Writer) (*slurm.Queue, error) {
	if err := slurm.Check(); err != nil {
		return nil, err
	}
	if err := copyProgram(o.Command[0]); err != nil {
		return nil, err
	}
	var mu sync.Mutex
	o.Notice = func(text string) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(stderr, "\nslurm: %s\n", text)
	}
	return slurm.Open(o)
}

// copyProgram copies this program to a path, unless it is there.
func copyProgram(path string) error {
	own, err := os.Executable()
	if err != nil {
		return fmt.Errorf("this program cannot be copied to the folder of the run: %w", err)
	}
	content, err := os.ReadFile(own)
	if err != nil {
		return fmt.Errorf("this program cannot be copied to the folder of the run: %w", err)
	}
	if there, err := os.ReadFile(path); err == nil && bytes.Equal(there, content) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := atomicfile.Write(path, content); err != nil {
		return err
	}
	return os.Chmod(path, 0o755)
}

// onCluster has the cluster train the networks of a session, for the run in a folder.
// What it returns ends that.
func (s *session) onCluster(dir string, detach bool, stderr io.Writer) (io.Closer, error) {
	q, err := openQueue(slurmOptions(s.config.Cluster, dir, detach, "evaluate-request"), stderr)
	if err != nil {
		return nil, err
	}
	c := &s.config
	e := q.Evaluator(func(network string, seed uint64) *evaluate.Request {
		return evaluate.NewRequest(network, seed, c.Input, c.Classes)
	})
	_, tested := s.problem.Evaluator.(nas.Tester)
	s.problem.Evaluator = e
	if tested {
		s.problem.Evaluator = e.Tester()
	}
	// Those in flight wait for the cluster, all of them, and a batch does.
	s.settings.Workers = max(s.settings.InFlight, int(c.Parameters["episode-batch"]), 1)
	return q, nil
}
