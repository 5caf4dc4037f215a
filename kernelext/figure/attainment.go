package figure

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot/plotter"
)

// A FrontSet is what one method found in several runs: a front each, whose points
// are better the larger both of their coordinates are.
type FrontSet struct {
	Name   string
	Fronts []plotter.XYs
}

// Attainment draws empirical attainment surfaces: for each method the edge of what
// 25, 50 and 75 % of its runs dominate, 50 % as the thick line. (Fonseca, Guerreiro,
// López-Ibáñez and Paquete, "On the computation of the empirical attainment
// function", EMO 2011.) x and y name the axes, with units.
func Attainment(x, y string, sets ...FrontSet) *Figure {
	names := make([]string, len(sets))
	xs, ys := newSpan(), newSpan()
	surfaces := make([][3]plotter.XYs, len(sets))
	for i, s := range sets {
		names[i] = s.Name
		for _, front := range s.Fronts {
			for _, p := range front {
				if err := finite("a front of "+s.Name, p.X, p.Y); err != nil {
					return &Figure{err: err}
				}
				xs.add(p.X)
				ys.add(p.Y)
			}
		}
		for q, share := range []float64{0.25, 0.5, 0.75} {
			surfaces[i][q] = attained(s.Fronts, share)
		}
	}
	if xs.lo > xs.hi {
		return refuse("no fronts to draw attainment surfaces of")
	}
	return &Figure{Title: "Attained by 25, 50 and 75 % of the searches", X: x, Y: y, Series: names, build: func(c *chart) {
		c.grid(true, true)
		for i, s := range surfaces {
			if len(s[0]) == 0 {
				c.key(entry{label: c.series(i) + ": no fronts"})
				continue
			}
			for q, surface := range s {
				sty := c.stroke(i)
				if q != 1 {
					sty.Width *= 0.45
				} else {
					sty.Width *= 1.3
				}
				if len(surface) > 0 {
					c.Add(frontEdge{surface, sty})
				}
			}
			c.key(entry{label: fmt.Sprintf("%s (%d searches)", c.series(i), len(sets[i].Fronts)), series: c.series(i), line: c.stroke(i)})
		}
		c.X.Min, c.X.Max = xs.wide()
		c.Y.Min, c.Y.Max = ys.wide()
	}}
}

// attained are the corners of what at least the share of the fronts dominate, by
// rising x and falling y; none where too few have points.
func attained(fronts []plotter.XYs, share float64) plotter.XYs {
	k := int(math.Ceil(share * float64(len(fronts))))
	var all plotter.XYs
	for _, f := range fronts {
		all = append(all, f...)
	}
	slices.SortFunc(all, func(a, b plotter.XY) int { return cmp.Compare(a.X, b.X) })
	var corners plotter.XYs
	for _, p := range all {
		var heights []float64 // the best y of each front at this x or beyond
		for _, f := range fronts {
			best := math.Inf(-1)
			for _, q := range f {
				if q.X >= p.X {
					best = max(best, q.Y)
				}
			}
			heights = append(heights, best)
		}
		slices.SortFunc(heights, func(a, b float64) int { return cmp.Compare(b, a) })
		h := heights[k-1]
		if math.IsInf(h, -1) {
			break
		}
		for len(corners) > 0 && corners[len(corners)-1].Y <= h { // dominated by this corner
			corners = corners[:len(corners)-1]
		}
		corners = append(corners, plotter.XY{X: p.X, Y: h})
	}
	return corners
}
