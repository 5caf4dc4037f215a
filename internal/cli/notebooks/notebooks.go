// Package notebooks has the subcommand notebooks: it opens, runs, checks and marks lessons.
package notebooks

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"coexplore/internal/cli"
	"coexplore/kernelext/nbclient"
)

// New is the subcommand notebooks.
func New() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "notebooks",
		Short: "Run the course's notebooks, open them, or write new ones",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newNotebooksNewCommand(), newNotebooksRunCommand(), newNotebooksCheckCommand(),
		newNotebooksStudentCommand(), newNotebooksGradeCommand(), newNotebooksSlidesCommand(), newNotebooksOpenCommand(), newNotebooksKernelCommand())
	return cmd
}

func newNotebooksKernelCommand() *cobra.Command {
	var replace bool
	cmd := &cobra.Command{
		Use:   "kernel",
		Short: "Make the GoNB kernel known to Jupyter and VS Code",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			tools, err := nbclient.Provision(cmd.Context(), ".", cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			folder, err := tools.InstallSpec(replace)
			if errors.Is(err, nbclient.ErrKernelInstalled) {
				return fmt.Errorf("%w; it may serve as well, and --replace puts this one in its place", err)
			}
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), folder)
			return nil
		},
	}
	cmd.Flags().BoolVar(&replace, "replace", false, "put it in the place of another GoNB kernel")
	return cmd
}

// courseNotebooks lists the notebooks of the course.
func courseNotebooks() ([]string, error) {
	list, err := filepath.Glob(filepath.Join("notebooks", "*.ipynb"))
	if err == nil && len(list) == 0 {
		err = cli.Usagef("no notebooks in ./notebooks: name some, or run this in the repository's folder")
	}
	return list, err
}
