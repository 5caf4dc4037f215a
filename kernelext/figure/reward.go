package figure

import (
	"fmt"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"coexplore/nas"
)

// Reward draws what a search earned, over the episodes: the reward of every trained
// network, the penalty of those that were pruned or refused without training, the best
// so far, and the moving mean of all of them, which is what a controller learns to
// raise: at first by meeting the specification more often, then by better networks.
// Trials that failed have no reward, and stand below the data.
func Reward(trials []nas.Trial) *Figure {
	if len(trials) == 0 {
		return refuse("no trials to draw rewards of")
	}
	var earned, best plotter.XYs
	var trained, reused, stopped, pruned, refused plotter.XYs
	var failed, rewards []float64
	top, y := 0.0, newSpan()
	for i, t := range trials {
		at := plotter.XY{X: float64(t.Episode + 1), Y: t.Reward}
		if err := finite(fmt.Sprintf("reward of trial %d", i), t.Reward); err != nil {
			return &Figure{err: err}
		}
		known := false
		switch t.Status {
		case nas.Failed:
			failed = append(failed, at.X)
			continue
		case nas.Pruned:
			pruned = append(pruned, at)
		case nas.Stopped:
			stopped = append(stopped, at)
		case nas.Refused:
			refused = append(refused, at)
		case nas.Reused:
			reused, known = append(reused, at), true
		case nas.Trained:
			trained, known = append(trained, at), true
		default:
			return refuse("trial %d has the unknown status %q", i, t.Status)
		}
		earned, rewards = append(earned, at), append(rewards, t.Reward)
		y.add(t.Reward)
		if known && (len(best) == 0 || t.Reward > top) {
			top = t.Reward
			best = append(best, plotter.XY{X: at.X, Y: top})
		}
	}

	return &Figure{Title: "Reward per episode", X: "episode", Y: "reward (-1 to 1)", build: func(c *chart) {
		best := best
		c.grid(true, true)
		c.X.Tick.Marker = ticks{whole: true}
		first, last := float64(trials[0].Episode+1), float64(trials[len(trials)-1].Episode+1)
		if last <= first {
			first, last = first-1, last+1
		}
		radius := vg.Points(3)
		if len(earned) > 200 {
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
			{"stopped early", stopped, draw.GlyphStyle{Color: green, Radius: radius, Shape: diamond{}}},
			{"pruned, not trained", pruned, draw.GlyphStyle{Color: grey, Radius: radius, Shape: cross{}}},
			{"over budget, not trained", refused, draw.GlyphStyle{Color: orange, Radius: radius, Shape: square{}}},
		} {
			if len(s.pts) > 0 {
				scatter(c.Plot, s.pts, s.glyph)
				c.key(entry{label: fmt.Sprintf("%s (%d)", s.name, len(s.pts)), glyph: s.glyph})
			}
		}
		if window := max(5, len(earned)/5); len(earned) >= 5 {
			smooth := make(plotter.XYs, len(earned))
			for i, m := range mean(rewards, window) {
				smooth[i] = plotter.XY{X: earned[i].X, Y: m}
			}
			sty := line(vermillion, 1.8)
			if len(smooth) <= 200 { // apart from the points under it
				curve(c.Plot, smooth, line(paper, 3.4), false)
			}
			curve(c.Plot, smooth, sty, false)
			c.key(entry{label: fmt.Sprintf("mean of the last %d", window), line: sty})
		}
		if len(failed) > 0 {
			glyph := draw.GlyphStyle{Color: purple, Radius: 3, Shape: triangle{}}
			c.Add(rug{failed, glyph})
			c.key(entry{label: fmt.Sprintf("failed (%d)", len(failed)), glyph: glyph})
		}
		c.X.Min, c.X.Max, c.Y.Min, c.Y.Max = first, last, 0, 1
		if len(earned) > 0 {
			c.Y.Min, c.Y.Max = y.padded(0.06, 0.05, -1.1, 1)
			if y.lo < 0 { // a penalty: the whole scale, however few trials there are
				c.Y.Min, c.Y.Max = -1.1, 1
			}
		}
		if len(failed) > 0 {
			c.Y.Min -= rugRoom * (c.Y.Max - c.Y.Min)
		}
	}}
}
