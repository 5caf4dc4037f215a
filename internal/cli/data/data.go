// Package data has the subcommands data, for sets of images, and benchmark, for the table of
// accuracies of the tiny space.
package data

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"coexplore/data"
	"coexplore/data/download"
	"coexplore/internal/cli"
)

// New is the subcommand data.
func New() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "data",
		Short: "Download, check and look at sets of images",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cli.Usagef("say what to do with data: get, check or sheet; `%s --help` explains them", cmd.CommandPath())
		},
	}
	cmd.AddCommand(newDataGetCommand(), newDataCheckCommand(), newDataSheetCommand())
	return cmd
}

func newDataGetCommand() *cobra.Command {
	var out, mirror string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "get NAME --out DIR",
		Short: "Download a public set and verify it",
		Long: "Download the files of a public set into a folder, check their sizes and SHA-256\n" +
			"sums, and unpack them. Files that are there already are verified and kept, and a\n" +
			"download that was cut short goes on where it stopped. NAME is one of:\n" +
			strings.Join(data.SetNames(), ", ") + ".",
		Example: "  coexplore data get cifar10 --out pictures/cifar10\n" +
			"  coexplore data get mnist --out pictures/mnist --mirror http://10.0.0.5/mnist",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := args[0]
			if !slices.Contains(data.SetNames(), name) {
				return cli.Usagef("no data set %q to download; there are %s", name, strings.Join(data.SetNames(), ", "))
			}
			if out == "" {
				return cli.Usagef("--out is needed: the folder to download to, as in --out pictures/%s", name)
			}
			bars := &fileBars{w: cmd.ErrOrStderr()}
			got, err := download.Get(cmd.Context(), name, out, download.Options{Mirror: mirror, Progress: bars.progress})
			bars.end()
			if err != nil {
				return err
			}
			set, err := data.Open(out, 0)
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.ErrOrStderr(), set)
			if asJSON {
				return cli.WriteJSON(cmd, struct {
					Name        string         `json:"name"`
					Dir         string         `json:"dir"`
					Files       []download.Got `json:"files"`
					Classes     []string       `json:"classes"`
					TrainImages int            `json:"train_images"`
					TestImages  int            `json:"test_images"`
				}{name, out, got, set.Classes, set.Train.Len(), set.Test.Len()})
			}
			tab := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, g := range got {
				fmt.Fprintf(tab, "%s\t%d bytes\t%s, verified\n", g.File, g.Bytes, g.Status)
			}
			return tab.Flush()
		},
	}
	fl := cmd.Flags()
	cli.FolderVar(fl, &out, "out", "folder to download to; made if need be (needed)")
	fl.StringVar(&mirror, "mirror", "", "URL under which the files lie, instead of their publishers'")
	fl.BoolVar(&asJSON, "json", false, "print the result as JSON")
	return cmd
}
