package command

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"coexplore/kernelext/nbclient"
)

func newNotebooksCommand() *cobra.Command {
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

// jupyters are the programs that show notebooks live, the best first.
var jupyters = []string{"jupyter-lab", "jupyter-notebook"}

func newNotebooksOpenCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "open [FILE]",
		Short: "Open the notebooks in Jupyter, if there is one",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			target := "notebooks"
			if len(args) > 0 {
				target = args[0]
			}
			if _, err := os.Stat(target); err != nil {
				return fmt.Errorf("%w: run this in the repository's folder, or name a notebook", err)
			}
			program, err := findJupyter()
			if err != nil {
				return err
			}
			tools, err := nbclient.Provision(cmd.Context(), filepath.Dir(target), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			if _, err := tools.InstallSpec(false); err != nil && !errors.Is(err, nbclient.ErrKernelInstalled) {
				return err
			}
			jupyter := exec.CommandContext(cmd.Context(), program, target)
			jupyter.Cancel = func() error { return jupyter.Process.Signal(os.Interrupt) }
			jupyter.WaitDelay = 10 * time.Second
			jupyter.Stdin, jupyter.Stdout, jupyter.Stderr = os.Stdin, cmd.OutOrStdout(), cmd.ErrOrStderr()
			if err := jupyter.Run(); err != nil && cmd.Context().Err() == nil {
				return fmt.Errorf("%s: %w", program, err)
			}
			return nil
		},
	}
}

// findJupyter finds a live Jupyter.
func findJupyter() (string, error) {
	for _, name := range jupyters {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no Jupyter on PATH: install one (apt install jupyter-notebook, or pip install jupyterlab) and run this again, " +
		"or run `coexplore notebooks kernel` and open the notebooks in VS Code with its Jupyter extension")
}

// courseNotebooks lists the notebooks of the course.
func courseNotebooks() ([]string, error) {
	list, err := filepath.Glob(filepath.Join("notebooks", "*.ipynb"))
	if err == nil && len(list) == 0 {
		err = usagef("no notebooks in ./notebooks: name some, or run this in the repository's folder")
	}
	return list, err
}
