package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"coexplore/kernelext/nbclient"
)

// notebookRun is what notebooks run was asked for.
type notebookRun struct {
	out     string
	inPlace bool
	check   bool
	timeout time.Duration
}

func newNotebooksRunCommand() *cobra.Command {
	o := notebookRun{}
	cmd := &cobra.Command{
		Use:   "run [FILE...]",
		Short: "Execute notebooks in the GoNB kernel",
		Long: `Execute notebooks in the GoNB kernel and write, for each, the notebook with its
outputs and a page for the browser that needs nothing else, and index.html, which
lists the pages in the folder. Without files: all notebooks of the course. Neither Jupyter nor Python is needed; the kernel is
built the first time.`,
		Example: `  coexplore notebooks run
  coexplore notebooks run notebooks/01_quickstart.ipynb --out out`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.timeout <= 0 {
				return usagef("--timeout must be positive, is %v", o.timeout)
			}
			return o.run(cmd.Context(), args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&o.out, "out", "out", "folder for the executed notebooks and their pages")
	cmd.Flags().BoolVar(&o.inPlace, "in-place", false, "also write the outputs into the notebooks themselves, where all cells worked")
	cmd.Flags().BoolVar(&o.check, "check", false, "fail if the outputs differ from those that the notebooks hold")
	cmd.Flags().DurationVar(&o.timeout, "timeout", nbclient.DefaultCellTimeout, "limit for one cell")
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
	tools, err := nbclient.Provision(ctx, filepath.Dir(args[0]), stderr)
	if errors.Is(err, nbclient.ErrNoModule) {
		tools, err = nbclient.Provision(ctx, ".", stderr)
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return fmt.Errorf("cannot make the folder for the notebooks: %w", err)
	}
	var failures []error
	for i, nb := range books {
		failed := o.one(ctx, nb, args[i], tools, stdout, stderr)
		if ctx.Err() != nil {
			return fmt.Errorf("stopped in %s; what was finished is in %s", args[i], o.out)
		}
		if failed != nil {
			failures = append(failures, failed)
			if len(books) > 1 {
				fmt.Fprintf(stderr, "%v\n", failed)
			}
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
			return nil, usagef("%s and %s would have outputs of the same name: run them apart", other, f)
		}
		names[nb.Name] = f
		books = append(books, nb)
	}
	return books, nil
}

// one executes one notebook and writes its outputs, also if a cell fails.
func (o *notebookRun) one(ctx context.Context, nb *nbclient.Notebook, file string, tools *nbclient.Tools, stdout, stderr io.Writer) error {
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return err
	}
	before, err := nb.JSON()
	if err != nil {
		return err
	}
	fmt.Fprintf(stderr, "%s\n", file)
	began := time.Now()
	failed := nbclient.Run(ctx, nb, tools.Kernel(dir), nbclient.Options{
		CellTimeout: o.timeout,
		Finished: func(n int, c *nbclient.Cell, took time.Duration) {
			fmt.Fprintf(stderr, "  cell %2d  %6.2f s  %s\n", n, took.Seconds(), firstLine(c.Source))
		},
	})
	if ctx.Err() != nil {
		return failed
	}
	executed := filepath.Join(o.out, nb.Name)
	page := strings.TrimSuffix(executed, ".ipynb") + ".html"
	if err := errors.Join(nb.Write(executed), writeHTML(nb.Page, page, stderr)); err != nil {
		return errors.Join(failed, err)
	}
	fmt.Fprintf(stdout, "%s\n%s\n", executed, page)
	if failed != nil {
		return failed
	}
	fmt.Fprintf(stderr, "  done in %.1f s\n", time.Since(began).Seconds())
	after, err := nb.JSON()
	if err != nil {
		return err
	}
	if o.check && !bytes.Equal(before, after) {
		return fmt.Errorf("%s: the outputs differ from those in the file: compare it with %s", file, executed)
	}
	if o.inPlace {
		return nb.Write(file)
	}
	return nil
}

// firstLine is the first line that a cell runs, shortened: what follows "%%"
// where the cell has that.
func firstLine(source string) string {
	if _, body, ok := strings.Cut("\n"+source, "\n%%\n"); ok {
		source = body
	}
	for l := range strings.Lines(source) {
		l = strings.TrimSpace(l)
		if r := []rune(l); len(r) > 60 {
			l = string(r[:57]) + "..."
		}
		if l != "" {
			return l
		}
	}
	return ""
}

// checkFolder refuses to write executed notebooks over those that are run.
func (o *notebookRun) checkFolder(files []string) error {
	for _, f := range files {
		x, err := os.Stat(o.out)
		y, err2 := os.Stat(filepath.Dir(f))
		if err == nil && err2 == nil && os.SameFile(x, y) {
			return usagef("--out %s is the folder of %s itself: choose another, and give --in-place to have the outputs in the notebook", o.out, f)
		}
	}
	return nil
}
