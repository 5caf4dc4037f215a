package figure

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// key names the series of a plot. It is a plotter that keeps room for itself
// above the data, so that it never lies on any.
type key struct {
	style text.Style
	rows  [][]entry
}

// entry is one name with what it looks like.
type entry struct {
	label string
	line  draw.LineStyle  // where its width is positive
	glyph draw.GlyphStyle // where it has a shape
	fill  color.Color     // where not nil: a box
}

const (
	keySwatch = 20 * vg.Length(1) // width of a sample
	keySpace  = 5 * vg.Length(1)  // between sample and name
	keyGap    = 16 * vg.Length(1) // between entries
	keyRow    = 14 * vg.Length(1) // height of a row
	keyAbove  = 9 * vg.Length(1)  // between the data and the key
)

// addKey puts a key with the entries, in that order, above the data of p. It
// breaks rows for a figure of the usual width.
func addKey(p *plot.Plot, entries ...entry) {
	k := &key{style: sans(9, black)}
	k.style.YAlign = draw.YCenter
	left := vg.Length(0)
	for _, e := range entries {
		w := k.width(e)
		if len(k.rows) == 0 || left+keyGap+w > Width-60 {
			k.rows = append(k.rows, nil)
			left = -keyGap
		}
		last := len(k.rows) - 1
		k.rows[last] = append(k.rows[last], e)
		left += keyGap + w
	}
	p.Add(k)
}

func (k *key) width(e entry) vg.Length { return keySwatch + keySpace + k.style.Width(e.label) }

// GlyphBoxes implements plot.GlyphBoxer: the room above the data.
func (k *key) GlyphBoxes(*plot.Plot) []plot.GlyphBox {
	if len(k.rows) == 0 {
		return nil
	}
	return []plot.GlyphBox{{X: 0, Y: 1, Rectangle: vg.Rectangle{Max: vg.Point{Y: keyAbove + keyRow*vg.Length(len(k.rows))}}}}
}

// Plot implements plot.Plotter.
func (k *key) Plot(c draw.Canvas, _ *plot.Plot) {
	for i, row := range k.rows {
		y := c.Max.Y + keyAbove + keyRow*(vg.Length(len(k.rows)-1-i)+0.5)
		x := c.Min.X
		for _, e := range row {
			e.sample(&c, x, y)
			c.FillText(k.style, vg.Point{X: x + keySwatch + keySpace, Y: y}, e.label)
			x += k.width(e) + keyGap
		}
	}
}

// sample draws what the entry looks like, centred in height on y.
func (e entry) sample(c *draw.Canvas, x, y vg.Length) {
	if e.fill != nil {
		c.SetColor(e.fill)
		c.Fill(vg.Rectangle{Min: vg.Point{X: x + 4, Y: y - 4}, Max: vg.Point{X: x + keySwatch - 4, Y: y + 4}}.Path())
	}
	if e.line.Width > 0 {
		c.StrokeLine2(e.line, x, y, x+keySwatch, y)
	}
	c.DrawGlyphNoClip(e.glyph, vg.Point{X: x + keySwatch/2, Y: y})
}
