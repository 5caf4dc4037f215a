package figure

import (
	"errors"
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"coexplore/hw"
)

// Utilization draws the stages of a pipeline as bars: how much of the time
// between two frames, at the specified rate, each FPGA works. A stage above
// 100 % is too slow for the specification. The line across is the pipeline's
// efficiency, the mean of the bars.
func Utilization(pipe *hw.Pipeline) (*plot.Plot, error) {
	if len(pipe.Stages) == 0 {
		return nil, errors.New("figure: a pipeline without stages has no utilization to draw")
	}
	p := blankPlot(fmt.Sprintf("Utilization of the stages, %.1f frames/s", pipe.ThroughputFPS), "", "utilization (%)")
	p.Add(&plotter.Grid{Horizontal: line(pale, 0.7)})
	top, slow := 100.0, false
	b := bars{style: sans(9, black)}
	labels := make([]plot.Tick, len(pipe.Stages))
	for i, s := range pipe.Stages {
		u := 100 * s.Utilization
		top = max(top, u)
		slow = slow || u > 100*(1+1e-9)
		b.heights = append(b.heights, u)
		layers := fmt.Sprintf("layers %d-%d", s.First+1, s.Last+1)
		if s.First == s.Last {
			layers = fmt.Sprintf("layer %d", s.First+1)
		}
		labels[i] = plot.Tick{Value: float64(i), Label: fmt.Sprintf("%s\n%s\nlimit: %v", s.Device, layers, s.Bottleneck)}
	}
	p.X.Tick.Marker = plot.ConstantTicks(labels)
	p.X.Tick.Length = 0
	p.X.Min, p.X.Max = -0.5, float64(len(pipe.Stages))-0.5
	p.Y.Min, p.Y.Max = 0, 1.1*top
	p.Add(b)
	spec, average := line(black, 1.2), line(orange, 1.6, 6, 3)
	p.Add(level{100, spec}, level{100 * pipe.Efficiency, average})
	entries := []entry{{label: "meets the specification", fill: blue}}
	if slow {
		entries = append(entries, entry{label: "too slow", fill: vermillion})
	}
	entries = append(entries, entry{label: "specification: 100 %", line: spec},
		entry{label: fmt.Sprintf("efficiency: %.1f %%", 100*pipe.Efficiency), line: average})
	addKey(p, entries...)
	return p, nil
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
	sty := b.style
	sty.XAlign = draw.XCenter
	for i, h := range b.heights {
		fill, at := color.Color(blue), x(float64(i))
		if h > 100*(1+1e-9) {
			fill = vermillion
		}
		c.SetColor(fill)
		c.Fill(vg.Rectangle{Min: vg.Point{X: at - half, Y: y(0)}, Max: vg.Point{X: at + half, Y: y(h)}}.Path())
		where := y(0) + 7 // clear of the lines across
		sty.Color = color.White
		if y(h)-y(0) < 24 { // no room within
			sty.Color = black
			where = y(h) + 4
		}
		c.FillText(sty, vg.Point{X: at, Y: where}, fmt.Sprintf("%.1f %%", h))
	}
}

// DataRange implements plot.DataRanger.
func (b bars) DataRange() (xmin, xmax, ymin, ymax float64) {
	return -0.5, float64(len(b.heights)) - 0.5, 0, 0
}
