package pipeline

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"coexplore/internal/cli"
)

// NewDevices is the subcommand devices.
func NewDevices() *cobra.Command {
	var file string
	json := false
	cmd := &cobra.Command{
		Use:   "devices",
		Short: "List the FPGAs that are known",
		Long: `List the FPGAs that are known, with the documents that their figures are from in
the JSON. --devices FILE adds your own: a TOML file with a [[device]] table each,
whose fields are those of the JSON (part, dsp, bram18 and memory_gbps are needed).
Power is an estimate; price is a rough cost relative to the XC7Z015.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			all, err := cli.Catalogue(file)
			if err != nil {
				return err
			}
			if json {
				return cli.WriteJSON(cmd, all)
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', tabwriter.AlignRight)
			fmt.Fprintln(w, "part\tDSP\tBRAM18\tLUT\tFF\tmemory Gbit/s\tstatic W (estimate)\tprice\tboard\t")
			for _, d := range all {
				board := d.Board
				if board == "" {
					board = "-"
				}
				fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%g\t%g\t%g\t%s\t\n", d.Part, d.DSP, d.BRAM18, d.LUT, d.FF,
					d.MemoryGbps, d.Power.StaticW, d.Price, board)
			}
			return w.Flush()
		},
	}
	cmd.Flags().StringVar(&file, "devices", "", "TOML file with FPGAs of your own")
	cmd.Flags().BoolVar(&json, "json", false, "print the list as JSON")
	return cmd
}
