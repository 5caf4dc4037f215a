package data

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"coexplore/internal/atomicfile"
	"coexplore/internal/cli"
	"coexplore/nas/evaluate"
	"coexplore/nas/study"
)

// NewBenchmark is the subcommand benchmark.
func NewBenchmark() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "benchmark",
		Short: "Show or make the table of the tiny space's accuracies",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newBenchmarkBuildCommand(), newBenchmarkInfoCommand())
	return cmd
}

// tableInfo is what `benchmark info --json` prints.
type tableInfo struct {
	Info     map[string]string `json:"info"`
	Networks int               `json:"networks"`
	Repeated int               `json:"repeated"` // networks with more than one accuracy
	Lowest   float64           `json:"lowest"`
	Highest  float64           `json:"highest"`
	Noise    float64           `json:"noise"` // standard deviation between seeds, of one training
}

func newBenchmarkInfoCommand() *cobra.Command {
	var file string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "info",
		Short: "Say what a table holds and where it is from",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			table, err := evaluate.LoadTable(file)
			if err != nil {
				return err
			}
			info := tableInfo{Info: map[string]string{}, Networks: len(table.Networks())}
			info.Lowest, info.Highest, info.Noise = table.Spread()
			for _, network := range table.Networks() {
				if len(table.Accuracies(network)) > 1 {
					info.Repeated++
				}
			}
			for _, line := range table.Info {
				info.Info[line.Key] = line.Value
			}
			if asJSON {
				return cli.WriteJSON(cmd, info)
			}
			w := cmd.OutOrStdout()
			for _, line := range table.Info {
				fmt.Fprintf(w, "%s: %s\n", line.Key, line.Value)
			}
			fmt.Fprintf(w, "%d networks, %d of them trained with several seeds\n", info.Networks, info.Repeated)
			fmt.Fprintf(w, "mean accuracies from %.2f %% to %.2f %%, standard deviation between seeds %.2f points\n",
				100*info.Lowest, 100*info.Highest, 100*info.Noise)
			return nil
		},
	}
	cmd.Flags().StringVar(&file, "table", "", "CSV file of a table, plain or compressed by gzip (default: the one that is built in)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return cmd
}

func newBenchmarkBuildCommand() *cobra.Command {
	var out string
	var workers int
	cmd := &cobra.Command{
		Use:   "build --out FILE",
		Short: "Train every network of the tiny space and write the table",
		Long: `Train every network of the tiny space on shapes-hard at half size (16x16), one core
each, with two seeds, and write their accuracies as a table: about an hour and a half
on two cores. Each accuracy is kept in FILE.partial as soon as it is known: after an
interruption the same command goes on.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return cli.Usagef("--out is needed: the file to write, .csv or .csv.gz")
			}
			return buildTable(cmd, out, workers)
		},
	}
	cli.FileVar(cmd.Flags(), &out, "out", "file to write, compressed if it ends in .gz")
	cmd.Flags().IntVar(&workers, "workers", 0, "networks trained at once (0: one a core)")
	return cmd
}

// buildTable builds the table of the tiny space and saves it.
func buildTable(cmd *cobra.Command, out string, workers int) error {
	build, info, err := study.TinyTable()
	if err != nil {
		return err
	}
	stderr := cmd.ErrOrStderr()
	var bar *progressbar.ProgressBar
	build.Workers, build.Partial = workers, out+".partial"
	build.Done = func(done, all int) {
		if bar == nil {
			bar = cli.NewBar(stderr, all, "trainings")
		}
		bar.Set(done)
	}
	table, err := build.Run(cmd.Context())
	fmt.Fprintln(stderr)
	if cmd.Context().Err() != nil {
		return fmt.Errorf("stopped; what is done is kept in %s, the same command goes on", build.Partial)
	}
	if err != nil {
		return err
	}
	table.Info = append(info, evaluate.TableInfo{Key: "made by", Value: "coexplore benchmark build, version " + cli.Version})
	if err := writeTable(table, out); err != nil {
		return err
	}
	return os.Remove(build.Partial)
}

func writeTable(t *evaluate.Table, path string) error {
	return atomicfile.WriteTo(path, func(w io.Writer) error {
		if !strings.HasSuffix(path, ".gz") {
			_, err := t.WriteTo(w)
			return err
		}
		z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
		if err != nil {
			return err
		}
		if _, err := t.WriteTo(z); err != nil {
			return err
		}
		return z.Close()
	})
}
