package figure

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"coexplore/kernelext/figure/canvas"
)

// A Figure is a plot with its key, or why there is none. It is laid out when it
// is drawn, for the size and in the style that it then has: until then all of it
// can be changed. A figure that could not be made is refused, with the reason, by
// whatever is asked to draw it.
type Figure struct {
	Title string
	X, Y  string // what the axes show, with units

	// Series are the names of the series in the key, in order: those of the
	// methods, searches or curves that are compared. Give them others at will.
	Series []string

	// Style is how it looks; nil: Light.
	Style *Style

	// Adjust, if not nil, changes the plot before it is laid out: its ranges,
	// its ticks, plotters of one's own.
	Adjust func(*plot.Plot)

	build  func(*chart)
	panels *panels
	axes   *[2]span // ranges shared with other figures, or nil
	room   float64  // height over width that it asks for; 0: 0.62
	err    error
}

// Err is why the figure could not be made, or nil.
func (f *Figure) Err() error {
	if f == nil {
		return errors.New("figure: no figure")
	}
	return f.err
}

// Name is a title of one line, to tell the figure from others: its own, or those of its
// panels.
func (f *Figure) Name() string {
	if f == nil {
		return ""
	}
	if f.Title == "" && f.panels != nil && f.panels.whole == nil {
		names := make([]string, len(f.panels.figures))
		same := true
		for i, g := range f.panels.figures {
			names[i] = letter(i) + " " + g.Name()
			same = same && g.Name() == f.panels.figures[0].Name()
		}
		if same {
			return f.panels.figures[0].Name()
		}
		return strings.Join(names, ", ")
	}
	if f.Title == "" {
		return f.Y
	}
	return strings.ReplaceAll(f.Title, "\n", " ")
}

// refuse is a figure that could not be made.
func refuse(format string, args ...any) *Figure {
	return &Figure{err: fmt.Errorf("figure: "+format, args...)}
}

// finite refuses values that no axis can show, by their name.
func finite(name string, values ...float64) error {
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("figure: %s: value %d is %v: only finite numbers can be drawn", name, i+1, v)
		}
	}
	return nil
}

// record draws the figure on a page of the size.
func (f *Figure) record(s Size) (*canvas.Canvas, error) {
	if err := f.Err(); err != nil {
		return nil, err
	}
	style := f.Style
	if style == nil {
		style = Light()
	}
	if len(style.Series) == 0 {
		return nil, errors.New("figure: the style has no colours for series")
	}
	if s.Width <= 0 {
		return nil, fmt.Errorf("figure: a width of %g mm", s.Width/vg.Millimeter)
	}
	crowded, squeezed := f.panels != nil && f.panels.whole != nil, vg.Length(1.5)
	if crowded {
		squeezed = 1.15
	}
	if s.Height <= 0 || s.grows && crowded {
		s.Height = f.height(style, s.Width/vg.Length(s.scale())) * vg.Length(s.scale())
	}
	for range 8 { // smaller letters rather than no room for data
		if wants := f.height(style, s.Width/vg.Length(s.scale())) * vg.Length(s.scale()); wants < squeezed*s.Height {
			break
		}
		s.Scale = s.scale() * 0.88
	}
	r := canvas.New(s.Width, s.Height, s.scale(), style.Paper, style.color)
	scale := vg.Length(s.scale())
	page := draw.NewCanvas(r, s.Width/scale, s.Height/scale)
	page.SetColor(paper)
	page.Fill(page.Rectangle.Path())
	f.draw(draw.Crop(page, 4, -8, 4, -4), style)
	return r, nil
}

// height is what the figure asks for at a width, so that a long key takes no
// room from the data.
func (f *Figure) height(s *Style, width vg.Length) vg.Length {
	if f.panels != nil {
		return f.panels.height(s, width)
	}
	room := f.room
	if room == 0 {
		room = 0.62
	}
	c := f.chart(s, width)
	above := newKey(s, c.entries, width-60).size().Y - 2*1.6*s.TickSize
	title := s.letters(s.TitleSize, black)
	above += title.Height(wrap(title, f.Title, width-12)) - title.Height("X")
	least := 14 * s.TickSize
	if names, ok := c.Y.Tick.Marker.(plot.ConstantTicks); ok && len(names) < 20 {
		rows := 8 * s.TickSize
		for _, n := range names {
			rows += 1.2 * c.Y.Tick.Label.Height(n.Label)
		}
		least = max(least, rows)
	}
	return max(width*vg.Length(room), least) + max(0, above)
}

// draw lays the figure out on a canvas: title, key, plot.
func (f *Figure) draw(page draw.Canvas, s *Style) {
	page = f.title(page, s, draw.XCenter)
	if f.panels != nil {
		f.panels.draw(page, s)
		return
	}
	c := f.chart(s, page.Max.X-page.Min.X)
	left := c.DataCanvas(page).Min.X
	page = drawKey(page, s, c.entries, left)
	c.fitHeight(page)
	c.Draw(page)
}

// title writes the title on top of a canvas and returns the rest.
func (f *Figure) title(page draw.Canvas, s *Style, align draw.XAlignment) draw.Canvas {
	if f.Title == "" {
		return page
	}
	sty := s.letters(s.TitleSize, black)
	sty.XAlign, sty.YAlign = align, draw.YTop
	text := wrap(sty, f.Title, page.Max.X-page.Min.X)
	x := page.Min.X
	if align == draw.XCenter {
		x = (page.Min.X + page.Max.X) / 2
	}
	page.FillText(sty, vg.Point{X: x, Y: page.Max.Y}, text)
	page.Max.Y -= sty.Height(text) + 6
	return page
}

// drawKey draws a key where the style wants it and returns the rest of the
// canvas. Above and below, it begins at left where it needs one row.
func drawKey(page draw.Canvas, s *Style, entries []entry, left vg.Length) draw.Canvas {
	if len(entries) == 0 || s.Key == KeyNone {
		return page
	}
	if s.Key == KeyRight {
		k := newKey(s, entries, 0)
		if size := k.size(); size.X < (page.Max.X-page.Min.X)/2 {
			k.draw(&page, vg.Point{X: page.Max.X - size.X, Y: page.Max.Y})
			page.Max.X -= size.X + 10
			return page
		} // no room beside the data: above
	}
	k := newKey(s, entries, page.Max.X-left)
	if k.size().Y > k.style.Font.Size*2 { // more than one row
		left = page.Min.X
		k = newKey(s, entries, page.Max.X-left)
	}
	size := k.size()
	if s.Key == KeyBelow {
		k.draw(&page, vg.Point{X: left, Y: page.Min.Y + size.Y})
		page.Min.Y += size.Y + 6
		return page
	}
	k.draw(&page, vg.Point{X: left, Y: page.Max.Y})
	page.Max.Y -= size.Y + 7
	return page
}
