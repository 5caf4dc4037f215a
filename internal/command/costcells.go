package command

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/pflag"

	"coexplore/nas"
	"coexplore/nas/study"
)

// addBenchmark adds the flags of study cost for NAS-Bench-201.
func (f *costFlags) addBenchmark(fl *pflag.FlagSet) {
	fl.StringVar(&f.benchmark, "benchmark", "", "nb201: the cells of NAS-Bench-201 with their published accuracies, in place of --space and --data")
	fl.StringVar(&f.config.Table, "table", "", "its file")
	fl.StringVar(&f.set, "set", "cifar10", "its accuracies: cifar10, cifar100 or imagenet16")
}

// openBenchmark makes the problem of NAS-Bench-201.
func (f *costFlags) openBenchmark(ctx context.Context) (func() (nas.Problem, error), error) {
	c := &f.config
	if f.benchmark != "nb201" {
		return nil, usagef("--benchmark is nb201, not %q", f.benchmark)
	}
	if c.Data != "" {
		return nil, usagef("--benchmark and --data exclude each other")
	}
	if f.trained < 1 {
		return nil, usagef("--trained must be at least 1, is %d", f.trained)
	}
	var err error
	if c.FPS, err = orDefault("--fps", c.FPS, cellsFPS); err != nil {
		return nil, err
	}
	b := cellBenchmark{c.Table, f.set, c.Pool, f.devices, c.Bits, c.ClockMHz, c.FPS}
	_, p, err := b.open(ctx)
	return func() (nas.Problem, error) { return p, nil }, err
}

// printCostSummaries prints medians and quartiles over the seeds.
func printCostSummaries(w io.Writer, list []study.CostSummary) {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "\nmethod\treached the goal\tchildren: median\tquartiles\tratio: median\tquartiles")
	for _, s := range list {
		fmt.Fprintf(tw, "%s\t%d of %d\t%g\t%g to %g\t%.3gx\t%.3gx to %.3gx\n", s.Method, s.Reached, s.Searches,
			s.Children[1], s.Children[0], s.Children[2], s.Ratio[1], s.Ratio[0], s.Ratio[2])
	}
	tw.Flush()
	fmt.Fprintln(w, "Where the goal was not reached, children are all that were trained, and the ratio is 0.")
}
