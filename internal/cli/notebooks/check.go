package notebooks

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"coexplore/internal/cli"
	"coexplore/kernelext/nbclient"
	"coexplore/kernelext/nbclient/grade"
)

// notebookCheck is what notebooks check was asked for.
type notebookCheck struct {
	time time.Duration
	jobs int
}

func newNotebooksCheckCommand() *cobra.Command {
	o := notebookCheck{}
	cmd := &cobra.Command{
		Use:   "check FILE...",
		Short: "Try the exercises of lessons: solutions must pass, wrong answers must not",
		Long: `Run each lesson once and try the answers of its exercises: the code that is handed
out must not pass, every wrong answer that the lesson holds must fail with the hint
that it names, and the solution must pass. All problems are listed. How a lesson
marks its exercises is in the documentation of kernelext/nbclient/grade.`,
		Example: `  coexplore notebooks check notebooks/02_pipeline.ipynb
  coexplore notebooks check --jobs 2 notebooks/*.ipynb`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.time <= 0 || o.jobs <= 0 {
				return cli.Usagef("--time and --jobs must be positive, are %v and %d", o.time, o.jobs)
			}
			return o.run(cmd.Context(), args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().DurationVar(&o.time, "time", time.Minute, "limit for one answer with its check")
	cmd.Flags().IntVar(&o.jobs, "jobs", 1, "lessons that are run at the same time")
	return cmd
}

// run checks the files and prints a line for each exercise.
func (o *notebookCheck) run(ctx context.Context, files []string, stdout, stderr io.Writer) error {
	lessons := make([]*grade.Lesson, len(files))
	exercises := 0
	for i, f := range files {
		nb, err := nbclient.Read(f)
		if err != nil {
			return err
		}
		lessons[i] = grade.NewLesson(nb)
		exercises += len(lessons[i].Exercises)
	}
	var tools *nbclient.Tools
	if exercises > 0 {
		var err error
		if tools, err = provision(ctx, filepath.Dir(files[0]), stderr); err != nil {
			return err
		}
	}
	var mu sync.Mutex
	problems, bad := 0, 0
	var group errgroup.Group
	group.SetLimit(o.jobs)
	for i, l := range lessons {
		group.Go(func() error {
			var out bytes.Buffer
			w := io.Writer(&out)
			if o.jobs == 1 {
				w = stdout // as it goes
			}
			n := o.one(ctx, l, files[i], tools, w)
			mu.Lock()
			defer mu.Unlock()
			stdout.Write(out.Bytes())
			if problems += n; n > 0 {
				bad++
			}
			return nil
		})
	}
	group.Wait()
	if ctx.Err() != nil {
		return errors.New("stopped; lessons that are not listed were not checked to their end")
	}
	if problems > 0 {
		return fmt.Errorf("%s in %d of %s", counted(problems, "problem"), bad, counted(len(files), "lesson"))
	}
	return nil
}

// one checks a lesson, writes what it found and returns how many problems that is.
func (o *notebookCheck) one(ctx context.Context, l *grade.Lesson, file string, tools *nbclient.Tools, w io.Writer) int {
	if len(l.Exercises) == 0 && len(l.Problems) == 0 {
		fmt.Fprintf(w, "%s: no exercises\n", file)
		return 0
	}
	for _, p := range l.Problems {
		fmt.Fprintf(w, "%s: %v\n", file, p)
	}
	if n := len(l.Problems); n > 0 {
		return n // what is not whole cannot be run
	}
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		fmt.Fprintf(w, "%s: %v\n", file, err)
		return 1
	}
	problems := 0
	_, err = grade.CheckLesson(ctx, l, grade.Options{Kernel: tools.Kernel(dir), Time: o.time}, func(f grade.Finding) {
		problems += len(f.Problems)
		printFinding(w, file, f)
	})
	if err != nil && ctx.Err() == nil {
		fmt.Fprintf(w, "%s\n", cli.OneLine(grade.Describe(l, err)))
		problems++
	}
	return problems
}

// printFinding prints what the check of an exercise found.
func printFinding(w io.Writer, file string, f grade.Finding) {
	state := "ok"
	if len(f.Problems) > 0 {
		state = counted(len(f.Problems), "problem")
	}
	fmt.Fprintf(w, "%s: exercise %s: %s; %d answers tried in %.1f s\n", file, f.Exercise, state, f.Tried, f.Took.Seconds())
	for _, p := range f.Problems {
		fmt.Fprintf(w, "%s: %v\n", file, p)
	}
}

// counted is a number with what is counted, in the plural where it is not one.
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
