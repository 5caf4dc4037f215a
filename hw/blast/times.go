package blast

import (
	"fmt"
	"math"

	"coexplore/hw"
	"coexplore/hw/accel"
)

// times is what layers take on a type of FPGA, by measurement.
type times struct {
	of     map[hw.Loops]timing
	design *hw.Design // of all rows, where it is the same and known: layers share it
	whole  bool       // it holds all units together, and so any stage
}

// timing is what a layer takes.
type timing struct {
	ticks  int64
	joules float64 // beyond static power; NaN: not known
	design hw.Design
}

// loadLatencies turns the rows of Options.Latencies into ticks.
func (p *Planner) loadLatencies() error {
	if p.latencies == nil {
		return nil
	}
	if p.Target.Batch != 1 {
		return fmt.Errorf("hw: a table of latencies is of single frames, the target's batch is %d", p.Target.Batch)
	}
	for t := range p.types {
		f := &p.types[t]
		f.times = &times{of: map[hw.Loops]timing{}}
		shared, first := true, hw.Design{}
		for _, r := range p.latencies.Of(f.dev.Part) {
			if r.Bits != 0 && r.Bits != f.target.Bits {
				return fmt.Errorf("hw: %s has latencies of %d-bit words on %s, where words have %d bits",
					p.latencies.Name, r.Bits, f.dev.Part, f.target.Bits)
			}
			if len(f.times.of) == 0 {
				first = r.Design
			}
			shared = shared && r.Design == first
			x := timing{ticks: p.ticksOf(f, r.Cycles, r.ClockMHz, r.LatencyMS), joules: math.NaN(), design: r.Design}
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

// ticksOf is a latency in ticks, rounded up: cycles of a clock in MHz (0: the type's),
// or milliseconds where there are none.
func (p *Planner) ticksOf(f *fpga, cycles int64, clock, ms float64) int64 {
	if cycles > 0 && (clock == 0 || clock == f.target.ClockMHz) {
		return f.scale(cycles)
	}
	if cycles > 0 {
		ms = float64(cycles) / (clock * 1e3)
	}
	ticks := ms * p.clock.ClockMHz * 1e3
	if ticks >= float64(never) {
		return never
	}
	return max(1, int64(math.Ceil(ticks*(1-1e-12)))) // less the rounding of the product
}

// untimed is an error that names the units of which there is no latency.
func (p *Planner) untimed() error {
	if p.latencies == nil {
		return nil
	}
	for t := range p.Pool {
		for i := range p.w.loops {
			if _, ok := p.types[t].times.of[p.w.loops[i]]; !ok {
				return p.latencies.Missing(p.Pool, p.w.loops)
			}
		}
	}
	return nil
}

// prepareTimes readies the running sums of the units.
func (f *fpga) prepareTimes(units []hw.Loops) {
	for i := range units {
		f.least[i+1] = f.least[i] + f.times.of[units[i]].ticks
	}
	f.times.whole = f.times.design == nil || accel.Fits(f.dev, units, *f.times.design, f.target) == nil
}

// holds reports that the type's one design, if it is known, holds the layers.
func (f *fpga) holds(layers []hw.Loops) bool {
	return f.times.whole || accel.Fits(f.dev, layers, *f.times.design, f.target) == nil
}

// timed is what a group of layers takes, and their design if it is the same.
func (f *fpga) timed(layers []hw.Loops) (accelerator, error) {
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
		return a, fmt.Errorf("hw: %v on %s: it takes too long to be counted", layers[0], f.dev.Part)
	}
	return a, nil
}

// describeTimes is what GroupCost is for layers whose latencies are measured. What
// limits them, and the joules where those are not measured, are the model's for their
// design if that is known; joules are else NaN.
func (f *fpga) describeTimes(layers []hw.Loops, d hw.Design, ticks int64) (cycles int64, bound hw.Bottleneck, joules float64) {
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
