package figure

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Bar is a value with its name.
type Bar struct {
	Name  string
	Value float64
}

// Bars draws horizontal bars, in order from the top, with their values in the
// unit. x names the axis.
func Bars(title, x, unit string, list []Bar) *Figure {
	if len(list) == 0 {
		return refuse("no bars to draw")
	}
	most := 0.0
	for _, b := range list {
		if err := finite(b.Name, b.Value); err != nil {
			return &Figure{err: err}
		}
		if b.Value < 0 {
			return refuse("%s: a bar of %g", b.Name, b.Value)
		}
		most = max(most, b.Value)
	}
	return &Figure{Title: title, X: x, room: 0.12 + 0.045*float64(len(list)), build: func(c *chart) {
		c.grid(true, false)
		var r rows
		for i, b := range list {
			r.add(b.Name, rowBar{to: b.Value, fill: c.hue(0), name: plain(b.Value) + unit}, i, len(list))
		}
		r.place(c)
		c.X.Min, c.X.Max = 0, 1.14*most
		if most == 0 {
			c.X.Max = 1
		}
	}}
}

// rows are horizontal bars, the first row at the top.
type rows struct {
	bars  []rowBar
	names []plot.Tick
	count int
	style text.Style
}

// A rowBar lies from one value of the x axis to another.
type rowBar struct {
	row        float64 // y, set by add
	from, to   float64
	fill       color.Color
	hatched    bool
	name       string // beside its end
	part, many int    // of several bars in a row: which, and how many
}

func (r *rows) add(name string, b rowBar, i, n int) {
	b.row = float64(n - 1 - i)
	r.bars = append(r.bars, b)
	r.count = n
	if b.part == 0 {
		r.names = append(r.names, plot.Tick{Value: b.row, Label: name})
	}
}

// place adds the rows to a chart, with their names along y.
func (r *rows) place(c *chart) {
	r.style = c.small(black)
	r.style.YAlign = draw.YCenter
	longest := c.width * 0.35
	for i := range r.names { // broken rather than cut
		r.names[i].Label = wrap(c.Y.Tick.Label, r.names[i].Label, longest)
	}
	c.Y.Tick.Marker = plot.ConstantTicks(r.names)
	c.Y.Tick.Length, c.Y.LineStyle.Width = 0, 0
	c.Add(r)
	c.Y.Min, c.Y.Max = -0.5, float64(r.count)-0.5
}

// Plot implements plot.Plotter.
func (r *rows) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for _, b := range r.bars {
		half, at := min((y(1)-y(0))*0.36, 14), y(b.row)
		if b.many > 1 {
			half /= vg.Length(b.many)
			at += half * vg.Length(b.many-1-2*b.part)
		}
		from := max(x(b.from), c.Min.X)
		box := vg.Rectangle{Min: vg.Point{X: from, Y: at - half*0.95}, Max: vg.Point{X: max(from, x(b.to)), Y: at + half*0.95}}
		c.SetColor(b.fill)
		c.Fill(box.Path())
		if b.hatched {
			hatch(&c, box, paper, 4)
		}
		sty := r.style
		if sty.Font.Size = min(sty.Font.Size, 2*half); b.name != "" && sty.Font.Size >= 4.5 {
			c.SetColor(paper) // clear of lines
			c.Fill(vg.Rectangle{Min: vg.Point{X: box.Max.X + 1.5, Y: at - sty.Font.Size*0.4}, Max: vg.Point{X: box.Max.X + 4 + sty.Width(b.name), Y: at + sty.Font.Size*0.4}}.Path())
			c.FillText(sty, vg.Point{X: box.Max.X + 3, Y: at}, b.name)
		}
	}
}
