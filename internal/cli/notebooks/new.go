package notebooks

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"mvdan.cc/sh/v3/syntax"

	"coexplore/internal/cli"
	"coexplore/kernelext/nbclient"
)

func newNotebooksNewCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "new FILE",
		Short: "Write a notebook to begin with",
		Long: `Write a notebook to begin with. Its first cell tells the kernel where the packages
are and imports them; those below need neither imports nor commands of the
kernel. It may lie anywhere; outside the repository's folder it holds the path of
the repository that the command was run in.`,
		Example: `  coexplore notebooks new notebooks/mine.ipynb
  coexplore notebooks open notebooks/mine.ipynb`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file := args[0]
			if filepath.Ext(file) != ".ipynb" {
				return cli.Usagef("a notebook's name ends with .ipynb, not as %s does", file)
			}
			if _, err := os.Stat(file); err == nil {
				return fmt.Errorf("%s is there already: name another, or remove it first", file)
			}
			folder, err := PackagesFrom(filepath.Dir(file))
			if err != nil {
				return err
			}
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				return fmt.Errorf("cannot make the folder of the notebook: %w", err)
			}
			if err := newNotebook(file, folder).Write(file); err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), file)
			return nil
		},
	}
}

// PackagesFrom is the module's folder as a word of the shell, for a notebook in the
// folder dir: from there if the notebook is in the module, so that both can be
// moved together.
func PackagesFrom(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	module, err := nbclient.FindModule(abs)
	if err == nil {
		up, err := filepath.Rel(abs, module)
		return `"$GONB_DIR/` + filepath.ToSlash(up) + `"`, err
	}
	if module, err = nbclient.FindModule("."); err != nil {
		return "", err
	}
	return syntax.Quote(module, syntax.LangBash)
}

// firstCell is the cell that a notebook begins with. The kernel drops imports that a
// cell does not use, but for the dot's.
const firstCell = `!*[ -f go.work ] || go work init . %s
%%noautoget
import (
	"coexplore/data"
	"coexplore/hw"
	. "coexplore/kernelext"
	"coexplore/kernelext/figure"
	"coexplore/nas"
	"coexplore/nas/method"
	"coexplore/nas/pipelines"
	"coexplore/nas/space"
	"coexplore/nas/train"
)

var _ = Show`

func newNotebook(file, folder string) *nbclient.Notebook {
	title := strings.TrimSuffix(filepath.Base(file), ".ipynb")
	return &nbclient.Notebook{Name: filepath.Base(file), Cells: []*nbclient.Cell{
		{Type: "markdown", Source: "# " + strings.ReplaceAll(title, "_", " ")},
		{Type: "code", Source: fmt.Sprintf(firstCell, folder)},
		{Type: "markdown", Source: "Run the cells from top to bottom. A cell that begins with `%%` is a program; one without declares functions, types and constants for the cells below."},
		{Type: "code", Source: `%%
s := Must(NewSession("XC7Z015:3", 2400)) // FPGAs, frames/s
result := Must(s.Search(0.5))            // weight of accuracy
Show(figure.Pareto(result), Caption("What a search found."))`},
	}}
}
