package figure

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"coexplore/nas/results"
)

// A CurveSet is what one method did in several runs: a value for each network
// trained, or each episode, of each run.
type CurveSet struct {
	Name   string
	Curves [][]float64 // a run each; a run that ended early keeps its last value
}

// Bands draws, for each method, the median over its runs as a line and the
// quartiles as a band, over the number of the value from 1 on: the best so far or
// the hypervolume against networks trained, reward, entropy or loss against
// episodes. Values must be finite. More methods than the style has colours get a
// plot each, with the medians of the others in grey, except as one of Panels.
func Bands(title, x, y string, sets ...CurveSet) *Figure {
	var bands bandSet
	names := make([]string, len(sets))
	for i, s := range sets {
		names[i] = s.Name
		b, err := newBand(s)
		if err != nil {
			return &Figure{err: err}
		}
		bands = append(bands, b)
	}
	if bands.longest() == 0 {
		return refuse("no curves to draw")
	}
	f := &Figure{Title: title, X: x, Y: y, Series: names, build: bands.together}
	if len(sets) > len(Light().Series) {
		f.crowd(func(c *chart, i int) { bands.alone(c, i) })
		for i, b := range bands {
			if n := len(b.median); n > 0 {
				f.panels.figures[i].Title = plain(b.median[n-1].Y)
			}
		}
	}
	return f
}

// A band is the median and the quartiles of the runs of one method.
type band struct{ lower, median, upper plotter.XYs }

func newBand(s CurveSet) (b band, err error) {
	most := 0
	for _, values := range s.Curves {
		if err := finite(s.Name, values...); err != nil {
			return b, err
		}
		most = max(most, len(values))
	}
	for k := range most {
		var at []float64
		for _, values := range s.Curves {
			if len(values) > 0 {
				at = append(at, values[min(k, len(values)-1)])
			}
		}
		q := results.Quartiles(at)
		n := float64(k + 1)
		b.lower = append(b.lower, plotter.XY{X: n, Y: q[0]})
		b.median = append(b.median, plotter.XY{X: n, Y: q[1]})
		b.upper = append(b.upper, plotter.XY{X: n, Y: q[2]})
	}
	return b, nil
}

// A bandSet is what is drawn on the same axes.
type bandSet []band

func (s bandSet) longest() (n int) {
	for _, b := range s {
		n = max(n, len(b.median))
	}
	return n
}

// together draws all in one plot.
func (s bandSet) together(c *chart) {
	c.grid(true, true)
	for i, b := range s {
		c.Add(area{lower: b.lower, upper: b.upper, fill: c.hue(i)})
	}
	for i, b := range s {
		curve(c.Plot, b.median, c.apart(i, len(s)), false)
		e := entry{label: c.series(i), series: c.series(i), line: c.stroke(i)}
		if len(b.median) == 1 {
			e.glyph = c.marker(i)
			scatter(c.Plot, b.median, e.glyph)
		}
		if len(b.median) == 0 {
			e = entry{label: c.series(i) + ": no values"}
		}
		c.key(e)
	}
	s.axes(c)
}

// alone draws the i-th before the medians of the others.
func (s bandSet) alone(c *chart, i int) {
	c.grid(true, true)
	other := line(mixed{grey, paper, 0.5}, 0.6)
	for k, b := range s {
		if k != i {
			curve(c.Plot, b.median, other, false)
		}
	}
	own := line(blue, 1.8*c.Stroke)
	c.Add(area{lower: s[i].lower, upper: s[i].upper, fill: blue})
	curve(c.Plot, s[i].median, own, false)
	if len(s[i].median) == 1 {
		scatter(c.Plot, s[i].median, c.marker(0))
	}
	c.key(entry{label: "median and quartiles, and the last median", line: own, fill: veil{blue}}, entry{label: "medians of the others", line: other})
	s.axes(c)
}

// axes are the same whatever is drawn of the set.
func (s bandSet) axes(c *chart) {
	longest := s.longest()
	span, late := newSpan(), newSpan()
	for _, b := range s {
		for k := range b.median {
			for _, v := range []float64{b.lower[k].Y, b.upper[k].Y} {
				span.add(v)
				if k >= longest/20 {
					late.add(v)
				}
			}
		}
	}
	if late.hi > late.lo && span.hi-span.lo > 4*(late.hi-late.lo) { // the first values would squeeze the rest
		span = late
	}
	c.X.Tick.Marker = ticks{whole: true}
	c.X.Min, c.X.Max = 1, float64(max(2, longest))
	c.Y.Min, c.Y.Max = span.wide()
	if span.lo >= 0 {
		c.Y.Min = max(0, c.Y.Min)
	}
}

// An area lies between two curves with the same x. What several areas cover shows
// hatched edges of each, since no format of print mixes colours.
type area struct {
	lower, upper plotter.XYs
	fill         color.Color
}

// Plot implements plot.Plotter.
func (a area) Plot(c draw.Canvas, p *plot.Plot) {
	if len(a.lower) == 0 {
		return
	}
	x, y := p.Transforms(&c)
	inside := func(v vg.Length) vg.Length { return min(max(v, c.Min.Y), c.Max.Y) }
	var path vg.Path
	for i, v := range a.upper {
		at := vg.Point{X: x(v.X), Y: inside(y(v.Y))}
		if i == 0 {
			path.Move(at)
		} else {
			path.Line(at)
		}
	}
	for i := range a.lower {
		v := a.lower[len(a.lower)-1-i]
		path.Line(vg.Point{X: x(v.X), Y: inside(y(v.Y))})
	}
	path.Close()
	c.SetColor(veil{a.fill})
	c.Fill(path)
}
