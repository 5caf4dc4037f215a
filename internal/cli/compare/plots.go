package compare

import (
	"gonum.org/v1/plot/plotter"

	"coexplore/internal/cli"
	"coexplore/kernelext/figure"
	"coexplore/nas/results"
)

// plots are the figures of a comparison: what the methods found over the networks
// that they trained, and where accuracy and efficiency are what counts also what half of
// the searches, and more and fewer, attained.
func plots(c *results.Comparison) []cli.Plot {
	plots := []cli.Plot{{Name: "compare", Figure: figure.MethodHypervolume(c)}}
	if len(c.Objectives) > 0 {
		return plots
	}
	var sets []figure.FrontSet
	for _, row := range c.Rows {
		set := figure.FrontSet{Name: row.Method}
		for _, r := range row.Results {
			var front plotter.XYs
			for _, d := range r.Front {
				front = append(front, plotter.XY{X: 100 * d.Efficiency, Y: 100 * d.Accuracy})
			}
			set.Fronts = append(set.Fronts, front)
		}
		sets = append(sets, set)
	}
	return append(plots, cli.Drawable(cli.Plot{Name: "attainment", Figure: figure.Attainment("pipeline efficiency (%)", "accuracy (%)", sets...)})...)
}
