package figure

import (
	"fmt"
	"image"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Picture is an image of a set with its class, and what a network took it for.
type Picture struct {
	Image     image.Image
	Truth     string
	Predicted string // "" where no network was asked
}

// Pictures draws images in rows of eight at most, each over its class; where a
// network took it for another, that is below in red with a frame.
func Pictures(list []Picture) *Figure {
	if len(list) == 0 {
		return refuse("no pictures to draw")
	}
	right, asked := 0, 0
	for i, p := range list {
		if p.Image == nil || p.Image.Bounds().Empty() {
			return refuse("picture %d of %d is empty", i+1, len(list))
		}
		if p.Predicted != "" {
			asked++
			if p.Predicted == p.Truth {
				right++
			}
		}
	}
	columns := min(8, len(list))
	n := (len(list) + columns - 1) / columns
	f := &Figure{room: 1.25*float64(n)/float64(columns) + 0.06, build: func(c *chart) {
		for _, a := range []*plot.Axis{&c.X, &c.Y} {
			a.Tick.Marker = plot.ConstantTicks(nil)
			a.LineStyle.Width = 0
		}
		c.Add(pictures{list, columns, n, c.small(black)})
		c.X.Min, c.X.Max, c.Y.Min, c.Y.Max = 0, 1, 0, 1
		if asked > 0 {
			c.key(entry{label: "taken for the class below", line: line(vermillion, 2)})
		}
	}}
	if asked > 0 {
		f.Title = fmt.Sprintf("%d of ", right) + count(asked, "picture") + " right"
	} else {
		f.Title = count(len(list), "picture")
	}
	return f
}

type pictures struct {
	list          []Picture
	columns, rows int
	style         text.Style
}

// Plot implements plot.Plotter.
func (s pictures) Plot(c draw.Canvas, _ *plot.Plot) {
	wide := (c.Max.X - c.Min.X) / vg.Length(s.columns)
	high := (c.Max.Y - c.Min.Y) / vg.Length(s.rows)
	letters := s.style.Font.Size * 2.5
	side := min(wide-6, high-letters-2)
	for i, p := range s.list {
		x := c.Min.X + wide*(vg.Length(i%s.columns)+0.5)
		top := c.Max.Y - high*vg.Length(i/s.columns)
		box := vg.Rectangle{Min: vg.Point{X: x - side/2, Y: top - side}, Max: vg.Point{X: x + side/2, Y: top}}
		c.DrawImage(box, pixels(p.Image))
		write := func(s text.Style, y vg.Length, t string, ink color.Color) {
			s.Color, s.XAlign, s.YAlign = ink, draw.XCenter, draw.YTop
			if w := s.Width(t); w > wide-2 {
				s.Font.Size *= (wide - 2) / w
			}
			c.FillText(s, vg.Point{X: x, Y: y}, t)
		}
		write(s.style, box.Min.Y-2, p.Truth, black)
		if p.Predicted != "" && p.Predicted != p.Truth {
			c.SetLineStyle(line(vermillion, 2))
			c.Stroke(box.Path())
			write(s.style, box.Min.Y-2-s.style.Font.Size*1.15, p.Predicted, vermillion)
		}
	}
}

// pixels enlarges a small image by whole pixels, so that viewers do not blur it.
func pixels(m image.Image) image.Image {
	b := m.Bounds()
	by := max(1, 128/max(b.Dx(), b.Dy()))
	out := image.NewRGBA(image.Rect(0, 0, b.Dx()*by, b.Dy()*by))
	for y := range b.Dy() * by {
		for x := range b.Dx() * by {
			out.Set(x, y, m.At(b.Min.X+x/by, b.Min.Y+y/by))
		}
	}
	return out
}
