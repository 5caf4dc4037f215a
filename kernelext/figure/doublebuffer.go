package figure

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"coexplore/hw/accel"
)

// DoubleBuffer draws what the parts of an accelerator do over time, cycle by cycle: the
// loads, passes and stores of accel.SimulateTiles (with TileOptions.Steps set to all of
// them; of fewer, the beginning), and below them the same time as the formula counts it,
// Lat1 for each pass and Lat2 for each output tile, with the filling and draining that it
// leaves out. A bar has the colour of the half of the double buffer that it works on, and
// the number of its pass; a store that of its output tile. The cost is that of the same
// layer on the same design. A few output tiles show best. It shows cycles, and neither
// clock frequency, routing nor power. Hardware written by package rtl has the same steps.
func DoubleBuffer(cost accel.Cost, run accel.TileRun) *Figure {
	if len(run.Steps) == 0 || run.Tiles == 0 {
		return refuse("the simulation has no steps to draw; set TileOptions.Steps and run it anew")
	}
	b := doubleBuffer{end: run.Cycles}
	for i, s := range run.Steps {
		if err := finite("a step", s.Start, s.End); err != nil {
			return &Figure{err: err}
		}
		if s.Part < accel.LoadTile || s.Part > accel.StoreTile {
			return refuse("step %d of the simulation is of no part", i+1)
		}
	}
	passes := run.Passes / run.Tiles
	counts := [3]int{}
	for _, s := range run.Steps {
		bar := bufferBar{row: 3 - int(s.Part), from: s.Start, to: s.End, half: counts[s.Part] % 2, name: fmt.Sprint(s.Pass + 1)}
		if s.Part == accel.StoreTile {
			bar.name = fmt.Sprint(s.Tile + 1)
		}
		counts[s.Part]++
		b.bars = append(b.bars, bar)
	}
	title := "%s in %s cycles; the formula has %s"
	if int64(counts[accel.StoreTile]) < run.Tiles { // the first steps alone
		b.end, title = 0, "The beginning of "+title
		for _, s := range run.Steps {
			b.end = max(b.end, s.End)
		}
	}
	load := max(cost.TW, cost.TI)
	lat1 := max(load, cost.TComp)
	b.terms(min(load, cost.TComp), lat1, max(float64(passes)*lat1, cost.TO), passes, run.Tiles)
	title = fmt.Sprintf(title, count(int(run.Tiles), "output tile"), cycles(run.Cycles), cycles(cost.Exact))
	x := fmt.Sprintf("cycles (tW %s, tI %s, tComp %s, tO %s)", cycles(cost.TW), cycles(cost.TI), cycles(cost.TComp), cycles(cost.TO))
	return &Figure{Title: title, X: x, room: 0.45, build: func(c *chart) {
		c.grid(true, false)
		c.Y.Tick.Marker = plot.ConstantTicks{{Value: 3, Label: "load"}, {Value: 2, Label: "compute"}, {Value: 1, Label: "store"}, {Value: 0, Label: "formula"}}
		c.Y.Tick.Length = 0
		c.Y.LineStyle.Width = 0
		bars := b
		bars.style = c.small(paper)
		bars.dark = c.small(black)
		c.Add(&bars)
		c.X.Min, c.X.Max = 0, b.end
		c.Y.Min, c.Y.Max = -0.5, 3.5
		c.key(entry{label: "first half of the buffers", fill: blue}, entry{label: "second half", fill: orange},
			entry{label: "waiting, or not in the formula", fill: pale})
	}}
}

// cycles writes a number of cycles.
func cycles(v float64) string {
	if v == math.Trunc(v) {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.1f", v)
}

// doubleBuffer draws bars in rows over time, and the formula's terms below them.
type doubleBuffer struct {
	bars        []bufferBar
	lat1, lat2  []bufferBar
	end         float64
	style, dark text.Style
}

type bufferBar struct {
	row, half int
	from, to  float64
	name      string
}

// terms lays the formula's terms out, from where the first pass cannot begin earlier.
func (b *doubleBuffer) terms(fill, lat1, lat2 float64, passes, tiles int64) {
	for q := range tiles {
		at := fill + float64(q)*lat2
		if at >= b.end {
			return
		}
		b.lat2 = append(b.lat2, bufferBar{from: at, to: min(b.end, at+lat2), name: "Lat2"})
		for p := range passes {
			if from := at + float64(p)*lat1; from < b.end {
				b.lat1 = append(b.lat1, bufferBar{from: from, to: min(b.end, from+lat1), name: "Lat1"})
			}
		}
	}
}

// Plot implements plot.Plotter.
func (b *doubleBuffer) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	half := min(0.36*(y(1)-y(0)), 16)
	box := func(from, to float64, low, high vg.Length) vg.Rectangle {
		return vg.Rectangle{Min: vg.Point{X: x(from), Y: low}, Max: vg.Point{X: x(to), Y: high}}
	}
	for row := range 4 {
		c.SetColor(pale)
		at := y(float64(row))
		c.Fill(box(0, b.end, at-half, at+half).Path())
	}
	for _, bar := range b.bars {
		at := y(float64(bar.row))
		r := box(bar.from, bar.to, at-half, at+half)
		sty := b.style
		fill := color.Color(blue)
		if bar.half == 1 {
			fill, sty.Color = orange, onLight
		}
		c.SetColor(fill)
		c.Fill(r.Path())
		c.SetLineStyle(line(paper, 0.6))
		c.Stroke(r.Path())
		label(c, sty, r, bar.name)
	}
	at := y(0)
	for _, t := range []struct {
		terms     []bufferBar
		low, high vg.Length
	}{{b.lat1, at, at + half}, {b.lat2, at - half, at}} {
		for _, bar := range t.terms {
			r := box(bar.from, bar.to, t.low, t.high)
			c.SetColor(paper)
			c.Fill(r.Path())
			c.SetLineStyle(line(grey, 0.8))
			c.Stroke(r.Path())
			label(c, b.dark, r, bar.name)
		}
	}
}

// label writes a name into a box, smaller where it has to be, or not at all.
func label(c draw.Canvas, sty text.Style, r vg.Rectangle, s string) {
	sty.XAlign, sty.YAlign = draw.XCenter, draw.YCenter
	sty.Font.Size = min(sty.Font.Size, (r.Max.Y-r.Min.Y)*0.9)
	if fit := (r.Max.X - r.Min.X - 2) / sty.Width(s); fit < 1 {
		sty.Font.Size *= fit
	}
	if sty.Font.Size < leastNumber {
		return
	}
	c.FillText(sty, vg.Point{X: (r.Min.X + r.Max.X) / 2, Y: (r.Min.Y + r.Max.Y) / 2}, s)
}

// DataRange implements plot.DataRanger.
func (b *doubleBuffer) DataRange() (xmin, xmax, ymin, ymax float64) { return 0, b.end, -0.5, 3.5 }
