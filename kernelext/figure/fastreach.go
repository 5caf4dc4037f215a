package figure

import (
	"fmt"

	"gonum.org/v1/plot/plotter"

	"coexplore/nas/study"
)

// FastReach draws how close fast exploration comes to the optimum, in per cent of
// it, over its steps: with an RNN for each stage and with a single one.
func FastReach(r *study.Reach) *Figure {
	if r == nil || len(r.Split) == 0 || len(r.Single) != len(r.Split) {
		return refuse("no steps of fast exploration to draw")
	}
	if err := finite("efficiency found", append(append([]float64{}, r.Split...), r.Single...)...); err != nil {
		return &Figure{err: err}
	}
	return &Figure{Title: fmt.Sprintf("Fast exploration, mean of %d pipelines", r.Pipelines),
		X: "step", Y: "highest efficiency found (% of the optimum)", Series: []string{"an RNN for each stage", "a single RNN"},
		build: func(c *chart) {
			c.grid(true, true)
			c.X.Tick.Marker = ticks{whole: true}
			y := newSpan()
			for i, values := range [][]float64{r.Split, r.Single} {
				var pts plotter.XYs
				for k, v := range values {
					pts = append(pts, plotter.XY{X: float64(k + 1), Y: 100 * v})
					y.add(100 * v)
				}
				curve(c.Plot, pts, c.apart(i, 2), false)
				c.key(entry{label: c.series(i), series: c.series(i), line: c.stroke(i)})
			}
			c.X.Min, c.X.Max = 1, float64(max(2, len(r.Split)))
			c.Y.Min, c.Y.Max = y.padded(0.06, 2, 0, 100)
		}}
}
