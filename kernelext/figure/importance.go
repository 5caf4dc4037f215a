package figure

import (
	"fmt"
	"slices"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"coexplore/hw"
	"coexplore/nas"
)

// Importance draws how much of the variance of a value (accuracy, say) each
// parameter of the networks explains on its own: the variance of the means of the
// networks with the same choice, over the variance of all (the correlation ratio
// η² of one-way analysis of variance). The parameters are kernel, filters and stride
// of each layer; networks that were not trained do not count.
func Importance(r *nas.Result, name string, value func(*nas.Design) float64) *Figure {
	parameters, values, err := parameters(r, value)
	if err != nil {
		return &Figure{err: err}
	}
	var list []Bar
	for _, p := range parameters {
		list = append(list, Bar{p.name, 100 * explained(p.choices, values)})
	}
	slices.SortStableFunc(list, func(a, b Bar) int {
		switch {
		case a.Value > b.Value:
			return -1
		case a.Value < b.Value:
			return 1
		}
		return 0
	})
	return Bars("What decides "+name, "variance of "+name+" explained (%)", " %", list)
}

// Slices draws a value over each parameter that was varied: the networks as points,
// the mean of each choice as a line.
func Slices(r *nas.Result, name string, value func(*nas.Design) float64) *Figure {
	parameters, values, err := parameters(r, value)
	if err != nil {
		return &Figure{err: err}
	}
	var figures []*Figure
	for _, p := range parameters {
		if len(p.distinct()) < 2 {
			continue
		}
		var pts, means plotter.XYs
		for i, v := range values {
			pts = append(pts, plotter.XY{X: p.choices[i], Y: v})
		}
		for _, x := range p.distinct() {
			sum, n := 0.0, 0
			for i, v := range values {
				if p.choices[i] == x {
					sum, n = sum+v, n+1
				}
			}
			means = append(means, plotter.XY{X: x, Y: sum / float64(n)})
		}
		figures = append(figures, &Figure{X: p.name, Y: name, build: func(c *chart) {
			c.grid(true, true)
			c.X.Tick.Marker = ticks{whole: true}
			g := draw.GlyphStyle{Color: faint(c.hue(0)), Radius: 2.2, Shape: disc{}}
			scatter(c.Plot, pts, g)
			curve(c.Plot, means, line(c.hue(1), 1.6), false)
			scatter(c.Plot, means, draw.GlyphStyle{Color: c.hue(1), Radius: 3, Shape: diamond{}})
			c.key(entry{label: "a network", glyph: g}, entry{label: "mean of a choice", line: line(c.hue(1), 1.6), glyph: draw.GlyphStyle{Color: c.hue(1), Radius: 3, Shape: diamond{}}})
			d := 0.05 * (means[len(means)-1].X - means[0].X)
			c.X.Min, c.X.Max = means[0].X-d, means[len(means)-1].X+d
		}})
	}
	if len(figures) == 0 {
		return refuse("no parameter was varied")
	}
	return Panels(3, figures...).ShareY()
}

// A parameter is a decision of a space with what each network chose.
type parameter struct {
	name    string
	choices []float64
}

func (p *parameter) distinct() []float64 {
	list := slices.Clone(p.choices)
	slices.Sort(list)
	return slices.Compact(list)
}

// parameters are those of the trained networks of a result, and the networks'
// values.
func parameters(r *nas.Result, value func(*nas.Design) float64) ([]parameter, []float64, error) {
	if r == nil || len(r.Designs()) == 0 {
		return nil, nil, fmt.Errorf("figure: no trained networks to compare parameters of")
	}
	var list []parameter
	var values []float64
	for _, d := range r.Designs() {
		chain, err := hw.ParseChain(d.Network)
		if err != nil {
			return nil, nil, fmt.Errorf("figure: %s is no chain of convolutions: %w", d.Network, err)
		}
		v := value(&d)
		if err := finite(d.Network, v); err != nil {
			return nil, nil, err
		}
		values = append(values, v)
		if list == nil {
			list = make([]parameter, 3*len(chain))
		}
		if len(list) != 3*len(chain) {
			return nil, nil, fmt.Errorf("figure: %s has another number of layers than the networks before it", d.Network)
		}
		for i, s := range chain {
			for k, v := range []int{s.Kernel, s.Filters, s.Stride} {
				p := &list[3*i+k]
				p.name = fmt.Sprintf("%s of layer %d", []string{"kernel", "filters", "stride"}[k], i+1)
				p.choices = append(p.choices, float64(v))
			}
		}
	}
	return list, values, nil
}

// explained is the correlation ratio η² of values and choices, 0 to 1.
func explained(choices, values []float64) float64 {
	sums, counts, all := map[float64]float64{}, map[float64]float64{}, 0.0
	for i, v := range values {
		sums[choices[i]] += v
		counts[choices[i]]++
		all += v
	}
	mean := all / float64(len(values))
	between, total := 0.0, 0.0
	for i, v := range values {
		m := sums[choices[i]] / counts[choices[i]]
		between += (m - mean) * (m - mean)
		total += (v - mean) * (v - mean)
	}
	if total == 0 {
		return 0
	}
	return between / total
}
