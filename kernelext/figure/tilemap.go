package figure

import (
	"errors"
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"coexplore/hw"
	"coexplore/hw/accel"
)

// maxCells is how many cells a tile map has along an axis; more Tm or Tn are drawn
// in steps.
const maxCells = 48

// TileMap draws the cycles of a layer on every array of Tm x Tn units, with Tr, Tc
// and the ports of the design d: the darker, the fewer. Arrays that the FPGA cannot
// hold are hatched, in the colour of the resource that they lack first. The diamond
// is the best array.
func TileMap(l hw.Loops, dev *hw.Device, d hw.Design, t hw.Target) *Figure {
	if dev == nil {
		return refuse("no FPGA to draw tiles on")
	}
	if err := l.Check(); err != nil {
		return &Figure{err: fmt.Errorf("figure: tiles: %w", err)}
	}
	groups := max(1, l.Groups)
	mMax, nMax := l.M/groups, l.N/groups
	m := tileMap{mStep: 1 + (mMax-1)/maxCells, nStep: 1 + (nMax-1)/maxCells}
	most, least := math.Inf(-1), math.Inf(1)
	tmFits, tnFits := 0, 0    // the largest that fit
	short := map[string]int{} // resources, by their series
	for tm := m.mStep; tm <= mMax; tm += m.mStep {
		for tn := m.nStep; tn <= nMax; tn += m.nStep {
			d.Tm, d.Tn = tm, tn
			cell := tileCell{tm: tm, tn: tn}
			if err := accel.Fits(dev, []hw.Loops{l}, d, t); err != nil {
				var fit *accel.FitError
				if !errors.As(err, &fit) {
					return &Figure{err: fmt.Errorf("figure: tiles: %w", err)}
				}
				if _, ok := short[fit.Resource]; !ok {
					short[fit.Resource] = len(m.lacking)
					m.lacking = append(m.lacking, fit.Resource)
				}
				cell.lacks = 1 + short[fit.Resource]
			} else {
				cost, err := accel.LayerCost(l, d, t)
				if err != nil {
					return &Figure{err: fmt.Errorf("figure: tiles: %w", err)}
				}
				cell.cycles = float64(cost.Cycles)
				most = max(most, cell.cycles)
				tmFits, tnFits = max(tmFits, tm), max(tnFits, tn)
				if cell.cycles < least {
					least, m.best = cell.cycles, cell
				}
			}
			m.cells = append(m.cells, cell)
		}
	}
	if math.IsInf(least, 1) {
		return refuse("%s holds no array for the layer with these ports", dev.Part)
	}
	// Of what does not fit, a margin is enough.
	mMax, nMax = min(mMax, tmFits+max(3*m.mStep, tmFits/3)), min(nMax, tnFits+max(3*m.nStep, tnFits/3))
	m.low, m.high = math.Log(least), math.Log(most)
	title := fmt.Sprintf("Cycles of %v on %s: least %s with %d × %d units", l, dev.Part, amount(least), m.best.tm, m.best.tn)
	return &Figure{Title: title, X: "Tm (output channels at once)", Y: "Tn (input channels at once)", room: 0.7, build: func(c *chart) {
		m := m
		m.colors = []color.Color{orange, vermillion, purple, green, grey}
		c.X.Tick.Marker, c.Y.Tick.Marker = ticks{whole: true}, ticks{whole: true}
		c.Add(m)
		g := draw.GlyphStyle{Color: vermillion, Radius: 4.5, Shape: diamond{}}
		scatter(c.Plot, plotter.XYs{{X: float64(m.best.tm), Y: float64(m.best.tn)}}, g)
		c.X.Min, c.X.Max = float64(m.mStep)/2, float64(mMax)+float64(m.mStep)/2
		c.Y.Min, c.Y.Max = float64(m.nStep)/2, float64(nMax)+float64(m.nStep)/2
		for _, share := range []float64{1, 0.5, 0} {
			cycles := math.Exp(m.high + share*(m.low-m.high))
			c.key(entry{label: amount(cycles) + " cycles", fill: shade(share)})
		}
		c.key(entry{label: "the best", glyph: g})
		for i, what := range m.lacking {
			c.key(entry{label: "too few " + what, fill: faint(m.colors[i%len(m.colors)]), hatch: true})
		}
	}}
}

// A tileMap is cells of Tm x Tn.
type tileMap struct {
	cells        []tileCell
	best         tileCell
	lacking      []string // resources that are too few somewhere
	mStep, nStep int
	low, high    float64 // logarithms of cycles
	colors       []color.Color
}

type tileCell struct {
	tm, tn int
	cycles float64
	lacks  int // resource that is too few, from 1; 0: it fits
}

// Plot implements plot.Plotter.
func (m tileMap) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for _, cell := range m.cells {
		if float64(cell.tm) > p.X.Max || float64(cell.tn) > p.Y.Max {
			continue
		}
		box := vg.Rectangle{
			Min: vg.Point{X: x(float64(cell.tm) - float64(m.mStep)/2), Y: y(float64(cell.tn) - float64(m.nStep)/2)},
			Max: vg.Point{X: x(float64(cell.tm) + float64(m.mStep)/2), Y: y(float64(cell.tn) + float64(m.nStep)/2)},
		}
		if cell.lacks > 0 {
			c.SetColor(faint(m.colors[(cell.lacks-1)%len(m.colors)]))
			c.Fill(box.Path())
			c.StrokeLine2(line(grey, 0.4), box.Min.X, box.Min.Y, box.Max.X, box.Max.Y)
			continue
		}
		share := 1.0
		if m.high > m.low {
			share = (m.high - math.Log(cell.cycles)) / (m.high - m.low)
		}
		c.SetColor(shade(share))
		c.Fill(box.Path())
	}
}
