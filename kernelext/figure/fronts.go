package figure

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"coexplore/nas"
)

// Fronts draws accuracy against pipeline efficiency, both in percent, for
// several searches: the Pareto front that each found, as the edge of what it
// dominates, and faintly the other networks that it tried and knows the accuracy
// of. A search that found no network is left out of the drawing and named in the
// key.
func Fronts(results ...*nas.Result) *Figure {
	type found struct{ front, rest plotter.XYs }
	all := make([]found, len(results))
	x, y := newSpan(), newSpan()
	for i, r := range results {
		if r == nil {
			return refuse("result %d of %d is nil", i+1, len(results))
		}
		designs := r.Designs()
		onFront := make(map[string]bool)
		for _, d := range nas.Front(designs) { // on these axes, whatever the objectives were
			onFront[d.Network] = true
			all[i].front = append(all[i].front, percent(d))
		}
		for _, d := range designs {
			if err := finite(d.Network, d.Efficiency, d.Accuracy); err != nil {
				return &Figure{err: err}
			}
			at := percent(d)
			x.add(at.X)
			y.add(at.Y)
			if !onFront[d.Network] {
				all[i].rest = append(all[i].rest, at)
			}
		}
	}
	if x.lo > x.hi {
		return refuse("no trained network to draw Pareto fronts of")
	}
	title := fmt.Sprintf("Pareto fronts at %g frames/s", results[0].Spec)
	return &Figure{Title: title, X: "pipeline efficiency (%)", Y: "accuracy (%)", Series: labels(results), build: func(c *chart) {
		c.grid(true, true)
		c.X.Tick.Marker, c.Y.Tick.Marker = ticks{top: 100}, ticks{top: 100}
		var edges, marks []plot.Plotter // above all faint points
		dominated := false
		for i, f := range all {
			if len(f.front) == 0 {
				c.key(entry{label: c.series(i) + ": found none"})
				continue
			}
			glyph, sty := c.marker(i), c.stroke(i)
			faintly := glyph
			faintly.Color, faintly.Radius = faint(glyph.Color), 2.2
			scatter(c.Plot, f.rest, faintly)
			dominated = dominated || len(f.rest) > 0
			edges = append(edges, frontEdge{f.front, c.apart(i, len(all))})
			marks = append(marks, &plotter.Scatter{XYs: f.front, GlyphStyle: glyph})
			name := fmt.Sprintf("%s: %d of %d", c.series(i), len(f.front), len(f.front)+len(f.rest))
			c.key(entry{label: name, series: c.series(i), line: sty, glyph: glyph})
		}
		if dominated {
			c.key(entry{label: "faint: dominated", glyph: draw.GlyphStyle{Color: faint(black), Radius: 2.2, Shape: disc{}}})
		}
		c.Add(edges...)
		c.Add(marks...)
		c.X.Min, c.X.Max = x.padded(0.06, 5, 0, 100)
		c.Y.Min, c.Y.Max = y.padded(0.06, 5, 0, 100)
	}}
}

// frontEdge is the edge of what a front dominates, from the left edge of the
// plot to its lower one. The points are by falling y, and so by rising x.
type frontEdge struct {
	front plotter.XYs
	style draw.LineStyle
}

// Plot implements plot.Plotter.
func (e frontEdge) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	at := c.Min.X
	var pts []vg.Point
	for _, v := range e.front {
		pts = append(pts, vg.Point{X: at, Y: y(v.Y)}, vg.Point{X: x(v.X), Y: y(v.Y)})
		at = x(v.X)
	}
	c.StrokeLines(e.style, append(pts, vg.Point{X: at, Y: c.Min.Y}))
}
