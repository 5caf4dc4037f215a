package figure

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/plotter"

	"coexplore/nas"
	"coexplore/nas/results"
)

// Hypervolumes draws what single searches found at equal cost: the hypervolume of
// each one's Pareto front over the number of networks that it had trained. The
// hypervolume is the area that a front dominates in the plane of accuracy and
// efficiency above (0, 0), at most 1. Of many searches a method, MethodHypervolume
// draws the median and the quartiles.
func Hypervolumes(searches ...*nas.Result) *Figure {
	if len(searches) == 0 {
		return refuse("no results to compare")
	}
	for i, r := range searches {
		if r == nil {
			return refuse("result %d of %d is nil", i+1, len(searches))
		}
	}
	name, most := hypervolumeAxis(searches[0].Objectives)
	curves := make([][]float64, len(searches))
	for i, r := range searches {
		curves[i] = results.HypervolumeCurve(r)
		if err := finite("hypervolumes of "+r.Method, curves[i]...); err != nil {
			return &Figure{err: err}
		}
	}
	return &Figure{Title: "Front found against networks trained", X: "networks trained", Y: name, Series: labels(searches),
		build: func(c *chart) {
			c.grid(true, true)
			c.X.Tick.Marker = ticks{whole: true}
			y := newSpan()
			c.X.Min, c.X.Max = 0, 1
			for i, values := range curves {
				var pts plotter.XYs
				for n, v := range values {
					pts = append(pts, plotter.XY{X: float64(n + 1), Y: v})
					y.add(v)
				}
				c.X.Max = max(c.X.Max, float64(len(pts)))
				curve(c.Plot, pts, c.apart(i, len(curves)), true)
				c.key(entry{label: c.series(i), series: c.series(i), line: c.stroke(i)})
			}
			c.Y.Min, c.Y.Max = y.padded(0.06, 0.05, 0, most)
		}}
}

// hypervolumeAxis is the name of an axis of hypervolumes, and the most that they can
// be.
func hypervolumeAxis(o nas.Objectives) (name string, most float64) {
	if len(o) > 0 {
		return "hypervolume of the front (product of the objectives' units)", math.Inf(1)
	}
	return "hypervolume of the front (0 to 1)", 1
}

// labels name results by what tells them apart: the method, and where several are
// of one method their seed, specification and number.
func labels(results []*nas.Result) []string {
	names := make([]string, len(results))
	for _, name := range []func(*nas.Result, int) string{
		func(r *nas.Result, _ int) string { return r.Method },
		func(r *nas.Result, _ int) string { return fmt.Sprintf("%s, seed %d", r.Method, r.Seed) },
		func(r *nas.Result, _ int) string {
			return fmt.Sprintf("%s, seed %d, %g frames/s", r.Method, r.Seed, r.Spec)
		},
		func(r *nas.Result, i int) string { return fmt.Sprintf("%s, seed %d (%d)", r.Method, r.Seed, i+1) },
	} {
		times := map[string]int{}
		for i, r := range results {
			if names[i] == "" {
				times[name(r, i)]++
			}
		}
		for i, r := range results {
			if n := name(r, i); names[i] == "" && times[n] == 1 {
				names[i] = n
			}
		}
	}
	return names
}
