package slurm

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"coexplore/internal/atomicfile"
	"coexplore/internal/sealed"
)

// A batch is a job array.
type batch struct {
	Name  string     `json:"name"`
	Tasks [][]string `json:"tasks"` // the names of the requests of each
	// Job is the array's number, which squeue tells if it was not noted.
	Job string `json:"job,omitempty"`
}

// path is a file of a batch, by what it ends with.
func (q *Queue) path(b *batch, end string) string {
	return filepath.Join(q.options.Dir, jobsDir, b.Name+end)
}

// keep writes what the batch is, so that it is found again.
func (q *Queue) keep(b *batch) error {
	data, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return fmt.Errorf("slurm: %w", err)
	}
	return atomicfile.Write(q.path(b, ".json"), sealed.Seal(data))
}

// prefix is what the names of a run's jobs begin with: it says which run it is.
func (q *Queue) prefix() string { return "coexplore-" + q.run + "-" }

// earlier reads the batches that were written for this run before, in their order.
func (q *Queue) earlier() ([]*batch, error) {
	paths, err := filepath.Glob(filepath.Join(q.options.Dir, jobsDir, q.prefix()+"*.json"))
	if err != nil {
		return nil, fmt.Errorf("slurm: %w", err)
	}
	slices.Sort(paths)
	var list []*batch
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("slurm: %w", err)
		}
		b := &batch{}
		if err := sealed.Unmarshal(data, b); err != nil {
			return nil, fmt.Errorf("slurm: %s is damaged (%w): cancel the job of that name, if there is one, and delete the file", path, err)
		}
		list = append(list, b)
	}
	return list, nil
}

// Script is the batch script for an array of so many tasks, as it would be submitted: it
// is what --dry-run prints.
func Script(o Options, tasks int) (string, error) {
	o, err := o.filled()
	if err != nil {
		return "", err
	}
	q := &Queue{options: o, run: runName(o.Dir)}
	return q.script(&batch{Name: q.prefix() + "0001", Tasks: make([][]string, tasks)}), nil
}

// arguments are the options that a batch is submitted with, as sbatch takes them.
func (q *Queue) arguments(b *batch) []string {
	o := &q.options
	jobs := filepath.Join(o.Dir, jobsDir)
	array := fmt.Sprintf("0-%d", len(b.Tasks)-1)
	if o.Array > 0 {
		array += fmt.Sprintf("%%%d", o.Array)
	}
	options := []string{
		"--job-name=" + b.Name,
		"--array=" + array,
		fmt.Sprintf("--cpus-per-task=%d", o.CPUs),
		"--chdir=" + jobs,
		// Relative to the folder of --chdir. A task that is started again writes on.
		"--output=" + logsDir + "/%x_%a.log",
		"--open-mode=append",
		"--requeue",
	}
	for _, own := range []struct{ name, value string }{
		{"partition", o.Partition}, {"account", o.Account}, {"time", o.Time}, {"gres", o.Gres}, {"mem", o.Memory},
	} {
		if own.value != "" {
			options = append(options, "--"+own.name+"="+own.value)
		}
	}
	return append(options, o.Extra...)
}

// script is the batch script of a batch.
func (q *Queue) script(b *batch) string {
	var s strings.Builder
	s.WriteString("#!/bin/sh\n")
	for _, option := range q.arguments(b) {
		fmt.Fprintf(&s, "#SBATCH %s\n", directive(option))
	}
	fmt.Fprintf(&s, `# Variables such as SBATCH_PARTITION outrank these lines: sbatch gets the same options
# on its command line, which outranks both.

# Line n+1 of the list names the requests of task n. Each gets an answer in ../%s.
requests=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" %s)
exec %s $requests
`, answersDir, quote(b.Name+".tasks"), quoteAll(q.options.Command))
	return s.String()
}

// list is the file of a batch's tasks, a line of requests for each.
func (b *batch) list() string {
	var s strings.Builder
	for _, requests := range b.Tasks {
		files := make([]string, len(requests))
		for i, name := range requests {
			files[i] = name + RequestEnd
		}
		fmt.Fprintln(&s, strings.Join(files, " "))
	}
	return s.String()
}

// directive is an option as a line of #SBATCH takes it.
func directive(option string) string {
	if !strings.ContainsAny(option, " \t\"'\\#") {
		return option
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(option) + `"`
}

// quote is a word for the shell.
func quote(word string) string {
	if word != "" && !strings.ContainsFunc(word, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("-_./=:,+@%", r))
	}) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

func quoteAll(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = quote(w)
	}
	return strings.Join(quoted, " ")
}

// logTail is the end of the log of a task, in a line; empty: it wrote nothing.
func (q *Queue) logTail(p place) string {
	f, err := os.Open(q.log(p))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return ""
		}
		return err.Error()
	}
	defer f.Close()
	const most = 300
	if info, err := f.Stat(); err == nil && info.Size() > most {
		f.Seek(-most, 2)
	}
	text := make([]byte, most)
	n, _ := f.Read(text)
	return strings.Join(strings.Fields(strings.ToValidUTF8(string(text[:n]), "")), " ")
}

// log is where a task writes.
func (q *Queue) log(p place) string {
	return filepath.Join(q.options.Dir, jobsDir, logsDir, fmt.Sprintf("%s_%d.log", p.batch, p.index))
}
