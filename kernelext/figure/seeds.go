package figure

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"coexplore/nas/study"
)

// Comparison draws what several methods found over many seeds: for each method
// the median over its searches of the hypervolume of the front found, as a thick
// line, and the quartiles as thin ones, over the number of networks trained. A
// search that ended early keeps its last value. A dashed line is the true front's
// hypervolume, where that is known.
func Comparison(c *study.Comparison) (*plot.Plot, error) {
	if c == nil || len(c.Rows) == 0 || c.Trained < 1 {
		return nil, errors.New("figure: an empty comparison")
	}
	name, most := hypervolumeAxis(c.Objectives)
	p := newPlot(fmt.Sprintf("Front found: median and quartiles of %d searches", c.Seeds), "networks trained", name)
	p.X.Tick.Marker = ticks{whole: true}
	p.X.Min, p.X.Max = 1, float64(max(2, c.Trained))
	y := newSpan()
	var entries []entry
	if c.Hypervolume > 0 {
		sty := line(grey, 1, vg.Points(3), vg.Points(2))
		p.Add(level{c.Hypervolume, sty})
		y.add(c.Hypervolume)
		entries = append(entries, entry{label: "true front", line: sty})
	}
	for i, row := range c.Rows {
		var curves [3]plotter.XYs
		for k := range c.Trained {
			values := make([]float64, 0, len(row.Curves))
			for _, curve := range row.Curves {
				switch {
				case k < len(curve):
					values = append(values, curve[k])
				case len(curve) > 0:
					values = append(values, curve[len(curve)-1])
				default:
					values = append(values, 0)
				}
			}
			lower, median, upper := study.Quartiles(values)
			for q, v := range []float64{lower, median, upper} {
				curves[q] = append(curves[q], plotter.XY{X: float64(k + 1), Y: v})
			}
			if k > c.Trained/20 { // the first networks would squeeze the scale
				y.add(median)
			}
		}
		sty := stroke(i)
		thin := draw.LineStyle{Color: sty.Color, Width: vg.Points(0.5), Dashes: sty.Dashes}
		curve(p, curves[0], thin, false)
		curve(p, curves[2], thin, false)
		curve(p, curves[1], sty, false)
		entries = append(entries, entry{label: row.Method, line: sty})
	}
	p.Y.Min, p.Y.Max = y.padded(0.06, 0.05, 0, most)
	addKey(p, entries...)
	return p, nil
}
