package notebooks

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"coexplore/internal/cli"
	"coexplore/kernelext/nbclient"
	"coexplore/kernelext/nbclient/grade"
)

func newNotebooksStudentCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "student FILE --out FILE",
		Short: "Write the copy of a lesson that students get, without solutions",
		Long: `Write the copy of a lesson that students get: without the solutions, the wrong
answers, the graders and the outputs. The checks stay, so that students see how
they do.`,
		Example: `  coexplore notebooks student notebooks/02_pipeline.ipynb --out class/02_pipeline.ipynb`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				return cli.Usagef("--out FILE says where the copy goes")
			}
			lesson, err := readLesson(args[0])
			if err != nil {
				return err
			}
			x, err := os.Stat(args[0])
			if y, err2 := os.Stat(out); err == nil && err2 == nil && os.SameFile(x, y) {
				return cli.Usagef("--out %s is the lesson itself, with its solutions: choose another", out)
			}
			if err := lesson.Student().Write(out); err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), out)
			return nil
		},
	}
	cli.FileVar(cmd.Flags(), &out, "out", "file for the copy")
	return cmd
}

// readLesson reads a lesson whose exercises are whole.
func readLesson(file string) (*grade.Lesson, error) {
	nb, err := nbclient.Read(file)
	if err != nil {
		return nil, err
	}
	l := grade.NewLesson(nb)
	if n := len(l.Problems); n > 0 {
		return nil, fmt.Errorf("%s: %w (%s; `coexplore notebooks check` lists them)", file, l.Problems[0], counted(n, "problem"))
	}
	return l, nil
}
