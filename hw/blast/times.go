package blast

import (
	"fmt"
	"math"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/hw/measured"
)

// times is what layers take on a type of FPGA, by measurement.
type times struct {
	of     map[hw.Loops]timing
	design *hw.Design // of all rows, where it is the same and known: layers share it
}

// timing is what a layer takes.
type timing struct {
	ticks  int64
	joules float64 // beyond static power; NaN: not known
	design hw.Design
}

// loadLatencies turns the rows of Options.Latencies into ticks.
func (l *platform) loadLatencies(table *measured.Table) error {
	if table == nil {
		return nil
	}
	if l.clock.Batch != 1 {
		return fmt.Errorf("blast: a table of latencies is of single frames, the target's batch is %d", l.clock.Batch)
	}
	for t := range l.types {
		f := &l.types[t]
		f.times = &times{of: map[hw.Loops]timing{}}
		shared, first := true, hw.Design{}
		for _, r := range table.Of(f.dev.Part) {
			if r.Bits != 0 && r.Bits != f.target.Bits {
				return fmt.Errorf("blast: %s has latencies of %d-bit words on %s, where words have %d bits",
					table.Name, r.Bits, f.dev.Part, f.target.Bits)
			}
			if len(f.times.of) == 0 {
				first = r.Design
			}
			shared = shared && r.Design == first
			x := timing{ticks: f.measuredTicks(l.clock, r.Cycles, r.ClockMHz, r.LatencyMS), joules: math.NaN(), design: r.Design}
			if r.EnergyKnown {
				x.joules = r.EnergyMJ / 1e3
			}
			f.times.of[r.Layer] = x
		}
		if shared && first != (hw.Design{}) {
			f.times.design = &first
		}
	}
	return nil
}

// measuredTicks is a latency in ticks of the common clock, rounded up: cycles of a clock
// in MHz (0: the type's), or milliseconds where there are none.
func (f *fpga) measuredTicks(common clock, cycles int64, mhz, ms float64) int64 {
	if cycles > 0 && (mhz == 0 || mhz == f.target.ClockMHz) {
		return f.scale(cycles)
	}
	if cycles > 0 {
		ms = float64(cycles) / (mhz * 1e3)
	}
	ticks := ms * common.ClockMHz * 1e3
	if ticks >= float64(never) {
		return never
	}
	return max(1, int64(math.Ceil(ticks*(1-1e-12)))) // less the rounding of the product
}

// untimed is an error that names the units of which there is no latency.
func (p *problem) untimed() error {
	if p.Latencies == nil {
		return nil
	}
	for t := range p.Pool {
		for i := range p.units.loops {
			if _, ok := p.types[t].times.of[p.units.loops[i]]; !ok {
				return p.Latencies.Missing(p.Pool, p.units.loops)
			}
		}
	}
	return nil
}

// prepareTimes readies the running sums of the units.
func (f *costs) prepareTimes() {
	for i, l := range f.w.loops {
		f.least[i+1] = f.least[i] + f.times.of[l].ticks
	}
	f.whole = f.times.design == nil || accel.Fits(f.dev, f.w.loops, *f.times.design, f.target) == nil
}

// holds reports that the type's one design, if it is known, holds the layers.
func (f *costs) holds(layers []hw.Loops) bool {
	return f.whole || accel.Fits(f.dev, layers, *f.times.design, f.target) == nil
}

// timed is what a group of layers takes, and their design if it is the same.
func (f *costs) timed(layers []hw.Loops) (accelerator, error) {
	if !f.holds(layers) {
		return accelerator{}, accel.Fits(f.dev, layers, *f.times.design, f.target)
	}
	a := accelerator{design: f.times.of[layers[0]].design}
	for _, l := range layers {
		x := f.times.of[l]
		if a.ticks += x.ticks; x.design != a.design {
			a.design = hw.Design{}
		}
	}
	if a.ticks >= never {
		return a, fmt.Errorf("blast: %v on %s: it takes too long to be counted", layers[0], f.dev.Part)
	}
	return a, nil
}

// describeTimes is what GroupCost is for layers whose latencies are measured. What
// limits them, and the joules where those are not measured, are the model's for their
// design if that is known; joules are else NaN.
func (f *costs) describeTimes(layers []hw.Loops, d hw.Design, ticks int64) (cycles int64, bound hw.Bottleneck, joules float64) {
	modelled := math.NaN()
	if bound = hw.Measured; d != (hw.Design{}) {
		_, bound, modelled = accel.GroupCost(layers, d, &f.target, &f.dev.Power)
	}
	for _, l := range layers {
		joules += f.times.of[l].joules
	}
	if math.IsNaN(joules) {
		joules = modelled
	}
	return (ticks + f.ticks - 1) / f.ticks, bound, joules
}
