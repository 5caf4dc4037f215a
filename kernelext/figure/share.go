package figure

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// ShareCurve is how many networks of a space meet a specification.
type ShareCurve struct {
	Name  string
	Share []float64 // for each specification, 0 to 1
}

// ValidShare draws the share of sampled networks that meet a throughput
// specification, in percent, over the specifications in frames/s.
func ValidShare(specs []float64, curves []ShareCurve) (*plot.Plot, error) {
	if len(specs) == 0 || len(curves) == 0 {
		return nil, errors.New("figure: no shares of valid networks to draw")
	}
	p := newPlot("Networks that meet the specification", "specification (frames/s)", "networks that meet it (%)")
	p.Y.Min, p.Y.Max = 0, 100
	var entries []entry
	for i, c := range curves {
		if len(c.Share) != len(specs) {
			return nil, fmt.Errorf("figure: %s has %d shares for %d specifications", c.Name, len(c.Share), len(specs))
		}
		pts := make(plotter.XYs, len(specs))
		for j, s := range c.Share {
			pts[j] = plotter.XY{X: specs[j], Y: 100 * s}
		}
		curve(p, pts, stroke(i), false)
		scatter(p, pts, marker(i))
		entries = append(entries, entry{label: c.Name, line: stroke(i), glyph: marker(i)})
	}
	addKey(p, entries...)
	return p, nil
}
