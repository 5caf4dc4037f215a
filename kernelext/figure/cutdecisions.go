package figure

import (
	"fmt"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"coexplore/hw"
	"coexplore/hw/blast"
)

// CutDecisions draws how BLAST decided where to cut a network (blast.Answer.Trace, with
// blast.Options.Explain set): for every place between two layers, what the best
// pipeline with a cut there reaches. Cuts that were made lie on the line of the
// answer; the others show what a cut there would cost. A place where no pipeline
// meets the specification has a cross at the lower edge.
func CutDecisions(t *blast.Trace) *Figure {
	if t == nil || len(t.Cuts) == 0 {
		return refuse("a network of one layer has no cuts to draw")
	}
	if t.Partial {
		return refuse("the network and its pool are too large for every cut to have been worked out")
	}
	label, value := "mean utilization (%)", func(r *blast.Reach) float64 { return 100 * r.Utilization }
	switch t.Objective {
	case hw.MinCost:
		label, value = "price (XC7Z015 = 1)", func(r *blast.Reach) float64 { return r.Price }
	case hw.MaxThroughput:
		label, value = "throughput (frames/s)", func(r *blast.Reach) float64 { return r.ThroughputFPS }
	}
	var with, without plotter.XYs
	none := rug{glyph: draw.GlyphStyle{Color: vermillion, Radius: vg.Points(3), Shape: cross{}}}
	y := newSpan()
	y.add(value(&t.Chosen))
	names := make([]string, len(t.Cuts))
	for i, c := range t.Cuts {
		x := float64(i)
		names[i] = fmt.Sprint(c.Before + 1)
		switch {
		case c.With == nil:
			none.xs = append(none.xs, x)
			continue
		case c.Chosen:
			with = append(with, plotter.XY{X: x, Y: value(c.With)})
		default:
			without = append(without, plotter.XY{X: x, Y: value(c.With)})
		}
		y.add(value(c.With))
	}
	title := "The best pipeline with a cut at each place"
	if t.Objective != hw.MaxThroughput {
		title += fmt.Sprintf(", %g frames/s", t.FPS)
	}
	return &Figure{Title: title, X: "cut before layer", Y: label, build: func(c *chart) {
		c.grid(true, true)
		c.categories(names)
		answer := line(orange, 1.6, 6, 3)
		c.Add(level{value(&t.Chosen), answer})
		c.key(entry{label: fmt.Sprintf("the answer: %.4g", value(&t.Chosen)), line: answer})
		made, other := c.marker(0), draw.GlyphStyle{Color: grey, Radius: vg.Points(3), Shape: ring{}}
		made.Radius = vg.Points(4)
		scatter(c.Plot, without, other)
		scatter(c.Plot, with, made)
		c.X.Min, c.X.Max = -0.5, float64(len(names))-0.5
		c.Y.Min, c.Y.Max = y.padded(0.12, 0.1*(y.hi+1e-9), 0, 1e18)
		if len(with) > 0 {
			c.key(entry{label: "cut", glyph: made})
		}
		if len(without) > 0 {
			c.key(entry{label: "not cut", glyph: other})
		}
		if len(none.xs) > 0 {
			c.Y.Min -= rugRoom * 1.5 * (c.Y.Max - c.Y.Min)
			c.Add(none)
			name := "no pipeline meets the specification"
			if t.Objective == hw.MaxThroughput {
				name = "no pipeline"
			}
			c.key(entry{label: name, glyph: none.glyph})
		}
	}}
}
