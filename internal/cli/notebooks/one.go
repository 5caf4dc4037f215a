package notebooks

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"coexplore/kernelext/nbclient"
	"coexplore/kernelext/nbclient/grade"
)

// one executes one notebook and writes its outputs, also if a cell fails.
func (o *notebookRun) one(ctx context.Context, nb *nbclient.Notebook, file string, tools *nbclient.Tools, stdout, stderr io.Writer, show *oneStatus) error {
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return err
	}
	before, err := comparable(nb)
	if err != nil {
		return err
	}
	var kernel nbclient.KernelCommand
	if nb.KernelName() == nbclient.KernelName {
		kernel = tools.Kernel(dir)
	} else if kernel, err = nbclient.FindKernel(nb.KernelName(), dir); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	var exercises func(*nbclient.Kernel) error
	if o.exercises {
		lesson := grade.NewLesson(nb)
		if err := lesson.Err(); err != nil {
			return err
		}
		exercises = func(k *nbclient.Kernel) error { return tryExercises(ctx, k, lesson, kernel, file, stderr) }
	}
	fmt.Fprintf(stderr, "%s\n", file)
	began := time.Now()
	failed := nbclient.Run(ctx, nb, kernel, nbclient.Options{
		CellTimeout: o.timeout,
		Running: func(n int, c *nbclient.Cell, took time.Duration) {
			show.running(file, n, firstLine(c.Source), took)
		},
		Finished: func(n int, c *nbclient.Cell, took time.Duration) {
			show.finished()
			fmt.Fprintf(stderr, "  cell %2d  %6.2f s  %s\n", n, took.Seconds(), firstLine(c.Source))
		},
		Ran: exercises,
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
	after, err := comparable(nb)
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

// tryExercises tries the answers of a lesson's exercises in the kernel that has run it.
func tryExercises(ctx context.Context, k *nbclient.Kernel, lesson *grade.Lesson, command nbclient.KernelCommand, file string, stderr io.Writer) error {
	problems := 0
	err := grade.CheckAnswers(ctx, k, lesson, grade.Options{Kernel: command}, func(f grade.Finding) {
		problems += len(f.Problems)
		printFinding(stderr, "  "+file, f)
	})
	if err == nil && problems > 0 {
		err = fmt.Errorf("%s: %s in its exercises", file, counted(problems, "problem"))
	}
	return err
}

// variesTag marks cells whose outputs depend on the machine, such as accuracies after
// training, since sets of kernels round differently.
const variesTag = "varies"

// comparable is the notebook without the outputs that may differ.
func comparable(nb *nbclient.Notebook) ([]byte, error) {
	same := *nb
	same.Cells = slices.Clone(nb.Cells)
	for i, c := range nb.Cells {
		if c.HasTag(variesTag) {
			bare := *c
			bare.Outputs = nil
			same.Cells[i] = &bare
		}
	}
	return same.JSON()
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
