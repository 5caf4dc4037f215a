package notebooks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"coexplore/internal/atomicfile"
	"coexplore/internal/cli"
	"coexplore/kernelext"
	"coexplore/kernelext/nbclient/grade"
)

// notebookGrade is what notebooks grade was asked for.
type notebookGrade struct {
	master, csv  string
	time         time.Duration
	memory, jobs int
	output       int
	open         bool
}

func newNotebooksGradeCommand() *cobra.Command {
	o := notebookGrade{}
	cmd := &cobra.Command{
		Use:   "grade FOLDER --master FILE",
		Short: "Mark a folder of submissions to a lesson",
		Long: `Mark the notebooks in a folder, and in its folders: teaching cells and checks come
from the master, the lesson with its solutions; from a submission only the answers
are taken. Each is run in a kernel of its own with limits of time, memory and
output, without a network and with the masters and the other submissions hidden; a
bad one is marked with the reason and never ends the run. Prints the marks, how many
solved each exercise, and a leaderboard for each open exercise.

What a determined cheater could still do is in the documentation of
kernelext/nbclient/grade.`,
		Example: `  coexplore notebooks grade handed-in --master notebooks/02_pipeline.ipynb --csv marks.csv`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case o.master == "":
				return cli.Usagef("--master FILE says which lesson the submissions are to")
			case o.time <= 0 || o.jobs <= 0 || o.output <= 0:
				return cli.Usagef("--time, --jobs and --output must be positive, are %v, %d and %d", o.time, o.jobs, o.output)
			case o.memory < 256:
				return cli.Usagef("--memory %d: Go itself needs 256 MB to build an answer", o.memory)
			}
			return o.run(cmd.Context(), args[0], cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&o.master, "master", "", "the lesson, with its solutions")
	cli.FileVar(cmd.Flags(), &o.csv, "csv", "file for the marks as a table")
	cmd.Flags().DurationVar(&o.time, "time", time.Minute, "limit for one answer with its check")
	cmd.Flags().IntVar(&o.memory, "memory", 2048, "limit of memory, in MB")
	cmd.Flags().IntVar(&o.output, "output", 1024, "limit of what one answer prints and shows, in KB")
	cmd.Flags().IntVar(&o.jobs, "jobs", 1, "submissions that are run at the same time")
	cmd.Flags().BoolVar(&o.open, "unprotected", false, "run answers also where they cannot be kept off the network and hidden files")
	return cmd
}

// run marks the submissions.
func (o *notebookGrade) run(ctx context.Context, folder string, stdout, stderr io.Writer) error {
	lesson, err := readLesson(o.master)
	if err != nil {
		return err
	}
	if len(lesson.Exercises) == 0 {
		return fmt.Errorf("%s has no exercises: nothing to mark", o.master)
	}
	files, err := grade.Submissions(folder)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("no notebooks in %s: submissions are files whose names end with .ipynb", folder)
	}
	options, err := o.options(ctx, folder, files, stderr)
	if err != nil {
		return err
	}
	results, err := grade.Grade(ctx, lesson, folder, files, options, func(r grade.Result) {
		points, of := r.Points()
		fmt.Fprintf(stderr, "%s: %g of %g\n", printable(r.File), points, of)
	})
	if len(results) > 0 {
		if err := printMarks(stdout, results); err != nil {
			return err
		}
	}
	if o.csv != "" && len(results) > 0 {
		if err := atomicfile.WriteTo(o.csv, func(w io.Writer) error { return grade.WriteCSV(w, results) }); err != nil {
			return err
		}
		fmt.Fprintln(stderr, o.csv)
	}
	if ctx.Err() != nil {
		return fmt.Errorf("stopped; %d of %s are marked", len(results), counted(len(files), "submission"))
	}
	return err
}

// options are the kernel with its limits.
func (o *notebookGrade) options(ctx context.Context, folder string, files []string, stderr io.Writer) (grade.Options, error) {
	options := grade.Options{Time: o.time, Jobs: o.jobs}
	dir, err := filepath.Abs(filepath.Dir(o.master))
	if err != nil {
		return options, err
	}
	tools, err := provision(ctx, filepath.Dir(o.master), stderr)
	if err != nil {
		return options, err
	}
	limits := grade.Limits{MemoryMB: o.memory, OutputKB: o.output}
	if limits.Hide, err = filepath.Glob(filepath.Join(dir, "*.ipynb")); err != nil {
		return options, err
	}
	for _, f := range files {
		path, err := filepath.Abs(filepath.Join(folder, filepath.FromSlash(f)))
		if err != nil {
			return options, err
		}
		if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() {
			limits.Hide = append(limits.Hide, path)
		}
	}
	kernel := tools.Kernel(dir)
	options.Kernel, err = grade.Confine(kernel, limits)
	if errors.Is(err, grade.ErrOpen) {
		if !o.open {
			return options, fmt.Errorf("%w; with --unprotected they run all the same, as yourself and with your network", err)
		}
		fmt.Fprintln(stderr, "notice: "+cli.OneLine(err))
		options.Kernel, err = grade.Bound(kernel, limits), nil
	}
	return options, err
}

// printMarks prints the marks, how many solved each exercise, and the leaderboards.
func printMarks(w io.Writer, results []grade.Result) error {
	solved := make([][]any, len(results[0].Marks))
	for _, r := range results {
		points, of := r.Points()
		fmt.Fprintf(w, "%s: %g of %g\n", printable(r.File), points, of)
		for i, m := range r.Marks {
			fmt.Fprintf(w, "  %-16s %4g of %-4g %s\n", m.Exercise, m.Points, m.Of, m.Reason)
			if solved[i] == nil {
				solved[i] = []any{m.Exercise, 0, len(results)}
			}
			if m.Right {
				solved[i][1] = solved[i][1].(int) + 1
			}
		}
	}
	_, err := fmt.Fprintf(w, "\n%s", kernelext.Tabulate([]string{"exercise", "right", "of"}, solved...))
	for _, b := range grade.Leaderboards(results) {
		target := ""
		if b.Target != nil {
			target = fmt.Sprintf(" (target %g)", *b.Target)
		}
		var rows [][]any
		for _, p := range b.Places {
			rows = append(rows, []any{p.Rank, printable(p.File), p.Score})
		}
		score := strings.TrimSpace("score " + b.Unit)
		_, err = fmt.Fprintf(w, "\nLeaderboard: %s%s\n%s", b.Exercise, target, kernelext.Tabulate([]string{"", "file", score}, rows...))
	}
	return err
}

// printable is a file's name for the screen.
func printable(name string) string {
	if q := fmt.Sprintf("%q", name); q != `"`+name+`"` {
		return q
	}
	return name
}
