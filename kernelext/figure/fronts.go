package figure

import (
	"errors"
	"fmt"
	"image/color"

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
func Fronts(results ...*nas.Result) (*plot.Plot, error) {
	x, y := newSpan(), newSpan()
	for _, r := range results {
		for _, d := range r.Designs() {
			at := percent(d)
			x.add(at.X)
			y.add(at.Y)
		}
	}
	if x.lo > x.hi {
		return nil, errors.New("figure: no trained network to draw Pareto fronts of")
	}
	p := newPlot(fmt.Sprintf("Pareto fronts at %g frames/s", results[0].Spec), "pipeline efficiency (%)", "accuracy (%)")
	p.X.Min, p.X.Max = x.padded(0.06, 5, 0, 100)
	p.Y.Min, p.Y.Max = y.padded(0.06, 5, 0, 100)
	p.X.Tick.Marker, p.Y.Tick.Marker = ticks{top: 100}, ticks{top: 100}

	var entries []entry
	var edges, marks []plot.Plotter // above all faint points
	for i, r := range results {
		name := label(results, i)
		best := nas.Front(r.Designs()) // on these axes, whatever the objectives were
		if len(best) == 0 {
			entries = append(entries, entry{label: name + ": found none"})
			continue
		}
		onFront := make(map[string]bool)
		var front, rest plotter.XYs
		for _, d := range best {
			onFront[d.Network] = true
			front = append(front, percent(d))
		}
		for _, d := range r.Designs() {
			if !onFront[d.Network] {
				rest = append(rest, percent(d))
			}
		}
		glyph, sty := marker(i), stroke(i)
		faintly := glyph
		faintly.Color, faintly.Radius = faint(series[i%len(series)]), vg.Points(2.2)
		scatter(p, rest, faintly)
		edges = append(edges, frontEdge{front, sty})
		marks = append(marks, &plotter.Scatter{XYs: front, GlyphStyle: glyph})
		entries = append(entries, entry{label: fmt.Sprintf("%s: front of %d", name, len(front)), line: sty, glyph: glyph})
		if len(rest) > 0 {
			entries = append(entries, entry{label: fmt.Sprintf("%s: %d dominated", name, len(rest)), glyph: faintly})
		}
	}
	p.Add(edges...)
	p.Add(marks...)
	addKey(p, entries...)
	return p, nil
}

// faint is a colour mixed with white, opaque so that every format can show it.
func faint(c color.RGBA) color.RGBA {
	mix := func(v uint8) uint8 { return uint8((int(v) + 2*0xff) / 3) }
	return color.RGBA{mix(c.R), mix(c.G), mix(c.B), 0xff}
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
