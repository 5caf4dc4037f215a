package figure

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"coexplore/hw"
)

// Utilization draws the stages of a pipeline as bars: how much of the time
// between two frames, at the specified rate of fps frames/s (0: none), each FPGA works. A stage above
// 100 % is too slow for the specification. The line across is the pipeline's
// efficiency, the mean of the bars.
func Utilization(pipe *hw.Pipeline, fps float64) *Figure {
	if pipe == nil || len(pipe.Stages) == 0 {
		return refuse("a pipeline without stages has no utilization to draw")
	}
	top, slow := 100.0, false
	heights, labels := make([]float64, len(pipe.Stages)), make([]string, len(pipe.Stages))
	for i, s := range pipe.Stages {
		if err := finite(fmt.Sprintf("utilization of stage %d", i+1), s.Utilization, s.LatencyMS); err != nil {
			return &Figure{err: err}
		}
		u := 100 * s.Utilization
		top = max(top, u)
		slow = slow || u > 100*(1+1e-9)
		heights[i] = u
		layers := fmt.Sprintf("layers %d-%d", s.First+1, s.Last+1)
		if s.First == s.Last {
			layers = fmt.Sprintf("layer %d", s.First+1)
		}
		labels[i] = fmt.Sprintf("%s\n%s\nlimit: %v", s.Device, layers, s.Bottleneck)
	}
	title := fmt.Sprintf("Utilization of the stages at %.4g frames/s specified, %.4g reached", fps, pipe.ThroughputFPS)
	if fps <= 0 { // against its own rate
		title = fmt.Sprintf("Utilization of the stages at %.4g frames/s", pipe.ThroughputFPS)
	}
	return &Figure{Title: title, Y: "utilization (%)", build: func(c *chart) {
		c.grid(false, true)
		c.categories(labels)
		c.Add(bars{heights: heights, style: c.small(black)})
		spec, average := line(black, 1.2), line(orange, 1.6, 6, 3)
		c.Add(level{100, spec}, level{100 * pipe.Efficiency, average})
		c.Y.Min, c.Y.Max = 0, 1.1*top
		c.X.Min, c.X.Max = -0.5, float64(len(labels))-0.5
		c.key(entry{label: "meets the specification", fill: blue})
		if slow {
			c.key(entry{label: "too slow", fill: vermillion})
		}
		c.key(entry{label: "specification: 100 %", line: spec},
			entry{label: fmt.Sprintf("efficiency: %.1f %%", 100*pipe.Efficiency), line: average})
	}}
}

// bars are vertical bars at 0, 1, 2, ... with their heights written on them.
type bars struct {
	heights []float64
	style   text.Style
}

// Plot implements plot.Plotter.
func (b bars) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	half := min((x(1)-x(0))*0.32, 45)
	for i, h := range b.heights {
		sty := b.style
		sty.XAlign = draw.XCenter
		fill, at := blue, x(float64(i))
		if h > 100*(1+1e-9) {
			fill = vermillion
		}
		c.SetColor(fill)
		c.Fill(vg.Rectangle{Min: vg.Point{X: at - half, Y: y(0)}, Max: vg.Point{X: at + half, Y: y(h)}}.Path())
		where := y(0) + 7 // clear of the lines across
		sty.Color = paper
		if y(h)-y(0) < 24 { // no room within
			sty.Color = black
			where = y(h) + 4
		}
		text := fmt.Sprintf("%.1f %%", h)
		if fit := (2*half - 1) / sty.Width(text); fit < 1 {
			sty.Font.Size *= fit
		}
		if sty.Font.Size >= leastNumber { // where it can still be read
			c.FillText(sty, vg.Point{X: at, Y: where}, text)
		}
	}
}

// DataRange implements plot.DataRanger.
func (b bars) DataRange() (xmin, xmax, ymin, ymax float64) {
	return -0.5, float64(len(b.heights)) - 0.5, 0, 0
}
