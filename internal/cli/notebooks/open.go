package notebooks

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"coexplore/internal/guard"
	"coexplore/kernelext/nbclient"
)

// jupyters are the programs that show notebooks live, the best first.
var jupyters = []string{"jupyter-lab", "jupyter-notebook"}

func newNotebooksOpenCommand() *cobra.Command {
	root := false
	cmd := &cobra.Command{
		Use:   "open [FILE]",
		Short: "Open the notebooks in Jupyter, if there is one",
		Long: `Open the notebooks in Jupyter, if there is one. It listens on this machine's own
address alone and asks for a token, whatever your Jupyter's settings say, and it
has this module's GoNB kernel. It ends with this command.`,
		Args: cobra.MaximumNArgs(1),
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
			tools, err := provision(cmd.Context(), filepath.Dir(target), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			if folder, ours := nbclient.InstalledSpec(); folder != "" && !ours {
				fmt.Fprintf(cmd.ErrOrStderr(), "the GoNB kernel in %s is not this program's and is not used here; `coexplore notebooks kernel --replace` would replace it\n", folder)
			}
			return openJupyter(cmd, program, target, tools, root)
		},
	}
	cmd.Flags().BoolVar(&root, "allow-root", false, "run Jupyter as root, as in a container: what a notebook does, root does")
	return cmd
}

// How long Jupyter is waited for.
const (
	jupyterStart = 60 * time.Second
	jupyterEnd   = 10 * time.Second
)

// openJupyter runs Jupyter until it ends or the command is stopped.
func openJupyter(cmd *cobra.Command, program, target string, tools *nbclient.Tools, root bool) error {
	ctx, stderr := cmd.Context(), cmd.ErrOrStderr()
	g, err := guard.New("coexplore-jupyter-", cmd.OutOrStdout(), stderr)
	if err != nil {
		return fmt.Errorf("%s: %w", program, err)
	}
	defer g.Close()
	s, err := newJupyterServer(g.Folder, tools)
	if err != nil {
		return fmt.Errorf("%s: %w", program, err)
	}
	if err := g.Start(guard.Command{Argv: append([]string{program}, s.args(target, root)...), Env: s.env(os.Environ())}); err != nil {
		return fmt.Errorf("%s: %w", program, err)
	}
	address, err := s.check(ctx, g.Done())
	switch {
	case err != nil && ctx.Err() == nil:
		return fmt.Errorf("%s: %w; it was ended", program, err)
	case address != "":
		fmt.Fprintf(stderr, "Jupyter is at %s; Ctrl-C ends it\n", address)
	}
	select {
	case <-g.Done():
	case <-ctx.Done():
		g.Terminate()
		end, cancel := context.WithTimeout(context.Background(), jupyterEnd)
		defer cancel()
		select {
		case <-g.Done():
		case <-end.Done():
		}
		return nil
	}
	switch err := g.Err(); {
	case err == nil:
		return nil
	case address == "" && !root && os.Geteuid() == 0:
		return fmt.Errorf("%s: %w: Jupyter does not run as root; run this as another user, or with --allow-root, as in a container", program, err)
	default:
		return fmt.Errorf("%s: %w", program, err)
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
