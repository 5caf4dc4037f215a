package figure

import (
	"fmt"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"coexplore/nas"
)

// Reward draws what a search earned: the reward of every trained network over
// the episodes, its moving mean and the best so far. Networks that were pruned
// without training, refused or failed, stand below the data: they have no accuracy, and
// their penalty would only squeeze the scale.
func Reward(trials []nas.Trial) *Figure {
	if len(trials) == 0 {
		return refuse("no trials to draw rewards of")
	}
	var known, best plotter.XYs
	var trained, reused plotter.XYs
	var pruned, stopped, refused, failed, rewards []float64
	top, y := 0.0, newSpan()
	for i, t := range trials {
		x := float64(t.Episode + 1)
		if err := finite(fmt.Sprintf("reward of trial %d", i), t.Reward); err != nil {
			return &Figure{err: err}
		}
		switch t.Status {
		case nas.Pruned:
			pruned = append(pruned, x)
			continue
		case nas.Stopped:
			stopped = append(stopped, x)
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
			return refuse("trial %d has the unknown status %q", i, t.Status)
		}
		known = append(known, plotter.XY{X: x, Y: t.Reward})
		rewards = append(rewards, t.Reward)
		y.add(t.Reward)
		if len(best) == 0 || t.Reward > top {
			top = t.Reward
			best = append(best, plotter.XY{X: x, Y: top})
		}
	}

	return &Figure{Title: "Reward per episode", X: "episode", Y: "reward (0 to 1)", build: func(c *chart) {
		best := best
		c.grid(true, true)
		c.X.Tick.Marker = ticks{whole: true}
		first, last := float64(trials[0].Episode+1), float64(trials[len(trials)-1].Episode+1)
		if last <= first {
			first, last = first-1, last+1
		}
		radius := vg.Points(3)
		if len(known) > 200 {
			radius = 2
		}
		if len(best) > 0 {
			best = append(best, plotter.XY{X: last, Y: top})
			sty := line(black, 1.2)
			curve(c.Plot, best, sty, true)
			c.key(entry{label: "best so far", line: sty})
		}
		for _, s := range []struct {
			name  string
			pts   plotter.XYs
			glyph draw.GlyphStyle
		}{
			{"trained", trained, draw.GlyphStyle{Color: blue, Radius: radius, Shape: disc{}}},
			{"seen before", reused, draw.GlyphStyle{Color: blue, Radius: radius, Shape: ring{}}},
		} {
			if len(s.pts) > 0 {
				scatter(c.Plot, s.pts, s.glyph)
				c.key(entry{label: fmt.Sprintf("%s (%d)", s.name, len(s.pts)), glyph: s.glyph})
			}
		}
		if window := max(5, len(known)/8); len(known) >= 5 {
			smooth := make(plotter.XYs, len(known))
			for i, m := range mean(rewards, window) {
				smooth[i] = plotter.XY{X: known[i].X, Y: m}
			}
			sty := line(vermillion, 1.8)
			if len(smooth) <= 200 { // apart from the points under it
				curve(c.Plot, smooth, line(paper, 3.4), false)
			}
			curve(c.Plot, smooth, sty, false)
			c.key(entry{label: fmt.Sprintf("mean of the last %d", window), line: sty})
		}
		for _, s := range []struct {
			name  string
			xs    []float64
			glyph draw.GlyphStyle
		}{
			{"pruned, not trained", pruned, draw.GlyphStyle{Color: grey, Radius: 3, Shape: cross{}}},
			{"stopped early", stopped, draw.GlyphStyle{Color: green, Radius: 3, Shape: diamond{}}},
			{"over budget, not trained", refused, draw.GlyphStyle{Color: orange, Radius: 3, Shape: square{}}},
			{"failed", failed, draw.GlyphStyle{Color: purple, Radius: 3, Shape: triangle{}}},
		} {
			if len(s.xs) > 0 {
				c.Add(rug{s.xs, s.glyph})
				c.key(entry{label: fmt.Sprintf("%s (%d)", s.name, len(s.xs)), glyph: s.glyph})
			}
		}
		c.X.Min, c.X.Max, c.Y.Min, c.Y.Max = first, last, 0, 1
		if len(known) > 0 {
			c.Y.Min, c.Y.Max = y.padded(0.06, 0.05, -1, 1)
		}
		if len(pruned)+len(stopped)+len(refused)+len(failed) > 0 {
			c.Y.Min -= rugRoom * (c.Y.Max - c.Y.Min)
		}
	}}
}
