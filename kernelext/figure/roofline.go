package figure

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"coexplore/hw/accel"
)

// Roofline draws the layers of a pipeline under the roofs of the FPGAs that run
// them: operations a second over operations for each byte of off-chip traffic, on
// logarithmic axes (Williams, Waterman and Patterson, CACM 52(4), 2009). A layer
// below its roof waits for tiles' edges, or for loading and storing in turn.
func Roofline(r *accel.Report) *Figure {
	if r == nil || len(r.Stages) == 0 {
		return refuse("no report of a pipeline to draw a roofline of")
	}
	names := make([]string, len(r.Stages))
	x, y := newSpan(), newSpan()
	points := make([]plotter.XYs, len(r.Stages))
	for i, s := range r.Stages {
		names[i] = fmt.Sprintf("%d: %s", i+1, s.FPGA)
		if s.Roofline.PeakGOPS > 0 && s.Roofline.BandwidthGBs > 0 {
			x.add(s.Roofline.PeakGOPS / s.Roofline.BandwidthGBs)
		}
		y.add(s.Roofline.PeakGOPS)
	}
	for _, l := range r.Layers {
		q := l.Roofline
		if l.Stage < 0 || l.Stage >= len(points) || q.OpsPerByte <= 0 || q.ReachedGOPS <= 0 {
			continue // on the host, or no operations
		}
		if err := finite(l.Name, q.OpsPerByte, q.ReachedGOPS); err != nil {
			return &Figure{err: err}
		}
		points[l.Stage] = append(points[l.Stage], plotter.XY{X: q.OpsPerByte, Y: q.ReachedGOPS})
		x.add(q.OpsPerByte)
		y.add(q.ReachedGOPS)
	}
	if x.lo > x.hi || y.lo <= 0 {
		return refuse("no layer of the pipeline has operations: no roofline to draw")
	}
	x, y = span{x.lo / 2, x.hi * 2}, span{y.lo / 2, y.hi * 1.6}
	return &Figure{Title: "Layers under the roofs of their FPGAs", X: "operations for each byte of off-chip traffic", Y: "operations a second (GOPS)", Series: names,
		build: func(c *chart) {
			c.X.Scale, c.Y.Scale = plot.LogScale{}, plot.LogScale{}
			c.X.Tick.Marker, c.Y.Tick.Marker = decades{}, decades{}
			c.grid(true, true)
			for i, s := range r.Stages {
				q := s.Roofline
				roof := plotter.XYs{}
				if q.BandwidthGBs > 0 {
					from := max(x.lo, y.lo/q.BandwidthGBs)
					roof = append(roof, plotter.XY{X: from, Y: from * q.BandwidthGBs}, plotter.XY{X: q.PeakGOPS / q.BandwidthGBs, Y: q.PeakGOPS})
				} else { // memory never limits
					roof = append(roof, plotter.XY{X: x.lo, Y: q.PeakGOPS})
				}
				roof = append(roof, plotter.XY{X: x.hi, Y: q.PeakGOPS})
				curve(c.Plot, roof, c.apart(i, len(r.Stages)), false)
				c.key(entry{label: c.series(i), series: c.series(i), line: c.stroke(i), glyph: c.marker(i)})
			}
			for i, pts := range points {
				scatter(c.Plot, pts, c.marker(i))
			}
			c.X.Min, c.X.Max, c.Y.Min, c.Y.Max = x.lo, x.hi, y.lo, y.hi
		}}
}

// decades are the ticks of a logarithmic axis: 1, 2 and 5 of every power of ten, or
// where they are many, or would touch, 1 and 3, or the powers alone. Two at least, since
// one says nothing of a scale: of an axis without two of these they are those of a linear one.
type decades struct {
	gap float64 // at least between labels, as log10 of their ratio
}

// Ticks implements plot.Ticker.
func (d decades) Ticks(lo, hi float64) []plot.Tick {
	if !(lo > 0) || !(hi > lo) {
		return nil
	}
	from, to := math.Floor(math.Log10(lo)), math.Ceil(math.Log10(hi))
	finer := [][]float64{{1}, {1, 3}, {1, 2, 5}}
	switch {
	case to-from > 3 || d.gap > math.Log10(3):
	case d.gap > math.Log10(2):
		finer = finer[1:]
	default:
		finer = finer[2:]
	}
	for n, factors := range finer {
		var list []plot.Tick
		for e := from; e <= to; e++ {
			for _, f := range factors {
				if v := f * math.Pow(10, e); v >= lo*(1-1e-9) && v <= hi*(1+1e-9) {
					list = append(list, plot.Tick{Value: v, Label: plain(v)})
				}
			}
		}
		if len(list) >= 2 {
			if n > 0 { // all would touch
				list = []plot.Tick{list[0], list[len(list)-1]}
			}
			return list
		}
	}
	return ticks{most: 3}.Ticks(lo, hi)
}
