package figure

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The shapes of markers. Filled ones have a white edge, so that they stay apart
// where they overlap.
type (
	disc     struct{}
	ring     struct{} // hollow disc
	square   struct{}
	diamond  struct{}
	triangle struct{}
	cross    struct{} // x
)

// polygon draws a regular polygon whose first corner is at the angle, in turns.
func polygon(c *draw.Canvas, sty draw.GlyphStyle, pt vg.Point, corners int, angle, grow float64) {
	var p vg.Path
	for i := range corners {
		sin, cos := math.Sincos(2 * math.Pi * (angle + float64(i)/float64(corners)))
		at := vg.Point{X: pt.X + sty.Radius*vg.Length(grow*cos), Y: pt.Y + sty.Radius*vg.Length(grow*sin)}
		if i == 0 {
			p.Move(at)
		} else {
			p.Line(at)
		}
	}
	p.Close()
	fillEdged(c, p, sty.Color)
}

// fillEdged fills a path and draws its white edge.
func fillEdged(c *draw.Canvas, p vg.Path, fill color.Color) {
	c.SetColor(fill)
	c.Fill(p)
	c.SetLineStyle(line(paper, 0.7))
	c.Stroke(p)
}

func circlePath(pt vg.Point, r vg.Length) vg.Path {
	var p vg.Path
	p.Move(vg.Point{X: pt.X + r, Y: pt.Y})
	p.Arc(pt, r, 0, 2*math.Pi)
	p.Close()
	return p
}

func (disc) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, pt vg.Point) {
	fillEdged(c, circlePath(pt, sty.Radius), sty.Color)
}

func (ring) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, pt vg.Point) {
	c.SetLineStyle(line(sty.Color, 1.1))
	c.Stroke(circlePath(pt, sty.Radius-vg.Points(0.4)))
}

func (square) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, pt vg.Point) {
	polygon(c, sty, pt, 4, 1./8, 1.25)
}

func (diamond) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, pt vg.Point) {
	polygon(c, sty, pt, 4, 0, 1.35)
}

func (triangle) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, pt vg.Point) {
	polygon(c, sty, pt, 3, 1./4, 1.4)
}

func (cross) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, pt vg.Point) {
	r := sty.Radius * 0.85
	c.StrokeLines(line(sty.Color, 1.2),
		[]vg.Point{{X: pt.X - r, Y: pt.Y - r}, {X: pt.X + r, Y: pt.Y + r}},
		[]vg.Point{{X: pt.X - r, Y: pt.Y + r}, {X: pt.X + r, Y: pt.Y - r}})
}
