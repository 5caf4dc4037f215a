package figure

import (
	"fmt"

	"coexplore/hw/accel"
)

// Resources draws what the designs of a pipeline take of their FPGAs, in per cent
// of what each has: DSP slices, 18-Kb memory blocks, look-up tables, flip-flops,
// UltraRAM and bits of the memory port a cycle. What a part does not have, or is
// not known to have, is left out.
func Resources(r *accel.Report) *Figure {
	if r == nil || len(r.Stages) == 0 {
		return refuse("no report of a pipeline to draw resources of")
	}
	kinds := []struct {
		name string
		of   func(accel.Usage) int
	}{
		{"DSP slices", func(u accel.Usage) int { return u.DSP }},
		{"BRAM18 blocks", func(u accel.Usage) int { return u.BRAM18 }},
		{"LUT", func(u accel.Usage) int { return u.LUT }},
		{"FF", func(u accel.Usage) int { return u.FF }},
		{"UltraRAM blocks", func(u accel.Usage) int { return u.URAM }},
		{"port bits a cycle", func(u accel.Usage) int { return u.PortBits }},
	}
	shown := kinds[:0:0]
	most := 100.0
	for _, k := range kinds {
		any := false
		for _, s := range r.Stages {
			if have := k.of(s.Have); have > 0 {
				any = true
				most = max(most, 100*float64(k.of(s.Usage))/float64(have))
			}
		}
		if any {
			shown = append(shown, k)
		}
	}
	if len(shown) == 0 {
		return refuse("the FPGAs have no resources")
	}
	names := make([]string, len(r.Stages))
	for i, s := range r.Stages {
		names[i] = fmt.Sprintf("%d: %s", i+1, s.FPGA)
	}
	n := len(shown) * len(r.Stages)
	return &Figure{Title: "Resources against what the FPGAs have", X: "share of what the FPGA has (%)", Series: names, room: max(0.5, 0.16+0.028*float64(n)), build: func(c *chart) {
		c.grid(true, false)
		var bars rows
		for k, kind := range shown {
			for i, s := range r.Stages {
				have, use := kind.of(s.Have), kind.of(s.Usage)
				b := rowBar{fill: c.hue(i), part: i, many: len(r.Stages), name: "none"}
				if have > 0 {
					b.to = 100 * float64(use) / float64(have)
					b.name = fmt.Sprintf("%d of %d", use, have)
				}
				bars.add(kind.name, b, k, len(shown))
			}
		}
		c.Add(upright{100, line(black, 1.2)})
		bars.place(c)
		c.X.Min, c.X.Max = 0, 1.22*most
		for i := range r.Stages {
			c.key(entry{label: c.series(i), series: c.series(i), fill: c.hue(i)})
		}
		c.key(entry{label: "limit", line: line(black, 1.2)})
	}}
}
