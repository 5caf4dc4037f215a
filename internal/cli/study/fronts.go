package study

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"coexplore/internal/cli"
	"coexplore/internal/cli/compare"
	"coexplore/kernelext/figure"
	"coexplore/nas"
	"coexplore/nas/run"
	"coexplore/nas/study"
)

// frontsFlags are the flags of study fronts.
type frontsFlags struct {
	studyFlags
	pools poolsFlags
}

func newStudyFrontsCommand() *cobra.Command {
	f := &frontsFlags{}
	cmd := &cobra.Command{
		Use:   "fronts",
		Short: "The Pareto fronts of hardware-aware NAS and co-exploration, for 2 and 3 FPGAs",
		Long: `Search with hardware-aware NAS and with co-exploration for 2 and for 3 FPGAs, with
equally many trained networks, and draw accuracy against pipeline efficiency with
the fronts that they find: a figure for each number of FPGAs, with the same axes.
Efficiency is the share of the time that FPGAs are busy, so that the same network
can have a higher one on the fixed hardware, whose accelerator takes longer.
Accuracies are from the built-in table of the tiny space, which takes a second;
with --data networks are really trained.`,
		Example: `  coexplore study fronts --out figures
  coexplore study fronts --data shapes --trained 20 --out figures
  coexplore study fronts --data cifar-10-batches-bin --space cifar10 --stride predicted --train-images 5000`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	fl := cmd.Flags()
	f.add(fl, 60, run.Images{})
	f.pools.add(fl, 2, 3)
	fl.StringVar(&f.config.Space, "space", "tiny", cli.SpaceUsage)
	fl.StringVar(&f.config.Data, "data", "", "images to train on in place of the table: shapes or shapes-hard (generated), or a folder or NPZ file")
	fl.StringVar(&f.config.Table, "table", "", "table of accuracies in place of training: builtin or a CSV file (default without --data: builtin)")
	fl.StringSliceVar(&f.methods, "methods", []string{"hwaware", "coexplore"}, "methods whose fronts are drawn")
	fl.Uint64Var(&f.config.Seed, "seed", 1, "seed that decides everything random")
	cli.FolderVar(fl, &f.out, "out", "folder for the figures (default: none are drawn)")
	fl.StringSliceVar(&f.formats, "format", []string{"svg", "png"}, "formats of the figures: svg, pdf, png, eps, tex")
	return cmd
}

// FrontsReport is what `study fronts --json` prints.
type FrontsReport struct {
	FPS     float64            `json:"fps"`
	Trained int                `json:"trained"` // networks that a search may train
	Seed    uint64             `json:"seed"`
	Source  string             `json:"source"` // of the accuracies
	Pools   []study.PoolFronts `json:"pools"`
	Figures []string           `json:"figures,omitempty"`
}

func (f *frontsFlags) run(cmd *cobra.Command) error {
	if err := cli.CheckFormats(f.formats); err != nil {
		return err
	}
	if err := f.pools.check(); err != nil {
		return err
	}
	c := &f.config
	switch {
	case c.Data != "" && c.Table != "":
		return cli.Usagef("--data and --table exclude each other")
	case c.Data == "" && c.Table == "":
		c.Table = run.BuiltinTable
	}
	c.Pool, f.devices = f.pools.pool(f.pools.counts[0]), f.pools.devices
	contenders, err := compare.Contenders(&f.parameters, f.methods...)
	if err != nil {
		return err
	}
	session, err := f.session()
	if err != nil {
		return err
	}
	report := &FrontsReport{FPS: c.FPS, Trained: f.trained, Seed: c.Seed, Source: session.Source}
	pools, err := f.pools.parse()
	if err != nil {
		return err
	}
	report.Pools, err = study.Fronts(cmd.Context(), pools, session.ProblemOn, contenders, c.Seed, f.budget(cmd))
	if err != nil {
		return cli.Stopped(cmd, err)
	}
	var undrawn error // said after what was found
	if f.out != "" {
		report.Figures, undrawn = report.draw(f.pools.counts, f.out, f.formats, cmd.ErrOrStderr())
	}
	if f.json {
		return errors.Join(cli.WriteJSON(cmd, report), undrawn)
	}
	report.print(cmd.OutOrStdout())
	return undrawn
}

// draw saves a figure for each pool, of counts FPGAs, all with the same axes.
func (r *FrontsReport) draw(counts []int, dir string, formats []string, stderr io.Writer) ([]string, error) {
	var plots []cli.Plot
	var fronts []*figure.Figure
	for i, pool := range r.Pools {
		if !slices.ContainsFunc(pool.Results, func(r *nas.Result) bool { return len(r.Front) > 0 }) {
			continue // nothing to draw; the table says so
		}
		p := figure.Fronts(pool.Results...)
		p.Title = fmt.Sprintf("Pareto fronts for %s at %g frames/s", fpgas(counts[i]), r.FPS)
		plots = append(plots, cli.Plot{Name: fmt.Sprintf("fronts-%d", counts[i]), Figure: p})
		fronts = append(fronts, p)
	}
	if len(plots) == 0 {
		return nil, nil
	}
	if err := figure.SameAxes(fronts...); err != nil {
		return nil, err
	}
	return cli.SavePlots(plots, dir, formats, stderr)
}

func (r *FrontsReport) print(w io.Writer) {
	fmt.Fprintf(w, "Fronts of accuracy and pipeline efficiency at %g frames/s; %s; seed %d, at most %d networks trained in each search.\n\n",
		r.FPS, r.Source, r.Seed, r.Trained)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "FPGAs\tmethod\ttrained\tfailed\tfront\thypervolume\tchosen\taccuracy\tefficiency\tframes/s\tnetwork")
	for _, pool := range r.Pools {
		for _, result := range pool.Results {
			fmt.Fprintf(tw, "%s\t%s\t%d\t%d\t%d\t%.4f", pool.Pool, result.Method, result.Trained, result.Failed, len(result.Front), result.Hypervolume)
			if result.OptSW == nil {
				fmt.Fprintln(tw, "\tnone: no network met the specification\t\t\t\t")
				continue
			}
			for i, o := range []struct {
				name string
				d    *nas.Design
			}{{"OptHW", result.OptHW}, {"OptSW", result.OptSW}} {
				if i > 0 {
					fmt.Fprint(tw, "\t\t\t\t\t")
				}
				if o.d == nil {
					fmt.Fprintf(tw, "\t%s: none keeps the floor\t\t\t\t\n", o.name)
					continue
				}
				fmt.Fprintf(tw, "\t%s\t%.2f %%\t%.2f %%\t%.1f\t%s\n", o.name, 100*o.d.Accuracy, 100*o.d.Efficiency, o.d.Throughput, o.d.Network)
			}
		}
	}
	tw.Flush()
	fmt.Fprintf(w, "\nOptHW: highest efficiency at most %.0f points below the best accuracy of the search; OptSW: highest accuracy.\n"+
		"Hypervolume above (0, 0). A network whose accuracy the table does not have counts as failed.\n", 100*nas.DefaultFloor)
	cli.PrintFigures(w, r.Figures)
}
