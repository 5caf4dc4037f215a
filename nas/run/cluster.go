package run

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"coexplore/internal/atomicfile"
	"coexplore/nas/evaluate/slurm"
)

// ClusterInFlight is how many networks are in flight where a cluster trains them and
// nothing else is said.
const ClusterInFlight = 8

// JobOptions are what a folder's jobs ask of the cluster: those of o, with this program,
// of which [OpenQueue] puts a copy into the folder, and its arguments as their command.
func JobOptions(o *slurm.Options, dir string, arguments ...string) slurm.Options {
	program := filepath.Join(dir, "jobs", "coexplore")
	if abs, err := filepath.Abs(program); err == nil {
		program = abs
	}
	jobs := *o
	jobs.Dir, jobs.Command = dir, append([]string{program}, arguments...)
	return jobs
}

// OpenQueue opens a queue whose jobs run this program, of which the folder gets a copy:
// it is there on all nodes, and stays what it is when a new one is installed. Notice is
// told, in a line, what a user should know; nil: nobody is.
func OpenQueue(o slurm.Options, notice func(string)) (*slurm.Queue, error) {
	if err := slurm.Check(); err != nil {
		return nil, err
	}
	if err := copyProgram(o.Command[0]); err != nil {
		return nil, err
	}
	if notice != nil {
		var mu sync.Mutex
		o.Notice = func(text string) {
			mu.Lock()
			defer mu.Unlock()
			notice(text)
		}
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
