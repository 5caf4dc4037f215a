package figure

import (
	"errors"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"coexplore/kernelext/figure/canvas"
)

// panels are figures side by side, (a), (b), (c), aligned.
type panels struct {
	figures        []*Figure
	columns        int
	shareX, shareY bool
	whole          *Figure // of which the panels are the series, or nil
}

// Panels puts figures side by side, in so many columns, as (a), (b), (c) of one
// figure with one key: what means the same in several is named once. Their axes
// are aligned; ShareX and ShareY give them the same ranges. The title stays empty
// for a caption to take its place.
func Panels(columns int, figures ...*Figure) *Figure {
	if len(figures) == 0 || columns < 1 {
		return refuse("panels of %d figures in %d columns", len(figures), columns)
	}
	figures = slices.Clone(figures)
	for i, f := range figures {
		if err := f.Err(); err != nil {
			return &Figure{err: err}
		}
		if f.panels != nil && f.build == nil {
			return refuse("panels within panels")
		}
		if f.panels != nil {
			together := *f
			together.panels = nil
			figures[i] = &together
		}
	}
	return &Figure{panels: &panels{figures: figures, columns: min(columns, len(figures))}}
}

// ShareX gives the panels of a figure the same range along x, and returns the figure.
func (f *Figure) ShareX() *Figure {
	if f.Err() == nil && f.panels != nil {
		f.panels.shareX = true
	}
	return f
}

// ShareY gives the panels of a figure the same range along y, and returns the figure.
func (f *Figure) ShareY() *Figure {
	if f.Err() == nil && f.panels != nil {
		f.panels.shareY = true
	}
	return f
}

// SameAxes gives figures, which may be saved one by one, the same ranges along x
// and y, so that they can be compared.
func SameAxes(figures ...*Figure) error {
	x, y := newSpan(), newSpan()
	for _, f := range figures {
		if err := f.Err(); err != nil {
			return err
		}
		if f.panels != nil {
			return errors.New("figure: panels have axes of their own: see ShareX and ShareY")
		}
		c := f.chart(Light(), Default.Width)
		for _, v := range []float64{c.X.Min, c.X.Max} {
			x.add(v)
		}
		for _, v := range []float64{c.Y.Min, c.Y.Max} {
			y.add(v)
		}
	}
	for _, f := range figures {
		f.axes = &[2]span{x, y}
	}
	return nil
}

func (p *panels) rows(columns int) int { return (len(p.figures) + columns - 1) / columns }

func (p *panels) height(s *Style, width vg.Length) vg.Length {
	columns := p.across(width)
	each := width / vg.Length(columns)
	if p.whole != nil {
		return p.crowdHeight(s, width, columns)
	}
	tallest := vg.Length(0)
	for _, f := range p.figures {
		room := f.room
		if room == 0 {
			room = 0.72
		}
		tallest = max(tallest, each*vg.Length(room))
	}
	return tallest*vg.Length(p.rows(columns)) + newKey(s, p.entries(p.charts(s, each)), width).size().Y
}

func (p *panels) charts(s *Style, width vg.Length) []*chart {
	charts := make([]*chart, len(p.figures))
	for i, f := range p.figures {
		charts[i] = f.chart(s, width)
		if p.whole != nil && p.whole.Adjust != nil {
			p.whole.Adjust(charts[i].Plot)
		}
	}
	for _, share := range []struct {
		on   bool
		axis func(*chart) *plot.Axis
	}{{p.shareX, func(c *chart) *plot.Axis { return &c.X }}, {p.shareY, func(c *chart) *plot.Axis { return &c.Y }}} {
		if !share.on {
			continue
		}
		all := newSpan()
		for _, c := range charts {
			all.add(share.axis(c).Min)
			all.add(share.axis(c).Max)
		}
		for _, c := range charts {
			share.axis(c).Min, share.axis(c).Max = all.lo, all.hi
		}
	}
	return charts
}

// entries are those of all charts, each once: a series by its name, whatever a
// panel adds to it.
func (p *panels) entries(charts []*chart) []entry {
	var all []entry
	for _, c := range charts {
	next:
		for _, e := range c.entries {
			if e.series != "" {
				e.label = e.series
			}
			for i := range all {
				old := &all[i]
				if old.label == e.label && (e.series != "" || old.fill == e.fill && old.line.Color == e.line.Color && old.glyph.Color == e.glyph.Color) {
					if e.glyph.Shape != nil {
						old.glyph = e.glyph
					}
					continue next
				}
			}
			all = append(all, e)
		}
	}
	return all
}

// letter is the panel's: (a), (b), ...
func letter(i int) string { return "(" + canvas.Name(i) + ")" }

func (p *panels) draw(page draw.Canvas, s *Style) {
	columns := p.across(page.Max.X - page.Min.X)
	width := (page.Max.X - page.Min.X) / vg.Length(columns)
	charts := p.charts(s, width-10)
	page = drawKey(page, s, p.entries(charts), page.Min.X)
	pads := vg.Point{X: 12, Y: 10}
	sty := s.letters(s.LabelSize, black)
	if p.whole != nil {
		page = p.outside(page, s, charts, columns)
		width = (page.Max.X - page.Min.X - 24) / vg.Length(columns)
		pads, sty = vg.Point{X: 12, Y: 4}, s.letters(s.TickSize, black)
	}
	rows := p.rows(columns)
	grid := make([][]*plot.Plot, rows)
	sty.XAlign, sty.YAlign = draw.XLeft, draw.YTop
	lines := 1
	titles := make([]string, len(charts))
	for i := range p.figures {
		titles[i] = wrap(sty, p.titleOf(i), width-16)
		lines = max(lines, int(sty.Height(titles[i])/sty.Height("(a)")+0.5))
	}
	head := sty.Height("(a)")*vg.Length(lines) + 6
	for i := range charts {
		c := charts[i]
		row := i / columns
		if p.shareX && i+columns < len(charts) {
			c.X.Label.Text = ""
		}
		if p.shareY && i%columns > 0 {
			c.Y.Label.Text = ""
		}
		c.Add(headroom(head))
		grid[row] = append(grid[row], c.Plot)
	}
	for last := rows - 1; len(grid[last]) < columns; {
		grid[last] = append(grid[last], nil)
	}
	tiles := draw.Tiles{Rows: rows, Cols: columns, PadX: pads.X, PadY: pads.Y}
	cells := plot.Align(grid, tiles, page)
	for i, c := range charts {
		c.fitHeight(cells[i/columns][i%columns])
	}
	cells = plot.Align(grid, tiles, page)
	for i, c := range charts {
		cell := cells[i/columns][i%columns]
		c.Draw(cell)
		data := c.DataCanvas(cell)
		at := vg.Point{X: data.Min.X, Y: data.Max.Y + 4 + sty.Height(titles[i])}
		if p.whole == nil {
			at = vg.Point{X: min(at.X, max(cell.Min.X, data.Max.X-sty.Width(titles[i]))), Y: data.Max.Y + head - 1}
		}
		page.FillText(sty, at, titles[i])
	}
}

// headroom keeps room above the data for a panel's title.
type headroom vg.Length

// Plot implements plot.Plotter.
func (headroom) Plot(draw.Canvas, *plot.Plot) {}

// GlyphBoxes implements plot.GlyphBoxer.
func (h headroom) GlyphBoxes(*plot.Plot) []plot.GlyphBox {
	return []plot.GlyphBox{{X: 0, Y: 1, Rectangle: vg.Rectangle{Max: vg.Point{Y: vg.Length(h)}}}}
}
