package figure

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Style is how figures look. Take Light or Dark and change what you like:
//
//	style := figure.Light()
//	style.Key = figure.KeyRight
//	f.Style = style
type Style struct {
	Paper color.Color // the ground
	Ink   color.Color // letters, and lines that mark
	Muted color.Color // axes and what matters less
	Grid  color.Color // grid lines and empty ground

	// Series are the colours of the series, in turn; at least one.
	Series []color.Color

	Font                           font.Font // typeface and variant; gonum's font.DefaultCache must have it
	TitleSize, LabelSize, TickSize vg.Length // sizes of letters, in points at Size's scale 1
	Stroke                         float64   // factor on the width of lines
	Key                            KeyPlace
}

// A KeyPlace is where a figure's key stands; never on the data.
type KeyPlace int

// The places of a key.
const (
	KeyAbove KeyPlace = iota
	KeyBelow
	KeyRight
	KeyNone
)

// Light is the style for white paper, with the colours of Okabe and Ito.
func Light() *Style {
	return &Style{
		Paper: color.White, Ink: rgb(0x1b1f24), Muted: rgb(0x667080), Grid: rgb(0xe4e7eb),
		Series: []color.Color{rgb(0x0072b2), rgb(0xd55e00), rgb(0x009e73), rgb(0xcc79a7), rgb(0xe69f00), rgb(0x56b4e9), rgb(0x1b1f24)},
		Font:   font.Font{Typeface: "Liberation", Variant: "Sans"}, TitleSize: 12, LabelSize: 10, TickSize: 9, Stroke: 1,
	}
}

// Dark is the style for screens with a dark ground: the same hues, lighter.
func Dark() *Style {
	s := Light()
	s.Paper, s.Ink, s.Muted, s.Grid = rgb(0x14181d), rgb(0xe6e9ed), rgb(0x9aa4b2), rgb(0x2b313a)
	s.Series = []color.Color{rgb(0x3f9ad6), rgb(0xf0742a), rgb(0x18b78b), rgb(0xdd93bd), rgb(0xf2b632), rgb(0x8fd3ff), rgb(0xe6e9ed)}
	return s
}

func rgb(v uint32) color.RGBA { return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 0xff} }

// A role is a colour by what it is for. Plotters draw in roles, and the canvas
// takes their colours from the style, so that one plotter serves every style.
type role int

const (
	paper role = iota
	black      // ink
	grey       // muted
	pale       // grid
	blue       // the first series
	vermillion
	green
	purple
	orange
	sky
)

// RGBA implements color.Color, in the light style.
func (r role) RGBA() (red, green, blue, alpha uint32) { return Light().color(r).RGBA() }

// A mixed colour has a share of one colour and the rest of another.
type mixed struct {
	color, with color.Color
	share       float64 // of color, 0 to 1
}

// RGBA implements color.Color, in the light style.
func (m mixed) RGBA() (red, green, blue, alpha uint32) { return Light().color(m).RGBA() }

// faint is a colour mixed with the ground's: opaque, so that every format can show it.
func faint(c color.Color) color.Color { return mixed{c, paper, 0.32} }

// A veil is a colour that lets through what is under it.
type veil struct{ color color.Color }

// RGBA implements color.Color, in the light style.
func (v veil) RGBA() (red, green, blue, alpha uint32) { return Light().color(v).RGBA() }

// shade is the colour of a share from 0 to 1: from the ground to a strong blue.
func shade(share float64) color.Color {
	return mixed{mixed{blue, black, 0.8}, mixed{blue, paper, 0.07}, share}
}

// onShade is the colour of letters on a shade.
func onShade(share float64) color.Color {
	if share > 0.55 {
		return paper
	}
	return black
}

// color is the colour that the style gives to c.
func (s *Style) color(c color.Color) color.Color {
	switch c := c.(type) {
	case role:
		switch c {
		case paper:
			return s.Paper
		case black:
			return s.Ink
		case grey:
			return s.Muted
		case pale:
			return s.Grid
		}
		return s.Series[int(c-blue)%len(s.Series)]
	case veil:
		v := color.RGBAModel.Convert(s.color(c.color)).(color.RGBA)
		return color.NRGBA{v.R, v.G, v.B, 0x3a}
	case mixed:
		a, b := color.RGBAModel.Convert(s.color(c.color)).(color.RGBA), color.RGBAModel.Convert(s.color(c.with)).(color.RGBA)
		mix := func(a, b uint8) uint8 { return uint8(math.Round(c.share*float64(a) + (1-c.share)*float64(b))) }
		return color.RGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 0xff}
	}
	return c
}

// hue is the colour of the i-th series.
func (s *Style) hue(i int) color.Color { return blue + role(i%len(s.Series)) }

// marker is the glyph of the i-th series: colours come back before glyphs do.
func (s *Style) marker(i int) draw.GlyphStyle {
	shapes := []draw.GlyphDrawer{disc{}, diamond{}, square{}, triangle{}, cross{}, ring{}}
	return draw.GlyphStyle{Color: s.hue(i), Radius: vg.Points(3), Shape: shapes[(i+i/(len(s.Series)*len(shapes)))%len(shapes)]}
}

// stroke is the line of the i-th series.
func (s *Style) stroke(i int) draw.LineStyle {
	dashes := [][]vg.Length{nil, {6, 3}, {2, 2}, {8, 3, 2, 3}}
	return draw.LineStyle{Color: s.hue(i), Width: vg.Points(1.6 * s.Stroke), Dashes: dashes[i%len(dashes)]}
}

// apart is the stroke of the i-th of n lines that may run on each other: those
// below are wider.
func (s *Style) apart(i, n int) draw.LineStyle {
	sty := s.stroke(i)
	sty.Width += vg.Points(1.4 * s.Stroke * float64(n-1-i) / float64(max(1, n-1)))
	return sty
}

// line is a line of the width in points.
func line(c color.Color, points float64, dashes ...vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: vg.Points(points), Dashes: dashes}
}

// letters are text of the size.
func (s *Style) letters(size vg.Length, c color.Color) text.Style {
	return text.Style{Color: c, Font: font.From(s.Font, size), Handler: plot.DefaultTextHandler}
}

// small is text within a plot.
func (s *Style) small(c color.Color) text.Style { return s.letters(s.TickSize*0.95, c) }
