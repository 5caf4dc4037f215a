package figure

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Width and Height are the size of a figure: the width of a page's text, so
// that its letters come out at their size, 9 to 12 points.
const (
	Width  = 16.5 * vg.Centimeter
	Height = 10 * vg.Centimeter
)

// The palette of Okabe and Ito, in the order in which series take it.
var (
	blue       = color.RGBA{0x00, 0x72, 0xb2, 0xff}
	vermillion = color.RGBA{0xd5, 0x5e, 0x00, 0xff}
	green      = color.RGBA{0x00, 0x9e, 0x73, 0xff}
	purple     = color.RGBA{0xcc, 0x79, 0xa7, 0xff}
	orange     = color.RGBA{0xe6, 0x9f, 0x00, 0xff}
	sky        = color.RGBA{0x56, 0xb4, 0xe9, 0xff}
	black      = color.RGBA{0x1b, 0x1f, 0x24, 0xff}
	grey       = color.RGBA{0x66, 0x70, 0x80, 0xff}
	pale       = color.RGBA{0xe4, 0xe7, 0xeb, 0xff}

	series = []color.RGBA{blue, vermillion, green, purple, orange, sky, black}
)

// marker is the glyph of the i-th series.
func marker(i int) draw.GlyphStyle {
	shapes := []draw.GlyphDrawer{disc{}, diamond{}, square{}, triangle{}, cross{}, ring{}}
	return draw.GlyphStyle{Color: series[i%len(series)], Radius: vg.Points(3), Shape: shapes[i%len(shapes)]}
}

// stroke is the line of the i-th series.
func stroke(i int) draw.LineStyle {
	dashes := [][]vg.Length{nil, {6, 3}, {2, 2}, {8, 3, 2, 3}}
	return draw.LineStyle{Color: series[i%len(series)], Width: vg.Points(1.6), Dashes: dashes[i%len(dashes)]}
}

// line is a solid line.
func line(c color.Color, points float64, dashes ...vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: vg.Points(points), Dashes: dashes}
}

// sans is text of the size in points.
func sans(size float64, c color.Color) text.Style {
	return text.Style{
		Color:   c,
		Font:    font.From(font.Font{Typeface: "Liberation", Variant: "Sans"}, font.Length(size)),
		Handler: plot.DefaultTextHandler,
	}
}

// newPlot is an empty plot in the package's style, with a grid.
func newPlot(title, x, y string) *plot.Plot {
	p := blankPlot(title, x, y)
	grid := plotter.NewGrid()
	grid.Horizontal, grid.Vertical = line(pale, 0.7), line(pale, 0.7)
	p.Add(grid)
	return p
}

// blankPlot is an empty plot in the package's style, without a grid.
func blankPlot(title, x, y string) *plot.Plot {
	p := plot.New()
	p.Title.Text = title
	aligned := p.Title.TextStyle
	p.Title.TextStyle = sans(12.5, black) // not bold: gonum's PDF cannot
	p.Title.TextStyle.XAlign, p.Title.TextStyle.YAlign = aligned.XAlign, aligned.YAlign
	p.Title.Padding = vg.Points(8)
	p.X.Label.Text, p.Y.Label.Text = x, y
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		label, tick := a.Label.TextStyle, a.Tick.Label
		a.Label.TextStyle, a.Tick.Label = sans(10, black), sans(9, black)
		a.Label.TextStyle.XAlign, a.Label.TextStyle.YAlign, a.Label.TextStyle.Rotation = label.XAlign, label.YAlign, label.Rotation
		a.Tick.Label.XAlign, a.Tick.Label.YAlign = tick.XAlign, tick.YAlign
		a.Label.Padding = vg.Points(5)
		a.LineStyle = line(grey, 0.8)
		a.Tick.LineStyle = line(grey, 0.8)
		a.Tick.Length = vg.Points(4)
		a.Tick.Marker = ticks{}
		a.Padding = 0
	}
	return p
}
