package figure

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"coexplore/nas"
)

// Reward draws what a search earned: the reward of every trained network over
// the episodes, its moving mean and the best so far. Networks that were pruned
// without training, refused or failed, stand below the data: they have no accuracy, and
// their penalty would only squeeze the scale.
func Reward(trials []nas.Trial) (*plot.Plot, error) {
	if len(trials) == 0 {
		return nil, errors.New("figure: no trials to draw rewards of")
	}
	var known, best plotter.XYs
	var trained, reused plotter.XYs
	var pruned, refused, failed, rewards []float64
	top, y := 0.0, newSpan()
	for i, t := range trials {
		x := float64(t.Episode + 1)
		switch t.Status {
		case nas.Pruned:
			pruned = append(pruned, x)
			continue
		case nas.Refused:
			refused = append(refused, x)
			continue
		case nas.Failed:
			failed = append(failed, x)
			continue
		case nas.Reused:
			reused = append(reused, plotter.XY{X: x, Y: t.Reward})
		case nas.Trained:
			trained = append(trained, plotter.XY{X: x, Y: t.Reward})
		default:
			return nil, fmt.Errorf("figure: trial %d has the unknown status %q", i, t.Status)
		}
		known = append(known, plotter.XY{X: x, Y: t.Reward})
		rewards = append(rewards, t.Reward)
		y.add(t.Reward)
		if len(best) == 0 || t.Reward > top {
			top = t.Reward
			best = append(best, plotter.XY{X: x, Y: top})
		}
	}

	p := newPlot("Reward per episode", "episode", "reward (0 to 1)")
	p.X.Tick.Marker = ticks{whole: true}
	p.X.Min, p.X.Max = float64(trials[0].Episode+1), float64(trials[len(trials)-1].Episode+1)
	if p.X.Max <= p.X.Min {
		p.X.Min, p.X.Max = p.X.Min-1, p.X.Max+1
	}

	var entries []entry
	if len(best) > 0 {
		best = append(best, plotter.XY{X: p.X.Max, Y: top})
		sty := line(black, 1.2)
		curve(p, best, sty, true)
		entries = append(entries, entry{label: "best so far", line: sty})
	}
	if window := max(5, len(known)/8); len(known) >= 5 {
		smooth := make(plotter.XYs, len(known))
		for i, m := range mean(rewards, window) {
			smooth[i] = plotter.XY{X: known[i].X, Y: m}
		}
		sty := line(vermillion, 1.8)
		curve(p, smooth, sty, false)
		entries = append(entries, entry{label: fmt.Sprintf("mean of the last %d", window), line: sty})
	}
	for _, s := range []struct {
		name  string
		pts   plotter.XYs
		glyph draw.GlyphStyle
	}{
		{"trained", trained, draw.GlyphStyle{Color: blue, Radius: 3, Shape: disc{}}},
		{"seen before", reused, draw.GlyphStyle{Color: blue, Radius: 3, Shape: ring{}}},
	} {
		if len(s.pts) > 0 {
			scatter(p, s.pts, s.glyph)
			entries = append(entries, entry{label: fmt.Sprintf("%s (%d)", s.name, len(s.pts)), glyph: s.glyph})
		}
	}
	for _, s := range []struct {
		name  string
		xs    []float64
		glyph draw.GlyphStyle
	}{
		{"pruned, not trained", pruned, draw.GlyphStyle{Color: grey, Radius: 3, Shape: cross{}}},
		{"over budget, not trained", refused, draw.GlyphStyle{Color: orange, Radius: 3, Shape: square{}}},
		{"failed", failed, draw.GlyphStyle{Color: purple, Radius: 3, Shape: triangle{}}},
	} {
		if len(s.xs) > 0 {
			p.Add(rug{s.xs, s.glyph})
			entries = append(entries, entry{label: fmt.Sprintf("%s (%d)", s.name, len(s.xs)), glyph: s.glyph})
		}
	}
	p.Y.Min, p.Y.Max = 0, 1
	if len(known) > 0 {
		p.Y.Min, p.Y.Max = y.padded(0.06, 0.05, -1, 1)
	}
	if len(pruned)+len(refused)+len(failed) > 0 {
		p.Y.Min -= rugRoom * (p.Y.Max - p.Y.Min)
	}
	addKey(p, entries...)
	return p, nil
}
