package figure

import (
	"fmt"

	"gonum.org/v1/plot/vg"

	"coexplore/nas/results"
)

// MethodHypervolume draws what several methods found over many seeds: for each
// method the median over its searches of the hypervolume of the front found, and
// a band between the quartiles, over the number of networks trained. A search that
// ended early keeps its last value. A dashed line is the true front's hypervolume,
// where that is known.
func MethodHypervolume(c *results.Comparison) *Figure {
	if c == nil || len(c.Rows) == 0 || c.Trained < 1 {
		return refuse("an empty comparison")
	}
	sets := make([]CurveSet, len(c.Rows))
	for i, row := range c.Rows {
		sets[i] = CurveSet{Name: row.Method}
		for _, values := range row.Curves {
			if len(values) == 0 {
				values = []float64{0}
			}
			sets[i].Curves = append(sets[i].Curves, values)
		}
	}
	name, _ := hypervolumeAxis(c.Objectives)
	f := Bands(fmt.Sprintf("Front found: median and quartiles of %d searches", c.Seeds), "networks trained", name, sets...)
	if c.Hypervolume <= 0 || f.err != nil {
		return f
	}
	truth := line(grey, 1, vg.Points(3), vg.Points(2))
	f.also(func(d *chart) {
		d.Add(level{c.Hypervolume, truth})
		d.key(entry{label: "true front", line: truth})
		d.Y.Max = max(d.Y.Max, c.Hypervolume+0.05*(d.Y.Max-d.Y.Min))
	})
	return f
}
