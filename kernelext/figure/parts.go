package figure

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// scatter adds points with a glyph, and tells the axes of them.
func scatter(p *plot.Plot, pts plotter.XYs, g draw.GlyphStyle) {
	if len(pts) == 0 {
		return
	}
	p.Add(&plotter.Scatter{XYs: pts, GlyphStyle: g})
}

// curve adds a line through points; stepped, it goes on level until the next.
func curve(p *plot.Plot, pts plotter.XYs, sty draw.LineStyle, stepped bool) {
	if len(pts) == 0 {
		return
	}
	l := &plotter.Line{XYs: pts, LineStyle: sty}
	if stepped {
		l.StepStyle = plotter.PostStep
	}
	p.Add(l)
}

// medians adds the line of each series' medians, with markers if marked, the band
// between its quartiles where it is banded, and its entry in the key. Lines lie on bands.
func (c *chart) medians(quartiles [][3]plotter.XYs, marked bool, banded func(i int) bool) {
	for i, q := range quartiles {
		if banded(i) {
			c.Add(area{lower: q[0], upper: q[2], fill: c.hue(i)})
		}
	}
	for i, q := range quartiles {
		e := entry{label: c.series(i), series: c.series(i), line: c.stroke(i)}
		curve(c.Plot, q[1], c.apart(i, len(quartiles)), false)
		if marked {
			e.glyph = c.marker(i)
			scatter(c.Plot, q[1], e.glyph)
		}
		c.key(e)
	}
}

// level is a line across the plot at a height.
type level struct {
	y     float64
	style draw.LineStyle
}

// Plot implements plot.Plotter.
func (l level) Plot(c draw.Canvas, p *plot.Plot) {
	_, y := p.Transforms(&c)
	if h := y(l.y); c.ContainsY(h) {
		c.StrokeLine2(l.style, c.Min.X, h, c.Max.X, h)
	}
}

// rug marks x values at the lower edge of the plot: what has an x and no y.
type rug struct {
	xs    []float64
	glyph draw.GlyphStyle
}

// rugRoom is the share of a plot's height that a rug wants free of data.
const rugRoom = 0.07

// Plot implements plot.Plotter. Values beyond the axis stand at its end.
func (r rug) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	for _, v := range r.xs {
		at := min(max(x(v), c.Min.X+4), c.Max.X-4)
		c.DrawGlyphNoClip(r.glyph, vg.Point{X: at, Y: c.Min.Y + 7})
	}
}

// span is a range that grows with what is put into it.
type span struct{ lo, hi float64 }

func newSpan() span { return span{math.Inf(1), math.Inf(-1)} }

func (s *span) add(v float64) { s.lo, s.hi = min(s.lo, v), max(s.hi, v) }

// padded is the range with a margin, no narrower than least; lo and hi bound it.
func (s span) padded(margin, least, lo, hi float64) (float64, float64) {
	if s.lo > s.hi {
		return lo, min(hi, lo+1)
	}
	d := max((s.hi-s.lo)*margin, (least-(s.hi-s.lo))/2)
	from, to := s.lo-d, s.hi+d
	if over := to - hi; over > 0 {
		from, to = min(from, s.lo-margin*least), hi
	}
	return max(from, lo), to
}

// wide is the range with a margin, and of some width even where all values are
// equal.
func (s span) wide() (lo, hi float64) {
	d := 0.06 * (s.hi - s.lo)
	if least := 0.02 * max(math.Abs(s.lo), math.Abs(s.hi)); d == 0 {
		d = max(least, 1e-6)
	}
	return s.lo - d, s.hi + d
}

// mean is the trailing mean over window values.
func mean(values []float64, window int) []float64 {
	out := make([]float64, len(values))
	sum := 0.0
	for i, v := range values {
		sum += v
		n := i + 1
		if n > window {
			sum -= values[i-window]
			n = window
		}
		out[i] = sum / float64(n)
	}
	return out
}

// upright is a line up the plot at a value of x.
type upright struct {
	x     float64
	style draw.LineStyle
}

// Plot implements plot.Plotter.
func (u upright) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	if at := x(u.x); c.ContainsX(at) {
		c.StrokeLine2(u.style, at, c.Min.Y, at, c.Max.Y)
	}
}
