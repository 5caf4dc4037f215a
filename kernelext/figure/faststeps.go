package figure

import (
	"fmt"

	"gonum.org/v1/plot/plotter"

	"coexplore/nas"
)

// FastSteps draws the fast exploration of one episode: the mean reward of every
// stage's proposals, iteration by iteration, and the efficiency of the best network
// so far that meets the specification. A proposal that meets it earns its utilization,
// so that 100 % is the most; one that misses it earns less, and as little as -100 %.
func FastSteps(steps []nas.FastStep) *Figure {
	if len(steps) == 0 {
		return refuse("no steps of fast exploration to draw")
	}
	stages := len(steps[0].Rewards)
	points := make([]plotter.XYs, stages)
	var best plotter.XYs
	y := newSpan()
	y.add(100)
	for i, s := range steps {
		if s.Episode != steps[0].Episode || len(s.Rewards) != stages {
			return refuse("step %d of fast exploration is of another episode; draw one at a time", i)
		}
		if err := finite(fmt.Sprintf("rewards of step %d", s.Step), append([]float64{s.Best}, s.Rewards...)...); err != nil {
			return &Figure{err: err}
		}
		x := float64(s.Step)
		for j, r := range s.Rewards {
			points[j] = append(points[j], plotter.XY{X: x, Y: 100 * r})
			y.add(100 * r)
		}
		best = append(best, plotter.XY{X: x, Y: 100 * s.Best})
		y.add(100 * s.Best)
	}
	names := make([]string, stages)
	for j := range names {
		names[j] = fmt.Sprintf("stage %d", j+1)
	}
	return &Figure{Title: fmt.Sprintf("Fast exploration in episode %d", steps[0].Episode+1), X: "iteration", Y: "mean reward, efficiency (%)", Series: names,
		build: func(c *chart) {
			c.grid(true, true)
			c.X.Tick.Marker = ticks{whole: true}
			spec, top := line(grey, 1.2, 6, 3), line(black, 2)
			c.Add(level{100, spec})
			for j, pts := range points {
				g := c.marker(j)
				g.Radius = 2.4
				scatter(c.Plot, pts, g)
				c.key(entry{label: c.series(j), series: c.series(j), glyph: g})
			}
			curve(c.Plot, best, top, true)
			c.key(entry{label: "best efficiency so far", line: top}, entry{label: "full use: 100 %", line: spec})
			c.X.Min, c.X.Max = best[0].X, best[len(best)-1].X
			c.Y.Min, c.Y.Max = y.padded(0.06, 5, -106, 210)
		}}
}
