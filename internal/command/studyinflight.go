package command

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"coexplore/kernelext/figure"
	"coexplore/nas/study"
)

// inFlightFlags are the flags of study inflight.
type inFlightFlags struct {
	problem  compareFlags // its flags of the problem, methods, plans and seeds
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
	p.addProblem(fl)
	p.parameters.add(fl)
	fl.StringSliceVar(&p.methods, "methods", []string{"coexplore", "screened-evolution", "screened-random"}, "methods")
	fl.IntSliceVar(&f.inFlight, "in-flight", []int{1, 2, 4, 8, 16, 32, 64}, "numbers of networks in flight")
	fl.IntVar(&f.nodes, "nodes", 16, "nodes of the cluster; each trains one network at a time")
	fl.Float64Var(&f.spread, "spread", 0.3, "how unlike nodes are: the standard deviation of the logarithm of how long equal networks train")
	fl.Float64Var(&f.within, "within", 0.99, "share of the true front's hypervolume that is the goal")
	fl.IntVar(&p.seeds, "seeds", 10, "searches of each method with each number")
	fl.IntVar(&p.trained, "trained", 400, "networks that each search trains")
	fl.IntVar(&p.plans, "plans", comparePlans, "plans that a search may make for each network it trains (0: no limit)")
	fl.StringVar(&p.out, "out", "", "folder for a figure (default: none is drawn)")
	fl.StringSliceVar(&p.formats, "format", []string{"svg", "png"}, "formats of the figure: svg, pdf, png, eps, tex")
	fl.BoolVar(&p.json, "json", false, "print as JSON")
	return cmd
}

// inFlightReport is what `study inflight --json` prints.
type inFlightReport struct {
	*study.InFlights
	FPS     float64  `json:"fps"`
	Figures []string `json:"figures,omitempty"`
}

func (f *inFlightFlags) run(cmd *cobra.Command) error {
	p := &f.problem
	if err := checkFormats(p.formats); err != nil {
		return err
	}
	contenders, err := p.parameters.contenders(p.methods...)
	if err != nil {
		return err
	}
	switch {
	case p.seeds < 1 || p.trained < 1 || f.nodes < 1:
		return usagef("--seeds, --trained and --nodes must be at least 1, are %d, %d and %d", p.seeds, p.trained, f.nodes)
	case p.plans < 0:
		return usagef("--plans cannot be negative, is %d", p.plans)
	case len(f.inFlight) == 0 || slices.Min(f.inFlight) < 1:
		return usagef("--in-flight takes numbers of at least 1, are %v", f.inFlight)
	case !(f.spread >= 0 && f.spread <= 2):
		return usagef("--spread must be between 0 and 2, is %g", f.spread)
	case !(f.within > 0 && f.within <= 1):
		return usagef("--within must be above 0 and at most 1, is %g", f.within)
	}
	slices.Sort(f.inFlight)
	f.inFlight = slices.Compact(f.inFlight)
	problem, front, err := p.open(cmd.Context())
	if err != nil {
		return err
	}
	flights, err := study.InFlight(cmd.Context(), problem, contenders, study.InFlightSettings{
		InFlight: f.inFlight, Nodes: f.nodes, Trained: p.trained, Plans: p.plans, Seeds: p.seeds, Spread: f.spread, Front: front, Within: f.within,
	})
	if err != nil {
		return stopped(cmd, err)
	}
	report := &inFlightReport{InFlights: flights, FPS: p.fps}
	var undrawn error // said after what was found
	if p.out != "" {
		report.Figures, undrawn = savePlots([]namedPlot{{name: "inflight", plot: figure.InFlight(flights)}}, p.out, p.formats)
	}
	if p.json {
		return errors.Join(writeJSON(cmd, report), undrawn)
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
		_, children, _ := study.ArrivalQuartiles(row.Children)
		_, time, _ := study.ArrivalQuartiles(row.Time)
		_, whole, _ := study.Quartiles(row.Whole)
		_, idle, _ := study.Quartiles(row.Idle)
		_, hypervolume, _ := study.Quartiles(row.Hypervolume)
		fmt.Fprintf(tw, "%s\t%d\t%d of %d\t%s\t%s\t%.1f\t%.1f %%\t%.2f %%\n", row.Method, row.InFlight, reached, r.Seeds,
			orNever(children, "%.0f"), orNever(time, "%.1f"), whole, 100*idle, 100*hypervolume)
	}
	tw.Flush()
	printFigures(w, r.Figures)
}

// orNever is a number as text, or a dash where it is infinite.
func orNever(v float64, format string) string {
	if math.IsInf(v, 1) {
		return "-"
	}
	return fmt.Sprintf(format, v)
}
