package figure

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"coexplore/nas/study"
)

// Reach draws how close fast exploration comes to the optimum, in per cent of it,
// over its steps: with an RNN for each stage and with a single one.
func Reach(r *study.Reach) (*plot.Plot, error) {
	if r == nil || len(r.Split) == 0 || len(r.Single) != len(r.Split) {
		return nil, errors.New("figure: no steps of fast exploration to draw")
	}
	p := newPlot(fmt.Sprintf("Fast exploration, mean of %d pipelines", r.Pipelines),
		"step", "highest efficiency found (% of the optimum)")
	p.X.Tick.Marker = ticks{whole: true}
	p.X.Min, p.X.Max = 1, float64(max(2, len(r.Split)))
	y := newSpan()
	var entries []entry
	for i, c := range []struct {
		label  string
		values []float64
	}{{"an RNN for each stage", r.Split}, {"a single RNN", r.Single}} {
		var pts plotter.XYs
		for k, v := range c.values {
			pts = append(pts, plotter.XY{X: float64(k + 1), Y: 100 * v})
			y.add(100 * v)
		}
		curve(p, pts, stroke(i), false)
		entries = append(entries, entry{label: c.label, line: stroke(i)})
	}
	p.Y.Min, p.Y.Max = y.padded(0.06, 2, 0, 100)
	addKey(p, entries...)
	return p, nil
}
