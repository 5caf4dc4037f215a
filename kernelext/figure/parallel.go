package figure

import (
	"cmp"
	"fmt"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"coexplore/hw"
	"coexplore/nas"
)

// A ParallelLine is one network of a plot of parallel coordinates.
type ParallelLine struct {
	Values     []float64 // one for each axis; fewer where the last are not known
	Rank       int       // Pareto rank, from 1
	Infeasible bool      // dotted
}

// Parallel draws each network as a line across parallel axes, one for each of its
// values, coloured by Pareto rank; infeasible ones are dotted and grey. Each axis
// runs from its least value to its greatest.
func Parallel(axes []string, lines []ParallelLine) *Figure {
	if len(axes) < 2 || len(lines) == 0 {
		return refuse("%d networks on %d parallel axes", len(lines), len(axes))
	}
	spans := make([]span, len(axes))
	for k := range spans {
		spans[k] = newSpan()
	}
	for i, l := range lines {
		if len(l.Values) > len(axes) {
			return refuse("network %d has %d values for %d axes", i+1, len(l.Values), len(axes))
		}
		if err := finite(fmt.Sprintf("network %d", i+1), l.Values...); err != nil {
			return &Figure{err: err}
		}
		for k, v := range l.Values {
			spans[k].add(v)
		}
	}
	order := slices.Clone(lines) // the best on top
	slices.SortStableFunc(order, func(a, b ParallelLine) int {
		if a.Infeasible != b.Infeasible {
			return map[bool]int{true: -1, false: 1}[a.Infeasible]
		}
		return cmp.Compare(b.Rank, a.Rank)
	})
	return &Figure{Title: count(len(lines), "network"), build: func(c *chart) {
		c.categories(axes)
		c.Y.Tick.Marker = plot.ConstantTicks(nil)
		c.Y.LineStyle.Width = 0
		seen := map[string]bool{}
		for _, l := range order {
			sty, what := line(c.hue(min(l.Rank, 4)-1), 1), fmt.Sprintf("Pareto rank %d", l.Rank)
			switch {
			case l.Infeasible:
				sty, what = line(grey, 0.7, 1.5, 2.5), "infeasible"
			case l.Rank <= 1:
				sty.Width = 1.8
			case l.Rank >= 4:
				sty, what = line(faint(black), 0.7), "rank 4 and worse"
			}
			var pts plotter.XYs
			for k, v := range l.Values {
				pts = append(pts, plotter.XY{X: float64(k), Y: spans[k].share(v)})
			}
			curve(c.Plot, pts, sty, false)
			seen[what] = true
		}
		c.Add(parallelAxes{spans, c.small(black)})
		for i, what := range []string{"Pareto rank 1", "Pareto rank 2", "Pareto rank 3", "rank 4 and worse", "infeasible"} {
			sty := []draw.LineStyle{line(c.hue(0), 1.8), line(c.hue(1), 1), line(c.hue(2), 1), line(faint(black), 0.7), line(grey, 0.7, 1.5, 2.5)}[i]
			if seen[what] {
				c.key(entry{label: what, line: sty})
			}
		}
		c.X.Min, c.X.Max, c.Y.Min, c.Y.Max = -0.35, float64(len(axes))-0.65, 0, 1
	}}
}

// share is where a value lies in its span, from 0 to 1; in the middle of a span
// of one value.
func (s span) share(v float64) float64 {
	if s.hi <= s.lo {
		return 0.5
	}
	return (v - s.lo) / (s.hi - s.lo)
}

// parallelAxes are the vertical axes with their ends' values.
type parallelAxes struct {
	spans []span
	style text.Style
}

// ParallelTrials draws the networks of a search as Parallel does: of each layer
// its kernel, filters and stride, and efficiency, frames/s and accuracy. Networks
// that no pipeline runs fast enough are infeasible; their accuracy is not known. The space must be of
// convolutions in a row.
func ParallelTrials(r *nas.Result) *Figure {
	if r == nil {
		return refuse("no result to draw")
	}
	var axes []string
	var lines []ParallelLine
	ranks := paretoRanks(r.Designs())
	seen := map[string]bool{}
	for _, t := range r.Trials {
		trained := t.Status == nas.Trained || t.Status == nas.Reused
		if seen[t.Network] || !trained && t.Status != nas.Pruned {
			continue
		}
		seen[t.Network] = true
		chain, err := hw.ParseChain(t.Network)
		if err != nil {
			return refuse("%s is no chain of convolutions: %v", t.Network, err)
		}
		if axes == nil {
			for i := range chain {
				axes = append(axes, fmt.Sprintf("kernel %d", i+1), fmt.Sprintf("filters %d", i+1), fmt.Sprintf("stride %d", i+1))
			}
			axes = append(axes, "efficiency (%)", "frames/s", "accuracy (%)")
		}
		l := ParallelLine{Rank: ranks[t.Network], Infeasible: !trained}
		for _, s := range chain {
			l.Values = append(l.Values, float64(s.Kernel), float64(s.Filters), float64(s.Stride))
		}
		l.Values = append(l.Values, 100*t.Efficiency, t.Throughput)
		if trained {
			l.Values = append(l.Values, 100*t.Accuracy)
		}
		lines = append(lines, l)
	}
	return Parallel(axes, lines)
}

// paretoRanks are the ranks of networks: 1 on the front, 2 on the front of the
// rest, and so on.
func paretoRanks(designs []nas.Design) map[string]int {
	ranks := map[string]int{}
	for rank := 1; len(designs) > 0; rank++ {
		for _, d := range nas.Front(designs) {
			ranks[d.Network] = rank
		}
		designs = slices.DeleteFunc(slices.Clone(designs), func(d nas.Design) bool { return ranks[d.Network] > 0 })
	}
	return ranks
}

// GlyphBoxes implements plot.GlyphBoxer: the values stand above and below the axes.
func (a parallelAxes) GlyphBoxes(*plot.Plot) []plot.GlyphBox {
	high := 1.4 * a.style.Font.Size
	return []plot.GlyphBox{{Y: 0, Rectangle: vg.Rectangle{Min: vg.Point{Y: -high}}}, {Y: 1, Rectangle: vg.Rectangle{Max: vg.Point{Y: high}}}}
}

// Plot implements plot.Plotter.
func (a parallelAxes) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for k, s := range a.spans {
		at := x(float64(k))
		c.StrokeLine2(line(grey, 0.9), at, y(0), at, y(1))
		low, high := fmt.Sprintf("%.4g", s.lo), fmt.Sprintf("%.4g", s.hi)
		if s.lo >= s.hi {
			low = ""
		}
		sty := a.style
		sty.XAlign = draw.XCenter
		sty.YAlign = draw.YTop
		c.FillText(sty, vg.Point{X: at, Y: y(0) - 2}, low)
		sty.YAlign = draw.YBottom
		c.FillText(sty, vg.Point{X: at, Y: y(1) + 2}, high)
	}
}
