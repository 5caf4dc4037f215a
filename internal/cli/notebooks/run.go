package notebooks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"coexplore/internal/cli"
	"coexplore/kernelext/nbclient"
)

// notebookRun is what notebooks run was asked for.
type notebookRun struct {
	out       string
	inPlace   bool
	check     bool
	exercises bool
	timeout   time.Duration
	jobs      int
}

func newNotebooksRunCommand() *cobra.Command {
	o := notebookRun{}
	cmd := &cobra.Command{
		Use:   "run [FILE...]",
		Short: "Execute notebooks",
		Long: `Execute notebooks and write, for each, the notebook with its outputs and a page for
the browser that needs nothing else, and index.html, which lists the pages in the
folder. Without files: all notebooks of the course. Go notebooks run in the GoNB
kernel, which is built the first time; neither Jupyter nor Python is needed. A
notebook that names another kernel runs in that one, if Jupyter knows it.

Cells have no standard input, and of what one prints the first 256 KB and the last
16 KB are kept.`,
		Example: `  coexplore notebooks run
  coexplore notebooks run notebooks/01_quickstart.ipynb --out out`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.timeout <= 0 {
				return cli.Usagef("--timeout must be positive, is %v", o.timeout)
			}
			if o.jobs < 1 {
				return cli.Usagef("--jobs must be at least 1, is %d", o.jobs)
			}
			return o.run(cmd.Context(), args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	o.out = "out"
	cli.FolderVar(cmd.Flags(), &o.out, "out", "folder for the executed notebooks and their pages")
	cmd.Flags().BoolVar(&o.inPlace, "in-place", false, "also write the outputs into the notebooks themselves, where all cells worked")
	cmd.Flags().BoolVar(&o.check, "check", false, "fail if the outputs differ from those that the notebooks hold; those of cells with the tag \"varies\" may")
	cmd.Flags().BoolVar(&o.exercises, "exercises", false, "then try the answers of the exercises in the same kernel, as notebooks check does in one of its own")
	cmd.Flags().DurationVar(&o.timeout, "timeout", nbclient.DefaultCellTimeout, "limit for one cell")
	cmd.Flags().IntVar(&o.jobs, "jobs", min(max(1, runtime.NumCPU()/2), 4), "notebooks that are executed at the same time")
	return cmd
}

// run executes the files and prints the paths of what it wrote. It goes on
// after a notebook that fails.
func (o *notebookRun) run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		var err error
		if args, err = courseNotebooks(); err != nil {
			return err
		}
	}
	books, err := readNotebooks(args)
	if err != nil {
		return err
	}
	if err := o.checkFolder(args); err != nil {
		return err
	}
	var tools *nbclient.Tools
	for i, nb := range books {
		if tools == nil && nb.KernelName() == nbclient.KernelName {
			if tools, err = provision(ctx, filepath.Dir(args[i]), stderr); err != nil {
				return err
			}
		}
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return fmt.Errorf("cannot make the folder for the notebooks: %w", err)
	}
	failed := make([]error, len(books))
	printed, logged := newTurns(stdout, len(books)), newTurns(stderr, len(books))
	show := newCellStatus(stderr, logged)
	var jobs errgroup.Group
	jobs.SetLimit(o.jobs)
	for i, nb := range books {
		jobs.Go(func() error {
			if ctx.Err() == nil {
				failed[i] = o.one(ctx, nb, args[i], tools, printed.writer(i), logged.writer(i), show.of(i))
			} else {
				failed[i] = ctx.Err()
			}
			if failed[i] != nil && len(books) > 1 && ctx.Err() == nil {
				fmt.Fprintf(logged.writer(i), "%v\n", failed[i])
			}
			printed.end(i)
			logged.end(i)
			return nil
		})
	}
	jobs.Wait()
	var failures []error
	for i, err := range failed {
		if err != nil && ctx.Err() != nil {
			return fmt.Errorf("stopped in %s; what was finished is in %s", args[i], o.out)
		}
		if err != nil {
			failures = append(failures, err)
		}
	}
	index, err := nbclient.WriteIndex(o.out)
	if err != nil {
		return errors.Join(append(failures, err)...)
	}
	fmt.Fprintln(stdout, index)
	switch {
	case len(failures) == 0:
		return nil
	case len(books) == 1:
		return fmt.Errorf("%w; the outputs are in %s", failures[0], o.out)
	}
	return fmt.Errorf("%d of %d notebooks failed; their outputs are in %s", len(failures), len(books), o.out)
}

// provision makes the GoNB kernel ready for notebooks in a folder, which use the
// coexplore module that they are in, or else the one that this was called in.
func provision(ctx context.Context, dir string, stderr io.Writer) (*nbclient.Tools, error) {
	tools, err := nbclient.Provision(ctx, dir, stderr)
	if errors.Is(err, nbclient.ErrNoModule) {
		tools, err = nbclient.Provision(ctx, ".", stderr)
	}
	return tools, err
}

// readNotebooks reads the files and makes sure that their outputs will not meet.
func readNotebooks(files []string) ([]*nbclient.Notebook, error) {
	names := map[string]string{}
	var books []*nbclient.Notebook
	for _, f := range files {
		nb, err := nbclient.Read(f)
		if err != nil {
			return nil, err
		}
		if other, ok := names[nb.Name]; ok {
			return nil, cli.Usagef("%s and %s would have outputs of the same name: run them apart", other, f)
		}
		names[nb.Name] = f
		books = append(books, nb)
	}
	return books, nil
}

// checkFolder refuses to write executed notebooks over those that are run.
func (o *notebookRun) checkFolder(files []string) error {
	for _, f := range files {
		x, err := os.Stat(o.out)
		y, err2 := os.Stat(filepath.Dir(f))
		if err == nil && err2 == nil && os.SameFile(x, y) {
			return cli.Usagef("--out %s is the folder of %s itself: choose another, and give --in-place to have the outputs in the notebook", o.out, f)
		}
	}
	return nil
}
