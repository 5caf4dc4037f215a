package figure

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
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

// Name is a title of one line, to tell the figure from others.
func (f *Figure) Name() string {
	if f == nil {
		return ""
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

// A chart is a figure under construction: the plot and its key in a style.
type chart struct {
	*plot.Plot
	*Style
	figure  *Figure
	entries []entry
	width   vg.Length // of the whole figure
	names   []string  // along the x axis, for bars at 0, 1, 2, ...
}

// chart builds the plot for a width.
func (f *Figure) chart(s *Style, width vg.Length) *chart {
	c := &chart{Plot: plot.New(), Style: s, figure: f, width: width}
	c.BackgroundColor = nil
	c.Title.Text = ""
	c.X.Label.Text, c.Y.Label.Text = f.X, f.Y
	for _, a := range []*plot.Axis{&c.X, &c.Y} {
		label, tick := a.Label.TextStyle, a.Tick.Label
		a.Label.TextStyle, a.Tick.Label = s.letters(s.LabelSize, black), s.letters(s.TickSize, black)
		a.Label.TextStyle.XAlign, a.Label.TextStyle.YAlign, a.Label.TextStyle.Rotation = label.XAlign, label.YAlign, label.Rotation
		a.Tick.Label.XAlign, a.Tick.Label.YAlign = tick.XAlign, tick.YAlign
		a.Label.Padding = 4
		a.LineStyle = line(grey, 0.8)
		a.Tick.LineStyle = line(grey, 0.8)
		a.Tick.Length = 4
		a.Tick.Marker = ticks{}
		a.Padding = 0
	}
	f.build(c)
	c.fitNames()
	c.fitTicks()
	for _, a := range []*plot.Axis{&c.X, &c.Y} { // a range of no width shows nothing
		if a.Min > a.Max {
			a.Min, a.Max = 0, 1
		} else if a.Min == a.Max {
			a.Min, a.Max = a.Min-max(1e-9, math.Abs(a.Min)*0.1), a.Max+max(1e-9, math.Abs(a.Max)*0.1)
		}
	}
	if f.axes != nil {
		c.X.Min, c.X.Max, c.Y.Min, c.Y.Max = f.axes[0].lo, f.axes[0].hi, f.axes[1].lo, f.axes[1].hi
	}
	if f.Adjust != nil {
		f.Adjust(c.Plot)
	}
	return c
}

// grid adds grid lines, under all that is added later.
func (c *chart) grid(vertical, horizontal bool) {
	g := plotter.NewGrid()
	g.Vertical, g.Horizontal = draw.LineStyle{}, draw.LineStyle{}
	if vertical {
		g.Vertical = line(pale, 0.7)
	}
	if horizontal {
		g.Horizontal = line(pale, 0.7)
	}
	c.Add(g)
}

// key adds entries to the key.
func (c *chart) key(entries ...entry) { c.entries = append(c.entries, entries...) }

// series is the name of the i-th series.
func (c *chart) series(i int) string {
	if i < len(c.figure.Series) {
		return c.figure.Series[i]
	}
	return fmt.Sprint("series ", i+1)
}

// categories names the bars at 0, 1, 2, ... of the x axis.
func (c *chart) categories(names []string) {
	c.names = names
	c.X.Min, c.X.Max = -0.5, float64(len(names))-0.5
	c.X.Tick.Length = 0
}

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
	if t, ok := c.X.Tick.Marker.(ticks); ok {
		t.most = max(2, float64(c.width)/(6*float64(c.TickSize)))
		c.X.Tick.Marker = t
	}
}

// record draws the figure on a page of the size.
func (f *Figure) record(s Size) (*recording, error) {
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
	if s.Height <= 0 {
		s.Height = f.height(style, s.Width/vg.Length(s.scale())) * vg.Length(s.scale())
	}
	for range 8 { // smaller letters rather than no room for data
		if wants := f.height(style, s.Width/vg.Length(s.scale())) * vg.Length(s.scale()); wants < 1.5*s.Height {
			break
		}
		s.Scale = s.scale() * 0.88
	}
	r := newRecording(style, s)
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
