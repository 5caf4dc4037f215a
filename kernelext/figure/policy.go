package figure

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Decision is one of a controller's: its choices, and how likely each was in
// every episode.
type Decision struct {
	Name          string
	Choices       []string
	Probabilities [][]float64 // by episode and choice; those of an episode add up to 1
}

// Policy draws a controller's policy over the episodes: a row for each choice of
// each decision, the darker the likelier.
func Policy(decisions []Decision) *Figure {
	if len(decisions) == 0 {
		return refuse("no decisions to draw a policy of")
	}
	m := policyMap{}
	for _, d := range decisions {
		for e, p := range d.Probabilities {
			if len(p) != len(d.Choices) {
				return refuse("%s has %d probabilities in episode %d for %d choices", d.Name, len(p), e+1, len(d.Choices))
			}
			for k, v := range p {
				if !(v >= 0 && v <= 1+1e-9) {
					return refuse("%s: choice %s has the probability %v in episode %d", d.Name, d.Choices[k], v, e+1)
				}
			}
		}
		m.episodes = max(m.episodes, len(d.Probabilities))
		m.rows += len(d.Choices)
	}
	if m.episodes == 0 || m.rows == 0 {
		return refuse("no episodes to draw a policy of")
	}
	m.decisions = decisions
	return &Figure{Title: "Policy of the controller", X: "episode", room: 0.16 + 0.03*float64(m.rows), build: func(c *chart) {
		var names []plot.Tick
		row := m.rows
		for _, d := range decisions {
			for k, choice := range d.Choices {
				row--
				if k == 0 {
					choice = d.Name + ": " + choice
				}
				names = append(names, plot.Tick{Value: float64(row), Label: choice})
			}
		}
		c.Y.Tick.Marker = plot.ConstantTicks(names)
		c.X.Tick.Marker = ticks{whole: true}
		c.Y.Tick.Length, c.Y.LineStyle.Width = 0, 0
		if m.rows > 14 {
			c.Y.Tick.Label.Font.Size *= max(0.6, 14/vg.Length(m.rows))
		}
		c.Add(m)
		c.X.Min, c.X.Max, c.Y.Min, c.Y.Max = 0.5, float64(m.episodes)+0.5, -0.5, float64(m.rows)-0.5
		for i, share := range []float64{0, 0.25, 0.5, 0.75, 1} {
			e := entry{label: fmt.Sprint(share), fill: shade(share)}
			if i == 0 {
				e.label = "probability (0 to 1): 0"
			}
			c.key(e)
		}
	}}
}

type policyMap struct {
	decisions      []Decision
	episodes, rows int
}

// maxColumns is how many columns a policy has; more episodes share one, which
// shows the first of them.
const maxColumns = 200

// Plot implements plot.Plotter.
func (m policyMap) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	step := 1 + (m.episodes-1)/maxColumns
	row := m.rows
	for _, d := range m.decisions {
		for k := range d.Choices {
			row--
			for e := 0; e < len(d.Probabilities); e += step {
				c.SetColor(shade(min(1, d.Probabilities[e][k])))
				c.Fill(vg.Rectangle{
					Min: vg.Point{X: x(float64(e) + 0.5), Y: y(float64(row)-0.5) + 0.4},
					Max: vg.Point{X: min(c.Max.X, x(min(float64(e+step), float64(m.episodes))+0.5)+0.3), Y: y(float64(row)+0.5) - 0.4},
				}.Path())
			}
		}
		if row > 0 { // between decisions
			c.StrokeLine2(line(grey, 0.8), c.Min.X, y(float64(row)-0.5), c.Max.X, y(float64(row)-0.5))
		}
	}
}
