package figure

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"coexplore/nas/results"
)

// InFlight draws what having more networks in flight on a cluster does, over their number:
// the networks that were trained until a search had found as much of the true front's
// hypervolume as was wanted, when that was, in mean trainings, and the share of the nodes' time in which they train
// nothing. Lines are medians over the seeds, bands their quartiles; a line has no point
// where most searches never arrived.
func InFlight(f *results.InFlights) *Figure {
	if f == nil || len(f.Rows) == 0 {
		return refuse("no simulation of networks in flight to draw")
	}
	var names []string
	for i := range f.Rows {
		r := &f.Rows[i]
		if len(r.Children) == 0 || len(r.Time) != len(r.Children) || len(r.Idle) != len(r.Children) {
			return refuse("%s with %d in flight: %d, %d and %d values", r.Method, r.InFlight, len(r.Children), len(r.Time), len(r.Idle))
		}
		for _, values := range [][]float64{r.Time, r.Idle} {
			if err := finite(r.Method, values...); err != nil {
				return &Figure{err: err}
			}
		}
		if !slices.Contains(names, r.Method) {
			names = append(names, r.Method)
		}
	}
	goal := fmt.Sprintf(" until %.3g %%", 100*f.Within)
	return Panels(3,
		inFlightPanel(f, names, "Networks"+goal, "networks trained", true, func(r *results.InFlightRow) [3]float64 {
			return results.ArrivalQuartiles(r.Children)
		}),
		inFlightPanel(f, names, "Time"+goal, "time (mean trainings)", true, func(r *results.InFlightRow) [3]float64 {
			return results.ArrivalQuartiles(r.Time)
		}),
		inFlightPanel(f, names, "Idle nodes", fmt.Sprintf("share of the time of %d nodes (%%)", f.Nodes), false, func(r *results.InFlightRow) [3]float64 {
			q := results.Quartiles(r.Idle)
			return [3]float64{100 * q[0], 100 * q[1], 100 * q[2]}
		}))
}

// inFlightPanel draws one measure, of which there are quartiles for each row.
func inFlightPanel(f *results.InFlights, names []string, title, y string, log bool, of func(*results.InFlightRow) [3]float64) *Figure {
	return &Figure{Title: title, X: "in flight", Y: y, Series: names, room: scalingRoom, build: func(c *chart) {
		c.X.Scale, c.X.Tick.Marker = plot.LogScale{}, decades{}
		if log {
			c.Y.Scale, c.Y.Tick.Marker = plot.LogScale{}, decades{}
		}
		c.grid(true, true)
		xs, ys := newSpan(), newSpan()
		quartiles := make([][3]plotter.XYs, len(names))
		for i := range f.Rows {
			r := &f.Rows[i]
			k := slices.Index(names, r.Method)
			q := of(r)
			xs.add(float64(r.InFlight))
			if math.IsInf(q[1], 1) {
				continue
			}
			if math.IsInf(q[2], 1) { // the band is open above: it ends at the median
				q[2] = q[1]
			}
			for j, v := range q {
				quartiles[k][j] = append(quartiles[k][j], plotter.XY{X: float64(r.InFlight), Y: v})
				ys.add(v)
			}
		}
		c.medians(quartiles, true, func(i int) bool { return len(quartiles[i][0]) > 1 })
		c.X.Min, c.X.Max = xs.lo, max(xs.hi, xs.lo+1)
		if !log {
			c.Y.Min, c.Y.Max = 0, 100
			return
		}
		if ys.lo > ys.hi {
			ys.lo, ys.hi = 1, 10
		}
		c.Y.Min, c.Y.Max = 0.8*ys.lo, 1.25*ys.hi
	}}
}
