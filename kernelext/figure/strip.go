package figure

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"coexplore/hw"
)

// Strip draws a network as a strip of blocks, a layer each: its kernel and output
// channels, its height by the rows of its output on a logarithmic scale, in the
// colour of the FPGA that runs it. With pipe nil no layer has an FPGA.
func Strip(net *hw.Network, pipe *hw.Pipeline) *Figure {
	if net == nil || len(net.Layers) == 0 {
		return refuse("no network to draw")
	}
	stage := make([]int, len(net.Layers))
	var names []string
	for i := range stage {
		stage[i] = -1
	}
	if pipe != nil {
		for i, s := range pipe.Stages {
			names = append(names, fmt.Sprintf("%d: %s", i+1, s.Device))
			for l := max(0, s.First); l <= s.Last && l < len(stage); l++ {
				if stage[l] < 0 {
					stage[l] = i
				}
			}
		}
	}
	name := net.Name
	if name == "" || len(name) > 30 { // a chain's name says what the blocks say
		name = "network"
	}
	title := fmt.Sprintf("%s: %d layers, %s MACs, %s parameters", name, len(net.Layers), amount(float64(net.MACs())), amount(float64(net.Params())))
	return &Figure{Title: title, X: "layer", Series: names, room: 0.36, build: func(c *chart) {
		s := strip{net: net, stage: stage, style: c.small(paper), chart: c}
		s.style.XAlign, s.style.YAlign = draw.XCenter, draw.YCenter
		c.Y.Tick.Marker = plot.ConstantTicks(nil)
		c.Y.LineStyle.Width, c.X.LineStyle.Width = 0, 0
		numbers := make([]string, len(net.Layers))
		for i := range numbers {
			numbers[i] = fmt.Sprint(i + 1)
		}
		c.Add(s)
		c.categories(numbers)
		c.Y.Min, c.Y.Max = -1, 1
		for i := range names {
			c.key(entry{label: c.series(i), series: c.series(i), fill: c.hue(i)})
		}
		if pipe == nil {
			return
		}
		for _, on := range stage {
			if on < 0 {
				c.key(entry{label: "on the host", fill: faint(black)})
				break
			}
		}
	}}
}

type strip struct {
	net   *hw.Network
	stage []int
	style text.Style
	chart *chart
}

// kernelName is a layer's window, or its kind where it has none.
func kernelName(l *hw.Layer) string {
	if l.Kernel > 1 || l.Wide > 0 || l.Kind == hw.Conv {
		return fmt.Sprintf("%d×%d", l.Kernel, l.Kernel+l.Wide)
	}
	return fmt.Sprint(l.Kind)
}

// Plot implements plot.Plotter.
func (s strip) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	most := 1
	for _, l := range s.net.Layers {
		most = max(most, l.Out.H)
	}
	for i := range s.net.Layers {
		l := &s.net.Layers[i]
		high := 0.35 + 0.6*math.Log2(float64(1+l.Out.H))/math.Log2(float64(1+most))
		box := vg.Rectangle{Min: vg.Point{X: x(float64(i)-0.46) + 0.3, Y: y(-high)}, Max: vg.Point{X: x(float64(i)+0.46) - 0.3, Y: y(high)}}
		sty := s.style
		if s.stage[i] < 0 {
			c.SetColor(faint(black))
			sty.Color = black
		} else {
			fill := s.chart.hue(s.stage[i])
			c.SetColor(fill)
			if f := role(s.stage[i]%len(s.chart.Series)) + blue; f == orange || f == sky || f == purple {
				sty.Color = onLight
			}
		}
		c.Fill(box.Path())
		text := fmt.Sprintf("%s\n%d\n%d×%d", kernelName(l), l.Out.C, l.Out.H, l.Out.W)
		if l.Across != 0 {
			text += fmt.Sprintf("\n/%d×%d", l.Stride, l.Stride+l.Across)
		} else if l.Stride > 1 {
			text += fmt.Sprintf("\n/%d", l.Stride)
		}
		wide, tall := box.Max.X-box.Min.X-1, box.Max.Y-box.Min.Y-1
		fit := min(1, wide/sty.Width(text), tall/sty.Height(text))
		if sty.Font.Size *= fit; sty.Font.Size < 4.5 { // too narrow: along the block
			sty.Font.Size /= fit
			text = fmt.Sprintf("%s, %d", kernelName(l), l.Out.C)
			sty.Font.Size *= min(1, tall/sty.Width(text), wide/sty.Height(text))
			sty.Rotation = math.Pi / 2
			if sty.Font.Size < 4.5 {
				continue // no letters that could be read
			}
		}
		c.FillText(sty, vg.Point{X: (box.Min.X + box.Max.X) / 2, Y: (box.Min.Y + box.Max.Y) / 2}, text)
	}
}
