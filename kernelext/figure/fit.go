package figure

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// fitNames sets the names of categories as there is room: in lines, broken
// between words, turned, or in part.
func (c *chart) fitNames() {
	if c.names == nil {
		return
	}
	sty := &c.X.Tick.Label
	slot := (c.width-60)/vg.Length(len(c.names)) - 6
	list := make([]plot.Tick, len(c.names))
	set := func(f func(string) string) (widest vg.Length) {
		for i, n := range c.names {
			list[i] = plot.Tick{Value: float64(i), Label: f(n)}
			widest = max(widest, sty.Width(list[i].Label))
		}
		c.X.Tick.Marker = plot.ConstantTicks(list)
		return widest
	}
	if set(func(s string) string { return s }) <= slot {
		return
	}
	words := func(s string) string { // broken between words alone
		lines := []string{}
		for _, part := range strings.Split(s, "\n") {
			current := ""
			for _, w := range strings.Fields(part) {
				if next := strings.TrimSpace(current + " " + w); current == "" || sty.Width(next) <= slot {
					current = next
				} else {
					lines, current = append(lines, current), w
				}
			}
			lines = append(lines, current)
		}
		return strings.Join(lines, "\n")
	}
	if set(words) <= slot && slot > 20 {
		return
	}
	longest := set(func(s string) string { return strings.ReplaceAll(s, "\n", ", ") })
	every := 1 + int(1.3*sty.Font.Size/max(1, slot+6))
	sty.XAlign, sty.YAlign = draw.XRight, draw.YCenter
	switch {
	case longest > 0.22*c.width && len(c.names) <= 16: // numbers, and the names in the key
		sty.XAlign, sty.YAlign = draw.XCenter, draw.YTop
		for i, n := range c.names {
			list[i].Label = fmt.Sprint(i + 1)
			c.key(entry{label: fmt.Sprintf("%d: %s", i+1, strings.ReplaceAll(n, "\n", ", ")), bare: true})
		}
		every = 1
	case slot > 2.2*sty.Font.Size:
		sty.Rotation, sty.YAlign = math.Pi/5, draw.YTop
	default:
		sty.Rotation = math.Pi / 2
	}
	for i := range list {
		if i%every != 0 {
			list[i].Label = ""
		}
	}
	if sty.Rotation != 0 {
		for i := range list { // clear of the axis, which turned names would touch
			list[i].Label += "  "
		}
		upright := *sty
		upright.Rotation = 0
		c.Add(overhang(upright.Width(list[0].Label) * vg.Length(math.Cos(sty.Rotation))))
	}
}

// overhang is how far the first of turned names reaches to the left.
type overhang vg.Length

// Plot implements plot.Plotter.
func (overhang) Plot(draw.Canvas, *plot.Plot) {}

// GlyphBoxes implements plot.GlyphBoxer.
func (o overhang) GlyphBoxes(p *plot.Plot) []plot.GlyphBox {
	return []plot.GlyphBox{{X: p.X.Norm(0), Y: 0, Rectangle: vg.Rectangle{Min: vg.Point{X: -vg.Length(o)}}}}
}

// fitTicks asks for as many ticks along x as labels have room for.
func (c *chart) fitTicks() {
	switch t := c.X.Tick.Marker.(type) {
	case ticks:
		t.most = max(2, float64(c.width)/(6*float64(c.TickSize)))
		c.X.Tick.Marker = t
	case decades:
		widest := vg.Length(0)
		for _, tick := range t.Ticks(c.X.Min, c.X.Max) {
			widest = max(widest, c.X.Tick.Label.Width(tick.Label))
		}
		t.gap = float64((widest+1.2*c.TickSize)/max(1, c.width-60)) * math.Log10(c.X.Max/c.X.Min)
		c.X.Tick.Marker = t
	}
}

// fitHeight fits what stands along y to the height: the axis's name and the names
// of rows.
func (c *chart) fitHeight(page draw.Canvas) {
	c.fitLabel(page)
	data := c.DataCanvas(page)
	if t, ok := c.Y.Tick.Marker.(ticks); ok {
		t.most = max(2, float64((data.Max.Y-data.Min.Y)/(1.8*c.TickSize)))
		c.Y.Tick.Marker = t
	}
	names, ok := c.Y.Tick.Marker.(plot.ConstantTicks)
	if !ok || len(names) == 0 {
		return
	}
	sty := &c.Y.Tick.Label
	pitch := (data.Max.Y - data.Min.Y) / vg.Length(c.Y.Max-c.Y.Min)
	for i := range names {
		if sty.Height(names[i].Label) > pitch {
			if lines := oneLine(names); widest(sty, lines) < 0.35*c.width {
				names = lines
			}
			break
		}
	}
	for i := range names {
		if h := sty.Height(names[i].Label); h > pitch {
			sty.Font.Size = max(5, sty.Font.Size*pitch/h)
		}
	}
	every := max(1, int(math.Ceil(float64(sty.Height("X")/pitch))))
	names = slices.Clone(names)
	for i := range names {
		if i%every != 0 {
			names[i].Label = ""
		}
	}
	c.Y.Tick.Marker = names
}

func widest(sty *text.Style, names plot.ConstantTicks) (w vg.Length) {
	for _, n := range names {
		w = max(w, sty.Width(n.Label))
	}
	return w
}

// oneLine are ticks whose labels have a line each.
func oneLine(names plot.ConstantTicks) plot.ConstantTicks {
	names = slices.Clone(names)
	for i := range names {
		names[i].Label = strings.ReplaceAll(names[i].Label, "\n", " ")
	}
	return names
}

// fitLabel breaks the name of the y axis where it is longer than the axis.
func (c *chart) fitLabel(page draw.Canvas) {
	data := c.DataCanvas(page)
	high := max(data.Max.Y-data.Min.Y, 60)
	if c.Y.Label.TextStyle.Width(c.Y.Label.Text) > high {
		c.Y.Label.Text = wrap(c.Y.Label.TextStyle, c.Y.Label.Text, high)
	}
	if wide := data.Max.X - data.Min.X; c.X.Label.TextStyle.Width(c.X.Label.Text) > wide {
		c.X.Label.Text = wrap(c.X.Label.TextStyle, c.X.Label.Text, max(wide, 60))
	}
}
