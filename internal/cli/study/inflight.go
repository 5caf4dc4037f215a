package study

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"coexplore/internal/cli"
	"coexplore/internal/cli/compare"
	"coexplore/kernelext/figure"
	"coexplore/nas/results"
	"coexplore/nas/study"
)

// inFlightFlags are the flags of study inflight.
type inFlightFlags struct {
	problem  compare.Options // its flags of the problem, methods, plans and seeds
	inFlight []int
	nodes    int
	spread   float64
	within   float64
}

func newStudyInFlightCommand() *cobra.Command {
	f := &inFlightFlags{}
	p := &f.problem
	cmd := &cobra.Command{
		Use:   "inflight",
		Short: "How many networks to have in flight on a cluster: a simulation",
		Long: `Run searches with more and more networks in flight, look accuracies up in a table, and
work out how long a cluster would have taken: a network trains as long as its
multiply-accumulates say, on nodes that are not quite alike. More in flight keep more
nodes busy, and are proposed knowing less. Time is in mean trainings.`,
		Example: `  coexplore study inflight
  coexplore study inflight --benchmark nb201 --table nb201_fpga.csv.gz --nodes 1000 --in-flight 1,10,100,1000,2000 --trained 5000`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	fl := cmd.Flags()
	p.AddProblem(fl)
	p.Parameters.Add(fl)
	fl.StringSliceVar(&p.Methods, "methods", []string{"coexplore", "screened-evolution", "screened-random"}, "methods")
	fl.IntSliceVar(&f.inFlight, "in-flight", []int{1, 2, 4, 8, 16, 32, 64}, "numbers of networks in flight")
	fl.IntVar(&f.nodes, "nodes", 16, "nodes of the cluster; each trains one network at a time")
	fl.Float64Var(&f.spread, "spread", 0.3, "how unlike nodes are: the standard deviation of the logarithm of how long equal networks train")
	fl.Float64Var(&f.within, "within", 0.99, "share of the true front's hypervolume that is the goal")
	fl.IntVar(&p.Seeds, "seeds", 10, "searches of each method with each number")
	fl.IntVar(&p.Trained, "trained", 400, "networks that each search trains")
	fl.IntVar(&p.Plans, "plans", compare.DefaultPlans, "plans that a search may make for each network it trains (0: no limit)")
	cli.FolderVar(fl, &p.Out, "out", "folder for a figure (default: none is drawn)")
	fl.StringSliceVar(&p.Formats, "format", []string{"svg", "png"}, "formats of the figure: svg, pdf, png, eps, tex")
	fl.BoolVar(&p.JSON, "json", false, "print as JSON")
	return cmd
}

// inFlightReport is what `study inflight --json` prints.
type inFlightReport struct {
	*results.InFlights
	FPS     float64  `json:"fps"`
	Figures []string `json:"figures,omitempty"`
}

func (f *inFlightFlags) run(cmd *cobra.Command) error {
	p := &f.problem
	if err := cli.CheckFormats(p.Formats); err != nil {
		return err
	}
	contenders, err := compare.Contenders(&p.Parameters, p.Methods...)
	if err != nil {
		return err
	}
	switch {
	case p.Seeds < 1 || p.Trained < 1 || f.nodes < 1:
		return cli.Usagef("--seeds, --trained and --nodes must be at least 1, are %d, %d and %d", p.Seeds, p.Trained, f.nodes)
	case p.Plans < 0:
		return cli.Usagef("--plans cannot be negative, is %d", p.Plans)
	case len(f.inFlight) == 0 || slices.Min(f.inFlight) < 1:
		return cli.Usagef("--in-flight takes numbers of at least 1, are %v", f.inFlight)
	case !(f.spread >= 0 && f.spread <= 2):
		return cli.Usagef("--spread must be between 0 and 2, is %g", f.spread)
	case !(f.within > 0 && f.within <= 1):
		return cli.Usagef("--within must be above 0 and at most 1, is %g", f.within)
	}
	slices.Sort(f.inFlight)
	f.inFlight = slices.Compact(f.inFlight)
	problem, front, err := p.Open(cmd.Context())
	if err != nil {
		return err
	}
	flights, err := study.InFlight(cmd.Context(), problem, contenders, study.InFlightSettings{
		InFlight: f.inFlight, Nodes: f.nodes, Trained: p.Trained, Plans: p.Plans, Seeds: p.Seeds, Spread: f.spread, Front: front, Within: f.within,
	})
	if err != nil {
		return cli.Stopped(cmd, err)
	}
	report := &inFlightReport{InFlights: flights, FPS: p.FPS}
	var undrawn error // said after what was found
	if p.Out != "" {
		report.Figures, undrawn = cli.SavePlots([]cli.Plot{{Name: "inflight", Figure: figure.InFlight(flights)}}, p.Out, p.Formats, cmd.ErrOrStderr())
	}
	if p.JSON {
		return errors.Join(cli.WriteJSON(cmd, report), undrawn)
	}
	report.print(cmd.OutOrStdout())
	return undrawn
}

func (r *inFlightReport) print(w io.Writer) {
	fmt.Fprintf(w, "Problem %s at %g frames/s; %d nodes; %d networks trained, %d seeds.\nGoal: %g %% of the true front's hypervolume. Medians; time in mean trainings, of which one after the other\ntakes %d.\n\n",
		r.Problem, r.FPS, r.Nodes, r.Trained, r.Seeds, 100*r.Within, r.Trained)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "method\tin flight\treached\tnetworks until then\ttime until then\ttime of all\tidle\thypervolume")
	for i := range r.Rows {
		row := &r.Rows[i]
		reached := 0
		for _, n := range row.Children {
			if n > 0 {
				reached++
			}
		}
		children := results.ArrivalQuartiles(row.Children)[1]
		time := results.ArrivalQuartiles(row.Time)[1]
		whole := results.Quartiles(row.Whole)[1]
		idle := results.Quartiles(row.Idle)[1]
		hypervolume := results.Quartiles(row.Hypervolume)[1]
		fmt.Fprintf(tw, "%s\t%d\t%d of %d\t%s\t%s\t%.1f\t%.1f %%\t%.2f %%\n", row.Method, row.InFlight, reached, r.Seeds,
			orNever(children, "%.0f"), orNever(time, "%.1f"), whole, 100*idle, 100*hypervolume)
	}
	tw.Flush()
	cli.PrintFigures(w, r.Figures)
}

// orNever is a number as text, or a dash where it is infinite.
func orNever(v float64, format string) string {
	if math.IsInf(v, 1) {
		return "-"
	}
	return fmt.Sprintf(format, v)
}
