package figure

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"coexplore/hw"
	"coexplore/hw/blast"
)

// Cuts draws how BLAST decided where to cut a network (blast.Answer.Trace, with
// blast.Options.Explain set): for every place between two layers, what the best
// pipeline with a cut there reaches. Cuts that were made lie on the line of the
// answer; the others show what a cut there would cost. A place where no pipeline
// meets the specification has a cross at the lower edge.
func Cuts(t *blast.Trace) (*plot.Plot, error) {
	if len(t.Cuts) == 0 {
		return nil, errors.New("figure: a network of one layer has no cuts to draw")
	}
	if t.Partial {
		return nil, errors.New("figure: the network and its pool are too large for every cut to have been worked out")
	}
	label, value := "mean utilization (%)", func(r *blast.Reach) float64 { return 100 * r.Utilization }
	switch t.Objective {
	case hw.MinCost:
		label, value = "price", func(r *blast.Reach) float64 { return r.Price }
	case hw.MaxThroughput:
		label, value = "throughput (frames/s)", func(r *blast.Reach) float64 { return r.ThroughputFPS }
	}
	var with, without plotter.XYs
	none := rug{glyph: draw.GlyphStyle{Color: vermillion, Radius: vg.Points(3), Shape: cross{}}}
	y := newSpan()
	y.add(value(&t.Chosen))
	labels := make([]plot.Tick, len(t.Cuts))
	for i, c := range t.Cuts {
		x := float64(i)
		labels[i] = plot.Tick{Value: x, Label: fmt.Sprint(c.Before + 1)}
		if len(t.Cuts) > 24 && i%(1+len(t.Cuts)/24) != 0 {
			labels[i].Label = ""
		}
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
	p := newPlot(title, "cut before layer", label)
	p.X.Tick.Marker = plot.ConstantTicks(labels)
	p.X.Min, p.X.Max = -0.5, float64(len(t.Cuts))-0.5
	p.Y.Min, p.Y.Max = y.padded(0.12, 0.1*(y.hi+1e-9), 0, 1e18)
	if len(none.xs) > 0 {
		p.Y.Min -= rugRoom * 1.5 * (p.Y.Max - p.Y.Min)
	}
	answer := line(orange, 1.6, 6, 3)
	p.Add(level{value(&t.Chosen), answer})
	made, other := marker(0), draw.GlyphStyle{Color: grey, Radius: vg.Points(3), Shape: ring{}}
	made.Radius = vg.Points(4)
	scatter(p, without, other)
	scatter(p, with, made)
	entries := []entry{{label: fmt.Sprintf("the answer: %.4g", value(&t.Chosen)), line: answer}}
	if len(with) > 0 {
		entries = append(entries, entry{label: "cut", glyph: made})
	}
	if len(without) > 0 {
		entries = append(entries, entry{label: "not cut", glyph: other})
	}
	if len(none.xs) > 0 {
		p.Add(none)
		name := "no pipeline meets the specification"
		if t.Objective == hw.MaxThroughput {
			name = "no pipeline"
		}
		entries = append(entries, entry{label: name, glyph: none.glyph})
	}
	addKey(p, entries...)
	return p, nil
}
