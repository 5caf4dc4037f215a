package figure

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"coexplore/nas"
	"coexplore/nas/study"
)

// Compare draws what searches found at equal cost: the hypervolume of each
// one's Pareto front over the number of networks that it had trained. The
// hypervolume is the area that a front dominates in the plane of accuracy and
// efficiency above (0, 0), at most 1.
func Compare(results ...*nas.Result) (*plot.Plot, error) {
	if len(results) == 0 {
		return nil, errors.New("figure: no results to compare")
	}
	name, most := hypervolumeAxis(results[0].Objectives)
	p := newPlot("Front found against networks trained", "networks trained", name)
	p.X.Tick.Marker = ticks{whole: true}
	y := newSpan()
	p.X.Min, p.X.Max = 0, 1
	var entries []entry
	for i, r := range results {
		var pts plotter.XYs
		for n, v := range study.HypervolumeCurve(r) {
			pts = append(pts, plotter.XY{X: float64(n + 1), Y: v})
			y.add(v)
		}
		p.X.Max = max(p.X.Max, float64(len(pts)))
		sty := stroke(i)
		curve(p, pts, sty, true)
		entries = append(entries, entry{label: label(results, i), line: sty})
	}
	p.Y.Min, p.Y.Max = y.padded(0.06, 0.05, 0, most)
	addKey(p, entries...)
	return p, nil
}

// hypervolumeAxis is the name of an axis of hypervolumes, and the most that they can
// be.
func hypervolumeAxis(o nas.Objectives) (name string, most float64) {
	if len(o) > 0 {
		return "hypervolume of the front", math.Inf(1)
	}
	return "hypervolume of the front (0 to 1)", 1
}

// label names the i-th result: by its method, and by its seed where several are
// of that method.
func label(results []*nas.Result, i int) string {
	for j, r := range results {
		if j != i && r.Method == results[i].Method {
			return fmt.Sprintf("%s, seed %d", results[i].Method, results[i].Seed)
		}
	}
	return results[i].Method
}
