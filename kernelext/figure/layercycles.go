package figure

import (
	"fmt"
	"image/color"

	"coexplore/hw"
	"coexplore/hw/accel"
)

// LayerCycles draws the cycles of every layer that an FPGA runs, coloured by what
// decides them.
func LayerCycles(r *accel.Report) *Figure {
	if r == nil || len(r.Layers) == 0 {
		return refuse("no report of a pipeline to draw cycles of")
	}
	var layers []accel.LayerReport
	most := 0.0
	for _, l := range r.Layers {
		if l.Stage >= 0 {
			layers = append(layers, l)
			most = max(most, float64(l.Cycles)/1e3)
		}
	}
	if len(layers) == 0 {
		return refuse("every layer runs on the host: no cycles to draw")
	}
	return &Figure{Title: "Cycles of each layer, by what decides them", X: "thousand cycles for a batch", room: 0.14 + 0.035*float64(len(layers)), build: func(c *chart) {
		c.grid(true, false)
		colors := map[hw.Bottleneck]color.Color{hw.ComputeBound: blue, hw.WeightsBound: vermillion, hw.InputsBound: green, hw.OutputsBound: orange}
		seen := map[hw.Bottleneck]bool{}
		var bars rows
		for i, l := range layers {
			fill, ok := colors[l.Bottleneck]
			if !ok {
				fill = grey
			}
			seen[l.Bottleneck] = true
			bars.add(fmt.Sprintf("%d %s", l.Index+1, l.Name), rowBar{to: float64(l.Cycles) / 1e3, fill: fill, name: fmt.Sprintf("%.1f %%", 100*l.Share)}, i, len(layers))
		}
		bars.place(c)
		c.X.Min, c.X.Max = 0, max(1e-3, 1.12*most)
		for _, b := range []hw.Bottleneck{hw.ComputeBound, hw.WeightsBound, hw.InputsBound, hw.OutputsBound} {
			if seen[b] {
				c.key(entry{label: "limit: " + b.String(), fill: colors[b]})
			}
		}
		c.key(entry{label: "beside a bar: its share of the stage", bare: true})
	}}
}
