package figure

import (
	"fmt"
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"coexplore/hw"
	"coexplore/hw/sim"
)

// Gantt draws what the FPGAs of a pipeline, and the links between them, do over
// time: the trace of a simulation (sim.Simulation with Trace set). Each bar is a
// layer of one frame, in the frame's colour with its number; gaps are waiting.
// Links that take no time have no row. A few frames show best.
func Gantt(pipe *hw.Pipeline, run *sim.Result) *Figure {
	if pipe == nil || run == nil {
		return refuse("no simulation of a pipeline to draw")
	}
	if len(run.Spans) == 0 {
		return refuse("the simulation has no trace to draw; set its Trace and run it anew")
	}
	g := gantt{}
	rows := map[ganttRow]int{}
	scale := 1 / (run.ClockMHz * 1e3) // cycles in milliseconds
	for _, s := range run.Spans {
		if s.FPGA < 0 || s.FPGA >= len(pipe.Stages) {
			return refuse("the trace has an FPGA %d and the pipeline %d", s.FPGA+1, len(pipe.Stages))
		}
		g.end = max(g.end, float64(s.End)*scale)
		if r := (ganttRow{s.FPGA, s.Link()}); !s.Link() || s.End > s.Start {
			rows[r] = 0
		}
	}
	order := make([]ganttRow, 0, len(rows))
	for r := range rows {
		order = append(order, r)
	}
	slices.SortFunc(order, func(a, b ganttRow) int { // a link before the FPGA that it leads to
		if a.fpga != b.fpga {
			return a.fpga - b.fpga
		}
		if a.link {
			return -1
		}
		return 1
	})
	labels := make([]plot.Tick, len(order))
	link := false
	for i, r := range order {
		rows[r] = len(order) - 1 - i
		label := "link"
		if !r.link {
			label = ganttLabel(r.fpga, &pipe.Stages[r.fpga], len(order))
		}
		link = link || r.link
		labels[i] = plot.Tick{Value: float64(rows[r]), Label: label}
		g.links = append(g.links, r.link)
	}
	slices.Reverse(g.links)
	for _, s := range run.Spans {
		if row, ok := rows[ganttRow{s.FPGA, s.Link()}]; ok && s.End > s.Start {
			g.bars = append(g.bars, ganttBar{row: row, frame: s.Frame, from: float64(s.Start) * scale, to: float64(s.End) * scale})
		}
	}
	title := fmt.Sprintf("%s through %s", count(run.Frames, "frame"), count(len(pipe.Stages), "FPGA"))
	return &Figure{Title: title, X: "time (ms)", room: max(0.5, 0.06*float64(len(order))), build: func(c *chart) {
		c.grid(true, false)
		c.Y.Tick.Marker = plot.ConstantTicks(labels)
		c.Y.Tick.Length = 0
		c.Y.LineStyle.Width = 0
		bars := g
		bars.style = c.small(paper)
		c.Add(&bars)
		c.X.Min, c.X.Max = 0, g.end
		c.Y.Min, c.Y.Max = -0.5, float64(len(order))-0.5
		for f := range min(run.Frames, len(ganttColours)) {
			label := fmt.Sprint(f + 1)
			if next := f + 1 + len(ganttColours); next <= run.Frames {
				label += fmt.Sprintf(", %d", next)
			}
			if f+2*len(ganttColours) < run.Frames {
				label += ", ..."
			}
			if f == 0 {
				label = "frame " + label
			}
			c.key(entry{label: label, fill: ganttColours[f]})
		}
		c.key(entry{label: "waiting", fill: pale})
	}}
}

// ganttRow is an FPGA, or the link into it.
type ganttRow struct {
	fpga int
	link bool
}

// ganttColours are those of the frames, in turn.
var ganttColours = []color.Color{blue, vermillion, green, orange, sky, purple}

// onLight are letters on orange, sky and purple, in every style.
var onLight = color.RGBA{0x1b, 0x1f, 0x24, 0xff}

// ganttLabel names an FPGA and its layers, in one line where rows are many.
func ganttLabel(i int, s *hw.Stage, rows int) string {
	layers := fmt.Sprintf("layers %d-%d", s.First+1, s.Last+1)
	switch {
	case s.Shard != nil:
		layers = fmt.Sprintf("layer %d, part", s.First+1)
	case s.First == s.Last:
		layers = fmt.Sprintf("layer %d", s.First+1)
	}
	if rows > 7 {
		return fmt.Sprintf("%d: %s", i+1, layers)
	}
	return fmt.Sprintf("%s\n%s", s.Device, layers)
}

// count is a number of things.
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// gantt draws bars in rows over time.
type gantt struct {
	bars  []ganttBar
	links []bool // of each row, from below
	end   float64
	style text.Style
}

type ganttBar struct {
	row, frame int
	from, to   float64
}

// Plot implements plot.Plotter.
func (g *gantt) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	unit := y(1) - y(0)
	half := func(row int) vg.Length {
		if g.links[row] {
			return min(unit*0.16, 6)
		}
		return min(unit*0.36, 22)
	}
	for row := range g.links { // what waits lies bare on a pale ground
		at := y(float64(row))
		c.SetColor(pale)
		c.Fill(vg.Rectangle{Min: vg.Point{X: c.Min.X, Y: at - half(row)}, Max: vg.Point{X: c.Max.X, Y: at + half(row)}}.Path())
	}
	for _, b := range g.bars {
		at, h := y(float64(b.row)), half(b.row)
		box := vg.Rectangle{Min: vg.Point{X: x(b.from), Y: at - h}, Max: vg.Point{X: x(b.to), Y: at + h}}
		fill := ganttColours[b.frame%len(ganttColours)]
		c.SetColor(fill)
		c.Fill(box.Path())
		if box.Max.X-box.Min.X > 2 { // an edge between layers
			c.SetLineStyle(line(paper, 0.6))
			c.Stroke(box.Path())
		}
	}
	g.names(c, x, y, half)
}

// leastNumber is the smallest letter of a frame's number, in points.
const leastNumber = 6

// names writes a frame's number on the widest of its bars on every FPGA, smaller
// where rows are narrow. Where letters would be too small, or a bar too short for
// its number, there is none: the colour tells the frame.
func (g *gantt) names(c draw.Canvas, x, y func(float64) vg.Length, half func(int) vg.Length) {
	type frameOn struct{ row, frame int }
	widest := map[frameOn]ganttBar{}
	var order []frameOn
	for _, b := range g.bars {
		k := frameOn{b.row, b.frame}
		old, ok := widest[k]
		if !ok {
			order = append(order, k)
		}
		if !ok || b.to-b.from > old.to-old.from {
			widest[k] = b
		}
	}
	for _, k := range order {
		b := widest[k]
		name := fmt.Sprint(b.frame + 1)
		sty := g.style
		sty.XAlign, sty.YAlign = draw.XCenter, draw.YCenter
		if k.frame%len(ganttColours) > 2 { // a light colour
			sty.Color = onLight
		}
		sty.Font.Size = min(sty.Font.Size, 2*half(b.row)*0.95)
		if fit := (x(b.to) - x(b.from) - 2) / sty.Width(name); fit < 1 {
			sty.Font.Size *= fit
		}
		if sty.Font.Size < leastNumber {
			continue
		}
		c.FillText(sty, vg.Point{X: (x(b.from) + x(b.to)) / 2, Y: y(float64(b.row))}, name)
	}
}

// DataRange implements plot.DataRanger.
func (g *gantt) DataRange() (xmin, xmax, ymin, ymax float64) {
	return 0, g.end, -0.5, float64(len(g.links)) - 0.5
}
