package slurm

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// Options are what a [Queue] asks of the cluster.
type Options struct {
	// Dir is the folder of the run, on a file system that the nodes share under the same
	// name.
	Dir string `json:"-"`
	// Command is what a task runs, with the paths of its requests as further arguments.
	Command []string `json:"-"`

	Partition string // empty: the cluster's default, as with the next four
	Account   string
	Time      string   // limit of a task as sbatch takes it, as 30 or 1:00:00
	Gres      string   // generic resources of a task, as gpu:1
	Memory    string   // of a task, as 4G
	CPUs      int      // of a task; zero means 1
	Extra     []string // more options of sbatch, as --qos=long

	// Array is how many tasks of an array may run at once; zero: no limit.
	Array int
	// PerTask is how many networks share a task, one after the other, for networks that
	// train in seconds; zero means 1.
	PerTask int

	// Attempts is how often a network is submitted before its evaluation counts as
	// failed; zero means DefaultAttempts.
	Attempts int
	// Backoff is the time before the second attempt, which doubles with each; zero means
	// DefaultBackoff.
	Backoff time.Duration
	// Fastest and Slowest are the times between two questions to the controller while
	// things happen and while nothing does; zero means DefaultFastest and DefaultSlowest.
	Fastest, Slowest time.Duration
	// Gather is how long a network waits for others to share an array with; zero means
	// DefaultGather.
	Gather time.Duration

	// Detach leaves jobs as they are when the queue is closed; otherwise they are
	// cancelled.
	Detach bool `json:"-"`
	// Notice is told, in a line, what a user should know: nil: nobody is.
	Notice func(string) `json:"-"`
}

// What Options that are zero stand for.
const (
	DefaultAttempts = 3
	DefaultBackoff  = 10 * time.Second
	DefaultFastest  = 2 * time.Second
	DefaultSlowest  = time.Minute
	DefaultGather   = 200 * time.Millisecond
)

// longestBackoff is the most time between two attempts.
const longestBackoff = 10 * time.Minute

// filled is the options with their defaults, and Dir as a path from the root.
func (o Options) filled() (Options, error) {
	if o.Dir == "" || len(o.Command) == 0 {
		return o, errors.New("slurm: options need the folder of the run and a command")
	}
	if o.CPUs < 0 || o.Array < 0 || o.PerTask < 0 || o.Attempts < 0 {
		return o, fmt.Errorf("slurm: CPUs, Array, PerTask and Attempts cannot be negative, are %d, %d, %d and %d", o.CPUs, o.Array, o.PerTask, o.Attempts)
	}
	for _, option := range append([]string{o.Partition, o.Account, o.Time, o.Gres, o.Memory}, o.Extra...) {
		if strings.ContainsAny(option, "\n\r\x00") {
			return o, fmt.Errorf("slurm: an option cannot have several lines: %q", option)
		}
	}
	for _, option := range o.Extra {
		if !strings.HasPrefix(option, "-") {
			return o, fmt.Errorf("slurm: %q is no option of sbatch: it begins with no dash, as --qos=long does", option)
		}
		if own := ownOption(option); own != "" {
			return o, fmt.Errorf("slurm: %s cannot be among the options for sbatch: %s", option, own)
		}
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return o, fmt.Errorf("slurm: %w", err)
	}
	o.Dir = dir
	o.CPUs, o.PerTask = max(1, o.CPUs), max(1, o.PerTask)
	o.Attempts = cmp.Or(o.Attempts, DefaultAttempts)
	o.Backoff, o.Gather = cmp.Or(o.Backoff, DefaultBackoff), cmp.Or(o.Gather, DefaultGather)
	o.Fastest = cmp.Or(o.Fastest, DefaultFastest)
	o.Slowest = max(o.Fastest, cmp.Or(o.Slowest, DefaultSlowest))
	if o.Notice == nil {
		o.Notice = func(string) {}
	}
	return o, nil
}

// owned are the options that a queue itself gives sbatch, by their names, or that would
// keep it from working, and why.
var owned = []struct{ long, short, why string }{
	{"array", "a", "its tasks are the networks; the field Array says how many run at once"},
	{"job-name", "J", "jobs are found again by the name that the queue gives them"},
	{"chdir", "D", "tasks run in the folder of the run"},
	{"output", "o", "what a task writes is looked for in the folder of the run"},
	{"error", "e", "what a task writes is looked for in the folder of the run"},
	{"open-mode", "", "a task that is started again writes on"},
	{"requeue", "", "tasks whose node fails are requeued"},
	{"no-requeue", "", "tasks whose node fails are requeued"},
	{"cpus-per-task", "c", "the field CPUs says so"},
	{"wait", "W", "the queue waits itself"},
	{"wrap", "", "the queue has a script of its own"},
	{"test-only", "", "nothing would be submitted; Script shows the script"},
	{"parsable", "", "the queue reads what sbatch writes"},
	{"quiet", "Q", "the queue reads what sbatch writes"},
	{"help", "h", "nothing would be submitted"},
	{"usage", "", "nothing would be submitted"},
	{"version", "V", "nothing would be submitted"},
	{"clusters", "M", "the job has to be one of the cluster that the queue asks"},
}

// ownOption is why an option of sbatch cannot be one of Extra; empty: it can. sbatch takes
// the beginning of a name for the name.
func ownOption(option string) string {
	name, long := strings.CutPrefix(option, "--")
	name, _, _ = strings.Cut(name, "=")
	name, _, _ = strings.Cut(name, " ")
	for _, o := range owned {
		switch {
		case !long && o.short != "" && strings.HasPrefix(option, "-"+o.short),
			long && len(name) > 1 && strings.HasPrefix(o.long, name):
			return o.why
		}
	}
	return ""
}

// The folders of a run that a queue shares with its tasks.
const (
	jobsDir    = "jobs"    // requests, batches
	logsDir    = "logs"    // in jobs: what tasks wrote
	answersDir = "answers" // answers, or whatever else the command writes
)
