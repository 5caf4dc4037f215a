package figure

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"coexplore/nas/results"
)

// FastReach draws how close fast exploration comes to the optimum, in per cent of it,
// over the plans that it makes: with an RNN for each stage, with a single one, and what
// does not learn at all. Lines are medians over the pipelines, the bands of the RNN for
// each stage and of the single one their quartiles.
func FastReach(r *results.Reach) *Figure {
	if r == nil || len(r.Plans) == 0 || len(r.Curves) == 0 {
		return refuse("no plans of fast exploration to draw")
	}
	names := make([]string, len(r.Curves))
	for i := range r.Curves {
		names[i] = r.Curves[i].Name
		if err := reachable(&r.Curves[i], len(r.Plans)); err != nil {
			return &Figure{err: err}
		}
	}
	return &Figure{Title: fmt.Sprintf("Fast exploration of %d pipelines", r.Pipelines),
		X: "plans", Y: "efficiency found (% of optimum)", Series: names,
		build: func(c *chart) {
			c.X.Scale, c.X.Tick.Marker = plot.LogScale{}, decades{}
			c.grid(true, true)
			y := newSpan()
			quartile := make([][3]plotter.XYs, len(r.Curves))
			for i := range r.Curves {
				for k, q := range r.Curves[i].Quartiles {
					for j := range q {
						quartile[i][j] = append(quartile[i][j], plotter.XY{X: float64(r.Plans[k]), Y: 100 * q[j]})
					}
					y.add(100 * q[1])
				}
			}
			c.medians(quartile, false, func(i int) bool { return learns(&r.Curves[i]) })
			c.X.Min, c.X.Max = 1, float64(max(2, r.Plans[len(r.Plans)-1]))
			c.Y.Min, c.Y.Max = y.padded(0.06, 2, 0, 100)
		}}
}

// learns tells whether a curve is that of an RNN for each stage or of a single one, which
// have bands.
func learns(c *results.ReachCurve) bool { return c.Method == "split" || c.Method == "single" }

// reachable tells whether a curve can be drawn.
func reachable(c *results.ReachCurve, plans int) error {
	if len(c.Quartiles) != plans {
		return fmt.Errorf("figure: %s has %d values for %d numbers of plans", c.Name, len(c.Quartiles), plans)
	}
	for _, q := range c.Quartiles {
		if err := finite(c.Name, q[:]...); err != nil {
			return err
		}
	}
	return nil
}
