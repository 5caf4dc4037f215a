package figure

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"coexplore/nas"
)

// Fast draws the fast exploration of one episode: the utilization of every
// stage, iteration by iteration, and the efficiency of the best network so far
// that meets the specification. A stage above 100 % misses it.
func Fast(steps []nas.FastStep) (*plot.Plot, error) {
	if len(steps) == 0 {
		return nil, errors.New("figure: no steps of fast exploration to draw")
	}
	stages := len(steps[0].Rewards)
	points := make([]plotter.XYs, stages)
	var best plotter.XYs
	y := newSpan()
	y.add(100)
	for i, s := range steps {
		if s.Episode != steps[0].Episode || len(s.Rewards) != stages {
			return nil, fmt.Errorf("figure: step %d of fast exploration is of another episode; draw one at a time", i)
		}
		x := float64(s.Step)
		for j, r := range s.Rewards {
			u := 100 * r
			if r <= 0 { // the penalty is 1-U
				u = 100 * (1 - r)
			}
			points[j] = append(points[j], plotter.XY{X: x, Y: u})
			y.add(u)
		}
		best = append(best, plotter.XY{X: x, Y: 100 * s.Best})
		y.add(100 * s.Best)
	}
	p := newPlot(fmt.Sprintf("Fast exploration in episode %d", steps[0].Episode+1), "iteration", "utilization (%)")
	p.X.Tick.Marker = ticks{whole: true}
	p.X.Min, p.X.Max = best[0].X, best[len(best)-1].X
	p.Y.Min, p.Y.Max = y.padded(0.06, 5, 0, 210)
	spec, top := line(grey, 1.2, 6, 3), line(black, 2)
	p.Add(level{100, spec})
	var entries []entry
	for j, pts := range points {
		g := marker(j)
		g.Radius = 2.4
		scatter(p, pts, g)
		entries = append(entries, entry{label: fmt.Sprintf("stage %d", j+1), glyph: g})
	}
	curve(p, best, top, true)
	entries = append(entries, entry{label: "best efficiency so far", line: top}, entry{label: "specification: 100 %", line: spec})
	addKey(p, entries...)
	return p, nil
}
