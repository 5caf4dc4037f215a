package command

import (
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"coexplore/hw"
	"coexplore/kernelext/figure"
	"coexplore/nas/pipelines"
	"coexplore/nas/space"
	"coexplore/nas/study"
)

func newStudyFastCommand() *cobra.Command {
	var (
		name, stride, pool, devices, out string
		fps                              float64
		count, steps                     int
		seed                             uint64
		formats                          []string
		asJSON                           bool
	)
	cmd := &cobra.Command{
		Use:   "fast",
		Short: "How close fast exploration comes to the optimum, with split and single RNNs",
		Long: `Run fast exploration on the pipelines of random networks, with an RNN for each stage
and with a single RNN over all layers, and compare what they find with the best
network on the same pipeline, which a search with bounds finds exactly.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkFormats(formats); err != nil {
				return err
			}
			chains, err := openSpace(name)
			if err != nil {
				return err
			}
			strides, err := space.Strides(stride)
			if err != nil {
				return usagef("--stride is fixed or predicted, not %q", stride)
			}
			if count < 1 || steps < 1 {
				return usagef("--pipelines and --steps must be at least 1, are %d and %d", count, steps)
			}
			p, err := parsePool(pool, devices)
			if err != nil {
				return err
			}
			if fps, err = orDefault("--fps", fps, 35); err != nil {
				return err
			}
			h, err := pipelines.New(chains.WithStrides(strides...), p, p.Target(0, hw.DefaultTarget()))
			if err != nil {
				return err
			}
			reach, err := study.MeasureReach(cmd.Context(), h, fps, count, steps, seed)
			if err != nil {
				return err
			}
			var paths []string
			var undrawn error // said after what was found
			if out != "" {
				paths, undrawn = savePlots([]namedPlot{{name: "fast-" + stride, plot: figure.FastReach(reach)}}, out, formats)
			}
			if asJSON {
				return errors.Join(writeJSON(cmd, reach), undrawn)
			}
			w := cmd.OutOrStdout()
			fmt.Fprintf(w, "Space %s, %s stride, %d pipelines on %s for %g frames/s; each optimum is known to %.2g.\n\n",
				name, stride, count, pool, fps, reach.Gap)
			tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
			fmt.Fprintln(tw, "steps\tan RNN a stage\ta single RNN")
			for k := 1; k <= steps; k *= 2 {
				fmt.Fprintf(tw, "%d\t%.2f %%\t%.2f %%\n", k, 100*reach.Split[k-1], 100*reach.Single[k-1])
			}
			fmt.Fprintf(tw, "%d\t%.2f %%\t%.2f %%\n", steps, 100*reach.Split[steps-1], 100*reach.Single[steps-1])
			tw.Flush()
			for _, path := range paths {
				fmt.Fprintln(w, "Figure:", path)
			}
			return undrawn
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&name, "space", "cifar10", spaceUsage)
	fl.StringVar(&stride, "stride", "fixed", "strides: fixed at 1, or predicted from 1 and 2")
	fl.StringVar(&pool, "fpga", "XC7Z015:3", fpgaUsage)
	fl.StringVar(&devices, "devices", "", "TOML file with devices and boards of your own")
	fl.Float64Var(&fps, "fps", 35, "throughput that is asked for, frames/s")
	fl.IntVar(&count, "pipelines", 50, "random pipelines")
	fl.IntVar(&steps, "steps", 300, "steps of fast exploration")
	fl.Uint64Var(&seed, "seed", 11, "seed that decides everything random")
	fl.StringVar(&out, "out", "", "folder for a figure (default: none is drawn)")
	fl.StringSliceVar(&formats, "format", []string{"svg", "png"}, "formats of the figure: svg, pdf, png, eps, tex")
	fl.BoolVar(&asJSON, "json", false, "print as JSON")
	return cmd
}
