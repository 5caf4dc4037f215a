package study

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/pflag"

	"coexplore/internal/cli"
	"coexplore/internal/cli/compare"
	"coexplore/kernelext/figure"
	"coexplore/nas"
	"coexplore/nas/study"
)

// addBenchmark adds the flags of study cost for NAS-Bench-201.
func (f *CostOptions) addBenchmark(fl *pflag.FlagSet) {
	fl.StringVar(&f.benchmark, "benchmark", "", "nb201: the cells of NAS-Bench-201 with their published accuracies, in place of --space and --data")
	fl.StringVar(&f.config.Table, "table", "", "its file")
	fl.StringVar(&f.set, "set", "cifar10", "its accuracies: cifar10, cifar100 or imagenet16")
}

// openBenchmark makes the problem of NAS-Bench-201.
func (f *CostOptions) openBenchmark(ctx context.Context) (func() (nas.Problem, error), error) {
	c := &f.config
	if f.benchmark != "nb201" {
		return nil, cli.Usagef("--benchmark is nb201, not %q", f.benchmark)
	}
	if c.Data != "" {
		return nil, cli.Usagef("--benchmark and --data exclude each other")
	}
	if f.trained < 1 {
		return nil, cli.Usagef("--trained must be at least 1, is %d", f.trained)
	}
	var err error
	if c.FPS, err = compare.OrDefault("--fps", c.FPS, compare.CellsFPS); err != nil {
		return nil, err
	}
	b := compare.Problem{Table: c.Table, Set: f.set, Pool: c.Pool, Devices: f.devices, Bits: c.Target.Bits, Clock: c.Target.ClockMHz, FPS: c.FPS}
	_, p, err := b.OpenCells(ctx)
	return func() (nas.Problem, error) { return p, nil }, err
}

// printCostSummaries prints medians and quartiles over the seeds.
func printCostSummaries(w io.Writer, list []study.CostSummary) {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "\nmethod\treached the goal\tchildren: median\tquartiles\tratio: median\tquartiles\tplans: median")
	for _, s := range list {
		fmt.Fprintf(tw, "%s\t%d of %d\t%g\t%g to %g\t%.3gx\t%.3gx to %.3gx\t%g\n", s.Method, s.Reached, s.Searches,
			s.Children[1], s.Children[0], s.Children[2], s.Ratio[1], s.Ratio[0], s.Ratio[2], s.Plans[1])
	}
	tw.Flush()
	fmt.Fprintln(w, "Where the goal was not reached, children are all that were trained, and the ratio is 0.")
}

// plot draws the median children of each method beside those that the paper reports.
func (r *CostReport) plot() *figure.Figure {
	var bars []figure.ChildrenBar
	for _, p := range r.Paper {
		bars = append(bars, figure.ChildrenBar{Name: p.Approach + ", " + p.Data, Children: float64(p.Children), Published: true})
	}
	for _, s := range r.Summary {
		name := s.Method
		if s.Reached < s.Searches {
			name = fmt.Sprintf("%s (%d of %d)", s.Method, s.Reached, s.Searches)
		}
		bars = append(bars, figure.ChildrenBar{Name: name, Children: s.Children[1]})
	}
	return figure.SearchChildren(bars)
}

// published draws the GPU hours of the paper's table.
func (r *CostReport) published() *figure.Figure {
	var bars []figure.CostBar
	for _, p := range r.Paper {
		bars = append(bars, figure.CostBar{Name: p.Approach + ", " + p.Data, Hours: p.GPUHours + p.FastGPU, Published: true})
	}
	return figure.SearchCost(bars)
}

// printWhy says why the paper's ratios do or do not appear here.
func (r *CostReport) printWhy(w io.Writer) {
	best := r.Summary[0]
	for _, s := range r.Summary[1:] {
		if s.Ratio[1] > best.Ratio[1] {
			best = s
		}
	}
	fmt.Fprintf(w, "\nThe highest median ratio here is %.3gx (%s); the paper has %gx and %gx in GPU hours, %.0fx and %.0fx in networks.\n",
		best.Ratio[1], best.Method, r.Paper[1].Ratio, r.Paper[3].Ratio, float64(r.Paper[0].Children)/float64(r.Paper[1].Children),
		float64(r.Paper[2].Children)/float64(r.Paper[3].Children))
	if best.Ratio[1] >= r.Paper[3].Ratio {
		fmt.Fprintln(w, "So ratios like the paper's do appear.")
		return
	}
	fmt.Fprintf(w, `A ratio is at most the networks that hardware-aware NAS trains until its own best: %g in the median here, where
the paper's trained %d and %d.
`, r.Summary[0].Children[1], r.Paper[0].Children, r.Paper[2].Children)
}
