package figure

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"coexplore/nas"
)

// Pareto draws accuracy against pipeline efficiency, both in percent, for the
// networks of a search: those on the Pareto front, those that they dominate,
// and, below the data because they were never trained, those that no pipeline
// runs fast enough, at the efficiency of their fastest pipeline. OptHW and
// OptSW are named.
func Pareto(r *nas.Result) *Figure {
	if r == nil {
		return refuse("no result to draw a Pareto front of")
	}
	designs := r.Designs()
	if len(designs) == 0 {
		return refuse("no trained network to draw a Pareto front of")
	}
	best := nas.Front(designs) // on these axes, whatever the objectives were
	onFront := map[string]bool{}
	for _, d := range best {
		onFront[d.Network] = true
	}
	var front, dominated plotter.XYs
	x, y := newSpan(), newSpan()
	for _, d := range designs {
		if err := finite(d.Network, d.Efficiency, d.Accuracy); err != nil {
			return &Figure{err: err}
		}
		at := percent(d)
		x.add(at.X)
		y.add(at.Y)
		if onFront[d.Network] {
			front = append(front, at)
		} else {
			dominated = append(dominated, at)
		}
	}
	seen := map[string]bool{}
	var pruned []float64
	for _, t := range r.Trials {
		if t.Status == nas.Pruned && !seen[t.Network] {
			seen[t.Network] = true
			if err := finite(t.Network, t.Efficiency); err != nil {
				return &Figure{err: err}
			}
			pruned = append(pruned, 100*t.Efficiency)
		}
	}

	title := fmt.Sprintf("Accuracy against pipeline efficiency, at %g frames/s", r.Spec)
	return &Figure{Title: title, X: "pipeline efficiency (%)", Y: "accuracy (%)", build: func(c *chart) {
		c.grid(true, true)
		xmin, xmax := x.padded(0.08, 5, 0, 100)
		ymin, ymax := y.padded(0.08, 5, 0, 100)
		ymax += 0.25 * (ymax - ymin) // room for names, where no point can be
		c.X.Tick.Marker, c.Y.Tick.Marker = ticks{top: 100}, ticks{top: 100}
		if len(pruned) > 0 {
			ymin -= rugRoom * (ymax - ymin)
		}

		// The edge of what the front dominates, from the left edge of the plot to
		// its lower one.
		var edge plotter.XYs
		for i, d := range best {
			at := percent(d)
			from := xmin
			if i > 0 {
				from = percent(best[i-1]).X
			}
			edge = append(edge, plotter.XY{X: from, Y: at.Y}, at)
		}
		edge = append(edge, plotter.XY{X: edge[len(edge)-1].X, Y: ymin})
		frontLine := line(blue, 1.4)
		frontGlyph := draw.GlyphStyle{Color: blue, Radius: 3.4, Shape: disc{}}
		lowGlyph := draw.GlyphStyle{Color: sky, Radius: 3, Shape: ring{}}
		c.Add(&plotter.Line{XYs: edge, LineStyle: frontLine})
		c.key(entry{label: fmt.Sprintf("Pareto front (%d)", len(front)), line: frontLine, glyph: frontGlyph})
		if len(dominated) > 0 {
			scatter(c.Plot, dominated, lowGlyph)
			c.key(entry{label: fmt.Sprintf("dominated (%d)", len(dominated)), glyph: lowGlyph})
		}
		scatter(c.Plot, front, frontGlyph)

		names := &callouts{style: c.small(black)}
		for i := 1; i < len(edge); i++ { // the line, point by point
			for s := range 24 {
				t := float64(s) / 24
				names.lines = append(names.lines, plotter.XY{X: edge[i-1].X + t*(edge[i].X-edge[i-1].X), Y: edge[i-1].Y + t*(edge[i].Y-edge[i-1].Y)})
			}
		}
		names.avoid = append(append(names.avoid, front...), dominated...)
		for _, o := range optima(r) {
			g := draw.GlyphStyle{Color: o.color, Radius: 4.5, Shape: o.shape}
			scatter(c.Plot, plotter.XYs{percent(*o.design)}, g)
			c.key(entry{label: o.meaning, glyph: g})
			names.at = append(names.at, percent(*o.design))
			text := fmt.Sprintf("%s: %.1f %% accurate,\n%.1f %% efficient", o.name, 100*o.design.Accuracy, 100*o.design.Efficiency)
			if c.width < 330 { // no room for more
				text = o.name
			}
			names.names = append(names.names, text)
		}
		if len(pruned) > 0 {
			g := draw.GlyphStyle{Color: grey, Radius: 3, Shape: cross{}}
			c.Add(rug{pruned, g})
			c.key(entry{label: fmt.Sprintf("too slow, not trained (%d)", len(pruned)), glyph: g})
		}
		c.Add(names)
		c.X.Min, c.X.Max, c.Y.Min, c.Y.Max = xmin, xmax, ymin, ymax
	}}
}

// percent is where a design stands.
func percent(d nas.Design) plotter.XY {
	return plotter.XY{X: 100 * d.Efficiency, Y: 100 * d.Accuracy}
}

type optimum struct {
	name, meaning string
	design        *nas.Design
	color         color.Color
	shape         draw.GlyphDrawer
}

// optima are the designs that a search chose.
func optima(r *nas.Result) []optimum {
	hw := optimum{"OptHW", "OptHW: most efficient", r.OptHW, vermillion, diamond{}}
	sw := optimum{"OptSW", "OptSW: most accurate", r.OptSW, green, square{}}
	switch {
	case r.OptSW == nil:
		return nil
	case r.OptHW == nil:
		return []optimum{sw}
	case r.OptHW.Network == r.OptSW.Network:
		hw.name, hw.meaning = "OptHW and OptSW", "OptHW and OptSW: the same network"
		return []optimum{hw}
	}
	return []optimum{hw, sw}
}
