package figure

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"coexplore/nas"
)

// Timeline draws when each network of a search was planned and trained, one below
// the other, as one worker would have done it: the times are those of the trials,
// in order, without what lay between them.
func Timeline(trials []nas.Trial) *Figure {
	if len(trials) == 0 {
		return refuse("no trials to draw a timeline of")
	}
	t := timeline{n: len(trials)}
	now, planned, trained := 0.0, 0.0, 0.0
	for i, trial := range trials {
		if err := finite(fmt.Sprintf("seconds of trial %d", i), trial.FastSeconds, trial.TrainSeconds); err != nil {
			return &Figure{err: err}
		}
		if trial.FastSeconds < 0 || trial.TrainSeconds < 0 {
			return refuse("trial %d took %g and %g seconds", i, trial.FastSeconds, trial.TrainSeconds)
		}
		t.bars = append(t.bars, [3]float64{now, now + trial.FastSeconds, now + trial.FastSeconds + trial.TrainSeconds})
		now += trial.FastSeconds + trial.TrainSeconds
		planned += trial.FastSeconds
		trained += trial.TrainSeconds
	}
	if now == 0 {
		return refuse("the trials have no times")
	}
	unit, scale := "s", 1.0
	switch {
	case now > 2*3600:
		unit, scale = "h", 3600
	case now > 120:
		unit, scale = "min", 60
	case now < 0.5:
		unit, scale = "ms", 1e-3
	}
	for i := range t.bars {
		for k := range t.bars[i] {
			t.bars[i][k] /= scale
		}
	}
	return &Figure{Title: fmt.Sprintf("%s in %.3g %s", count(len(trials), "network"), now/scale, unit), X: "time (" + unit + ")", Y: "network", build: func(c *chart) {
		c.grid(true, false)
		c.Y.Tick.Marker = downward{t.n}
		c.Add(t)
		c.X.Min, c.X.Max, c.Y.Min, c.Y.Max = 0, now/scale, 0.5, float64(t.n)+0.5
		c.key(entry{label: fmt.Sprintf("planned: %.3g %s", planned/scale, unit), fill: orange},
			entry{label: fmt.Sprintf("trained: %.3g %s", trained/scale, unit), fill: blue})
	}}
}

type timeline struct {
	n    int
	bars [][3]float64 // begin, planned, trained
}

// Plot implements plot.Plotter. A bar is a third of a point wide at least, so that
// none is lost.
func (t timeline) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	half := max(0.3, min(8, (y(2)-y(1))*0.4))
	for i, b := range t.bars {
		at := y(float64(t.n - i))
		box := func(from, to float64) vg.Path {
			return vg.Rectangle{Min: vg.Point{X: x(from), Y: at - half}, Max: vg.Point{X: max(x(to), x(from)+0.33), Y: at + half}}.Path()
		}
		if b[2] > b[1] {
			c.SetColor(blue)
			c.Fill(box(b[1], b[2]))
		}
		if b[1] > b[0] {
			c.SetColor(orange)
			c.Fill(box(b[0], b[1]))
		}
	}
}

// downward numbers n rows from the top.
type downward struct{ n int }

// Ticks implements plot.Ticker.
func (d downward) Ticks(lo, hi float64) []plot.Tick {
	var list []plot.Tick
	for _, t := range (ticks{whole: true}).Ticks(1, float64(max(2, d.n))) {
		if t.Value >= 1 && t.Value <= float64(d.n) {
			list = append(list, plot.Tick{Value: float64(d.n) + 1 - t.Value, Label: t.Label})
		}
	}
	return list
}
