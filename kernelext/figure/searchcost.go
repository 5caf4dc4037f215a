package figure

import (
	"math"

	"gonum.org/v1/plot"
)

// A CostBar is what a search cost, in hours of one GPU.
type CostBar struct {
	Name      string
	Hours     float64
	Published bool // as a paper gives it, not measured here
}

// A ChildrenBar is how many networks a search trained.
type ChildrenBar struct {
	Name      string
	Children  float64
	Published bool // as a paper gives it, not measured here
}

// SearchCost draws what searches cost on a logarithmic axis, measured and
// published side by side, the published ones hatched. Each bar has its ratio to
// the dearest.
func SearchCost(bars []CostBar) *Figure {
	return costs("Cost of the search", "GPU hours", " h", bars, true)
}

// SearchChildren draws how many networks searches trained, as SearchCost draws hours, but
// without ratios: those of searches of different problems would mean nothing.
func SearchChildren(bars []ChildrenBar) *Figure {
	list := make([]CostBar, len(bars))
	for i, b := range bars {
		list[i] = CostBar{b.Name, b.Children, b.Published}
	}
	return costs("Cost of the search", "networks trained", "", list, false)
}

// costs draws costs in a unit; ratios: with those to the dearest.
func costs(title, axis, unit string, bars []CostBar, ratios bool) *Figure {
	if len(bars) == 0 {
		return refuse("no costs to draw")
	}
	s := newSpan()
	for _, b := range bars {
		if err := finite(b.Name, b.Hours); err != nil {
			return &Figure{err: err}
		}
		if b.Hours <= 0 {
			return refuse("%s: a cost of %g %s has no place on a logarithmic axis", b.Name, b.Hours, axis)
		}
		s.add(b.Hours)
	}
	low := math.Pow(10, math.Floor(math.Log10(s.lo)-0.3))
	return &Figure{Title: title, X: axis, room: 0.14 + 0.05*float64(len(bars)), build: func(c *chart) {
		c.X.Scale = plot.LogScale{}
		c.X.Tick.Marker = decades{}
		c.grid(true, false)
		var r rows
		measured, published := false, false
		for i, b := range bars {
			row := rowBar{from: low, to: b.Hours, fill: c.hue(0), name: plain(b.Hours) + unit}
			if ratio := s.hi / b.Hours; ratios && ratio >= 1.05 {
				row.name += ", 1/" + plain(ratio)
			}
			if b.Published {
				row.fill, row.hatched = faint(c.hue(0)), true
			}
			published, measured = published || b.Published, measured || !b.Published
			r.add(b.Name, row, i, len(bars))
		}
		r.place(c)
		c.X.Min, c.X.Max = low, s.hi*math.Pow(s.hi/low, 0.22)
		if measured {
			c.key(entry{label: "measured", fill: c.hue(0)})
		}
		if published {
			c.key(entry{label: "as published", fill: faint(c.hue(0)), hatch: true})
		}
	}}
}
