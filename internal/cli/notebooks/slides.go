package notebooks

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"coexplore/internal/cli"
	"coexplore/kernelext/nbclient"
)

func newNotebooksSlidesCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "slides FILE",
		Short: "Make slides of a notebook with outputs",
		Long: `Make slides of a notebook with the outputs that it holds, as one HTML file that
needs nothing else. Arrow keys, space and swipes turn them, N shows the speaker's
notes, F fills the screen; printed, each is a page. What is a slide, a fragment or a
note is in the cells' metadata, as Jupyter's slideshow has it; without any, each
heading of the first two levels begins a slide.`,
		Example: `  coexplore notebooks slides notebooks/01_quickstart.ipynb --out 01.html`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			nb, err := nbclient.Read(args[0])
			if err != nil {
				return err
			}
			if out == "" {
				out = strings.TrimSuffix(filepath.Base(args[0]), ".ipynb") + ".slides.html"
			}
			if err := writeHTML(nb.Slides, out, cmd.ErrOrStderr()); err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), out)
			return nil
		},
	}
	cli.FileVar(cmd.Flags(), &out, "out", "file for the slides (default: the notebook's name with .slides.html, here)")
	return cmd
}

// writeHTML writes the page that made makes, and says what it could not show.
func writeHTML(made func() (*nbclient.Page, error), file string, stderr io.Writer) error {
	page, err := made()
	if err != nil {
		return err
	}
	for _, w := range page.Warnings {
		fmt.Fprintf(stderr, "  %s: %s\n", file, w)
	}
	return page.Write(file)
}
