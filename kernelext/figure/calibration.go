package figure

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"coexplore/nas"
)

// Calibration draws, for searches that predict accuracies, what was measured against
// what was expected before training, both in per cent: a point for each trained network,
// with a line across the interval in which 80 % of the accuracies should lie. On the
// diagonal a forecast was exact. The title says how many accuracies lay within their
// intervals: more than 80 % of them, and the method is too cautious; fewer, and it is
// too sure.
func Calibration(results ...*nas.Result) *Figure {
	var at [2]plotter.XYs // within the interval, outside
	var bars [2][][2]plotter.XY
	within, all := 0, 0
	x, y := newSpan(), newSpan()
	for _, r := range results {
		if r == nil {
			return refuse("no result to draw the forecasts of")
		}
		n, of := nas.Forecasts(r.Trials)
		within, all = within+n, all+of
		for i := range r.Trials {
			t := &r.Trials[i]
			if t.Forecast == nil || t.Status != nas.Trained {
				continue
			}
			f := t.Forecast
			if err := finite("a forecast of "+t.Network, f.Low, f.Accuracy, f.High, t.Accuracy); err != nil {
				return &Figure{err: err}
			}
			k := 0
			if !f.Within(t.Accuracy) {
				k = 1
			}
			measured := 100 * t.Accuracy
			at[k] = append(at[k], plotter.XY{X: 100 * f.Accuracy, Y: measured})
			bars[k] = append(bars[k], [2]plotter.XY{{X: 100 * f.Low, Y: measured}, {X: 100 * f.High, Y: measured}})
			x.add(100 * f.Accuracy)
			y.add(measured)
		}
	}
	if all == 0 {
		return refuse("no forecasts to draw: only some methods predict accuracies (surrogate is one)")
	}
	title := fmt.Sprintf("Predicted before training: %.0f %% of %d within the %.0f %% interval", 100*float64(within)/float64(all), all, 100*nas.ForecastShare)
	return &Figure{Title: title, X: "accuracy expected before training, with the 80 % interval (%)", Y: "accuracy measured (%)",
		Series: []string{"within the interval", "outside"}, build: func(c *chart) {
			c.grid(true, true)
			c.X.Tick.Marker, c.Y.Tick.Marker = ticks{top: 100}, ticks{top: 100}
			c.X.Min, c.X.Max = x.padded(0.08, 5, 0, 100)
			c.Y.Min, c.Y.Max = y.padded(0.08, 5, 0, 100)
			c.Add(diagonal{line(grey, 1)})
			c.key(entry{label: "exact", line: line(grey, 1)})
			shapes := []draw.GlyphDrawer{disc{}, diamond{}}
			for k, points := range at {
				if len(points) == 0 {
					continue
				}
				c.Add(intervals{bars[k], draw.LineStyle{Color: mixed{c.hue(k), paper, 0.45}, Width: 0.9}})
			}
			for k, points := range at {
				if len(points) == 0 {
					continue
				}
				g := draw.GlyphStyle{Color: c.hue(k), Radius: 3.2, Shape: shapes[k]}
				scatter(c.Plot, points, g)
				c.key(entry{label: fmt.Sprintf("%s (%d)", c.series(k), len(points)), series: c.series(k), glyph: g})
			}
		}}
}

// A diagonal is the line on which x and y are equal.
type diagonal struct{ style draw.LineStyle }

// Plot implements plot.Plotter.
func (d diagonal) Plot(c draw.Canvas, p *plot.Plot) {
	low, high := max(p.X.Min, p.Y.Min), min(p.X.Max, p.Y.Max)
	if low >= high {
		return
	}
	x, y := p.Transforms(&c)
	c.StrokeLine2(d.style, x(low), y(low), x(high), y(high))
}

// intervals are level lines between two points each, cut off at the edges of the plot.
type intervals struct {
	ends  [][2]plotter.XY
	style draw.LineStyle
}

// Plot implements plot.Plotter.
func (l intervals) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	inside := func(v vg.Length) vg.Length { return min(max(v, c.Min.X), c.Max.X) }
	for _, e := range l.ends {
		c.StrokeLine2(l.style, inside(x(e[0].X)), y(e[0].Y), inside(x(e[1].X)), y(e[1].Y))
	}
}
