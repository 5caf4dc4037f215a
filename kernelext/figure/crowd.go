package figure

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// crowd gives each series of the figure a small plot of its own, all with the same
// axes, which are named and numbered once: what stays readable where series are more
// than colours. one draws the i-th series; build still draws all in one plot, for
// Panels. A panel's title is what is said after the series' name.
func (f *Figure) crowd(one func(c *chart, i int)) {
	p := &panels{whole: f, shareX: true, shareY: true}
	for i := range f.Series {
		p.figures = append(p.figures, &Figure{room: 0.75, build: func(c *chart) { one(c, i) }})
	}
	f.panels = p
}

// also draws more, on whatever the figure draws.
func (f *Figure) also(more func(*chart)) {
	figures := []*Figure{f}
	if f.panels != nil {
		figures = append(figures, f.panels.figures...)
	}
	for _, f := range figures {
		if build := f.build; build != nil {
			f.build = func(c *chart) {
				build(c)
				more(c)
			}
		}
	}
}

// crowdColumn is the width of a small plot, about.
const crowdColumn vg.Length = 92

// across is the number of columns at a width.
func (p *panels) across(width vg.Length) int {
	if p.whole == nil {
		return p.columns
	}
	most := max(2, int(math.Round(float64(width/crowdColumn))))
	rows := (len(p.figures) + most - 1) / most
	return (len(p.figures) + rows - 1) / rows // no row much shorter than the others
}

// crowdHeight is the height that small plots ask for: their titles, and data a
// little higher than half their width.
func (p *panels) crowdHeight(s *Style, width vg.Length, columns int) vg.Length {
	each := width / vg.Length(columns)
	small, label, title := s.letters(s.TickSize, black), s.letters(s.LabelSize, black), s.letters(s.TitleSize, black)
	beside := label.Height(wrap(label, p.whole.Y, 200)) + 48 // the name and the numbers of the y axis, margins
	head := vg.Length(0)
	for i := range p.figures {
		head = max(head, small.Height(wrap(small, p.titleOf(i), (width-beside)/vg.Length(columns)-16)))
	}
	names := label.Height(wrap(label, p.whole.X, width)) + 3*s.TickSize
	above := newKey(s, p.entries(p.charts(s, each)), width).size().Y + title.Height(wrap(title, p.whole.Title, width-12)) + 12
	return vg.Length(p.rows(columns))*(0.58*each+head+14) + names + above
}

// titleOf is what stands above the i-th panel.
func (p *panels) titleOf(i int) string {
	title := p.figures[i].Title
	if p.whole == nil {
		return letter(i) + " " + title
	}
	c := chart{figure: p.whole}
	if title == "" {
		return c.series(i) + ": no values"
	}
	return c.series(i) + ": " + title
}

// outside writes the names of the axes beside and below all panels, and leaves
// numbers at the outer panels alone. It returns the rest of the page.
func (p *panels) outside(page draw.Canvas, s *Style, charts []*chart, columns int) draw.Canvas {
	for i, c := range charts {
		c.X.Label.Text, c.Y.Label.Text = "", ""
		if i+columns < len(charts) {
			c.X.Tick.Marker = blank(c.X.Tick.Marker)
		}
		if i%columns > 0 {
			c.Y.Tick.Marker = blank(c.Y.Tick.Marker)
		}
	}
	sty := s.letters(s.LabelSize, black)
	sty.XAlign, sty.YAlign = draw.XCenter, draw.YBottom
	x := wrap(sty, p.whole.X, page.Max.X-page.Min.X)
	page.FillText(sty, vg.Point{X: (page.Min.X + page.Max.X) / 2, Y: page.Min.Y}, x)
	page.Min.Y += sty.Height(x) + 4
	sty.Rotation, sty.YAlign = math.Pi/2, draw.YTop
	y := wrap(s.letters(s.LabelSize, black), p.whole.Y, page.Max.Y-page.Min.Y)
	page.FillText(sty, vg.Point{X: page.Min.X, Y: (page.Min.Y + page.Max.Y) / 2}, y)
	page.Min.X += s.letters(s.LabelSize, black).Height(y) + 6
	return page
}

// blank are the same ticks without numbers.
func blank(t plot.Ticker) plot.Ticker {
	if t, ok := t.(ticks); ok {
		t.blank = true
		return t
	}
	return t
}
