package study

import (
	"fmt"
	"io"
	"text/tabwriter"

	"coexplore/internal/cli"
)

// print prints what was reached, and what is to be known of it.
func (r *FastReport) print(w io.Writer) {
	fmt.Fprintf(w, `Space %s, %s stride, %d pipelines on %s for %g frames/s, seed %d.
The highest efficiency found, in %% of the optimum (which is known to %.2g), after equally many plans each:
mean over the pipelines. Exploration begins at %.1f %% (median; quartiles %.1f and %.1f).

`, r.Space, r.Stride, r.Pipelines, r.Pool, r.FPS, r.Seed, r.Gap, 100*r.Start[1], 100*r.Start[0], 100*r.Start[2])
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(tw, "plans")
	for _, c := range r.Curves {
		fmt.Fprintf(tw, "\t%s", c.Name)
	}
	fmt.Fprintln(tw)
	last := len(r.Plans) - 1
	next := 1
	for k, n := range r.Plans {
		if n < next && k != last {
			continue
		}
		next = 2 * n
		fmt.Fprint(tw, n)
		for _, c := range r.Curves {
			fmt.Fprintf(tw, "\t%.2f", 100*c.Mean[k])
		}
		fmt.Fprintln(tw)
	}
	tw.Flush()
	if r.Sizes != nil {
		r.printSizes(w)
	}
	fmt.Fprint(w, `
an RNN for each stage: each proposal is judged in the best network so far, the other stages as they are there.
the same, judged together: by the networks that the proposals of all stages make together, as in the paper.
a single RNN: over the layers of all stages. hill climbing: on efficiency, with random restarts.
uniform, a stage at a time: random layers for one stage after the other, in the best network so far. uniform: random networks.
`)
	cli.PrintFigures(w, r.Figures)
}

// printSizes prints what was reached by stages and layers.
func (r *FastReport) printSizes(w io.Writer) {
	s := r.Sizes
	gap := 0.0
	for i := range s.Cells {
		gap = max(gap, s.Cells[i].Gap)
	}
	fmt.Fprintf(w, `
By stages and layers: %d pipelines each, cut for the highest throughput and asked for half of it; in %% of the
optimum (which is known to %.2g) after %d plans each: mean over the pipelines. A single RNN chooses among the product
of networks, those for each stage among the sum.

`, s.Pipelines, gap, s.Plans)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(tw, "stages\tlayers\tproduct\tsum")
	for _, c := range r.Curves {
		fmt.Fprintf(tw, "\t%s", c.Name)
	}
	fmt.Fprintln(tw)
	for i := range s.Cells {
		cell := &s.Cells[i]
		fmt.Fprintf(tw, "%d\t%d\t10^%.1f\t10^%.1f", cell.Stages, cell.Layers, cell.Product, cell.Sum)
		for _, c := range cell.Curves {
			fmt.Fprintf(tw, "\t%.2f", 100*c.Mean[len(c.Mean)-1])
		}
		fmt.Fprintln(tw)
	}
	tw.Flush()
}
