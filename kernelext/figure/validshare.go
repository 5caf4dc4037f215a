package figure

import "gonum.org/v1/plot/plotter"

// ShareCurve is how many networks of a space meet a specification.
type ShareCurve struct {
	Name  string
	Share []float64 // for each specification, 0 to 1
}

// ValidShare draws the share of sampled networks that meet a throughput
// specification, in percent, over the specifications in frames/s.
func ValidShare(specs []float64, curves []ShareCurve) *Figure {
	if len(specs) == 0 || len(curves) == 0 {
		return refuse("no shares of valid networks to draw")
	}
	if err := finite("specifications", specs...); err != nil {
		return &Figure{err: err}
	}
	names := make([]string, len(curves))
	for i, c := range curves {
		if len(c.Share) != len(specs) {
			return refuse("%s has %d shares for %d specifications", c.Name, len(c.Share), len(specs))
		}
		if err := finite(c.Name, c.Share...); err != nil {
			return &Figure{err: err}
		}
		names[i] = c.Name
	}
	return &Figure{Title: "Networks that meet the specification", X: "specification (frames/s)", Y: "networks that meet it (%)", Series: names,
		build: func(c *chart) {
			c.grid(true, true)
			for i, s := range curves {
				pts := make(plotter.XYs, len(specs))
				for j, v := range s.Share {
					pts[j] = plotter.XY{X: specs[j], Y: 100 * v}
				}
				curve(c.Plot, pts, c.apart(i, len(curves)), false)
				scatter(c.Plot, pts, c.marker(i))
				c.key(entry{label: c.series(i), series: c.series(i), line: c.stroke(i), glyph: c.marker(i)})
			}
			c.Y.Min, c.Y.Max = 0, 100
		}}
}
