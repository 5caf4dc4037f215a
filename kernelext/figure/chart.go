package figure

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

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
