package blast

import (
	"fmt"
	"math"

	"coexplore/hw"
	"coexplore/hw/accel"
)

// Answer is what Planner.Plan finds: a pipeline, which misses the specification if
// it is not Feasible (then it is the fastest one), and why.
type Answer struct {
	hw.Pipeline
	Price float64 `json:"price"` // of the FPGAs that are used
	// Remedies are the smallest changes that would meet the specification.
	Remedies []Remedy `json:"remedies,omitempty"`
	Trace    *Trace   `json:"trace,omitempty"`
}

// describe writes the pipeline of p.steps.
func (p *problem) describe(dst *hw.Pipeline) {
	dst.Stages = dst.Stages[:0]
	slow, all := int64(0), int64(0)
	watts, joules, known := 0.0, 0.0, true
	for k, s := range p.steps {
		first := len(dst.Stages)
		cost, link, bits := p.stepCost(s)
		slow, all = max(slow, cost, link), all+cost+link
		if s.t < 0 {
			joules += p.describeSplit(dst, &p.splits[^s.t])
		} else {
			joules += p.describeStage(dst, p.units.loops[s.i:s.j], s, p.types[s.t].designOf(s), cost)
		}
		last := p.units.total - 1
		if k+1 < len(p.steps) {
			last = p.units.layer[s.j] - 1
		}
		for i := first; i < len(dst.Stages); i++ {
			dst.Stages[i].Last = last
		}
		if k > 0 {
			joules += float64(bits) * float64(p.Target.Batch) * p.Target.LinkPJBit * 1e-12
			all += p.clock.linkLatency()
		}
	}
	batch := float64(p.Target.Batch)
	dst.IntervalMS = p.clock.Seconds(slow) * 1e3 / batch
	dst.LatencyMS = p.clock.Seconds(all) * 1e3
	dst.ThroughputFPS = 1e3 / dst.IntervalMS
	dst.Feasible = slow <= p.budget()
	fps := p.FPS
	if fps == 0 {
		fps = dst.ThroughputFPS
	}
	dst.Efficiency = 0
	for i := range dst.Stages {
		s := &dst.Stages[i]
		s.Utilization = s.LatencyMS / 1e3 * fps / batch
		dst.Efficiency += s.Utilization
		static := p.types[p.stageTypes[i]].dev.Power.StaticW
		known = known && static > 0
		watts += static
	}
	dst.Efficiency /= float64(len(dst.Stages))
	dst.PowerW, dst.GOPSPerWatt, dst.Reason, dst.BestFPS = 0, 0, "", 0
	if known && !math.IsNaN(joules) { // static power or energies that are not known leave the estimate out
		dst.PowerW = watts + joules/batch*dst.ThroughputFPS
		dst.GOPSPerWatt = 2 * float64(p.units.onFPGA) * dst.ThroughputFPS / dst.PowerW / 1e9
	}
	if !dst.Feasible {
		dst.BestFPS = dst.ThroughputFPS
	}
}

// stepCost is the ticks of a stage, those of the link before it, and the bits that
// cross that for one frame.
func (p *problem) stepCost(s step) (cost, link, bits int64) {
	if s.t < 0 {
		sp := &p.splits[^s.t]
		return sp.cost, sp.link, p.splitBits(sp)
	}
	f := &p.types[s.t]
	return f.exact(s.i, s.j), f.link[s.i], p.units.words[s.i] * int64(f.target.Bits)
}

// describeStage appends a stage, the layers of s on their design, and gives the
// joules beyond static power that it takes for Target.Batch frames.
func (p *problem) describeStage(dst *hw.Pipeline, layers []hw.Loops, s step, d hw.Design, ticks int64) float64 {
	f := &p.types[s.t]
	var cycles int64
	var bound hw.Bottleneck
	var joules float64
	if f.times != nil {
		cycles, bound, joules = f.describeTimes(layers, d, ticks)
	} else {
		cycles, bound, joules = accel.GroupCost(layers, d, &f.target, &f.dev.Power)
	}
	st := hw.Stage{Device: f.dev.Part, Last: p.units.layer[s.j-1], Design: d, Cycles: cycles, Bottleneck: bound,
		LatencyMS: p.clock.Seconds(ticks) * 1e3}
	if s.i > 0 {
		st.First = p.units.layer[s.i]
	}
	if f.target.Bits != p.Target.Bits {
		st.Bits = f.target.Bits
	}
	if f.target.ClockMHz != p.Target.ClockMHz {
		st.ClockMHz = f.target.ClockMHz
	}
	if f.dev.MemoryMiB > 0 {
		st.MemoryMiB = f.memoryBytes(s.i, s.j) / (1 << 20)
	}
	dst.Stages = append(dst.Stages, st)
	p.stageTypes = append(p.stageTypes[:len(dst.Stages)-1], s.t)
	return joules
}

// price is that of the FPGAs of the pipeline described last.
func (p *problem) price() float64 {
	sum := 0.0
	for _, t := range p.stageTypes {
		sum += p.types[t].dev.Price
	}
	return sum
}

// reason says what limits the pipeline that was found last, which misses its
// specification.
func (p *problem) reason(pipe *hw.Pipeline) string {
	worst, what := int64(-1), ""
	at := 0 // stages before the step
	for k, s := range p.steps {
		cost, link, _ := p.stepCost(s)
		fpgas := 1
		if s.t < 0 {
			fpgas = len(p.splits[^s.t].parts)
		}
		if cost > worst {
			slow := at
			for i := at; i < at+fpgas; i++ {
				if pipe.Stages[i].LatencyMS > pipe.Stages[slow].LatencyMS {
					slow = i
				}
			}
			st := &pipe.Stages[slow]
			worst = cost
			what = fmt.Sprintf("stage %d (%s on %s, %s bound) takes %.4g ms", k+1, p.layers(s, st), st.Device, st.Bottleneck, st.LatencyMS)
		}
		if link > worst {
			worst = link
			what = fmt.Sprintf("the link before stage %d (layer %d) takes %.4g ms a frame at %g Gbit/s", k+1, pipe.Stages[at].First+1,
				p.clock.Seconds(link)*1e3/float64(p.Target.Batch), p.Target.LinkGbps)
		}
		at += fpgas
	}
	return fmt.Sprintf("%g frames/s is out of reach: %s; the best that %s reaches is %.4g frames/s", p.FPS, what, p.among(), pipe.BestFPS)
}

// layers names the layers of a stage that take FPGA time, counted from 1.
func (p *problem) layers(s step, st *hw.Stage) string {
	first, last := p.units.layer[s.i]+1, p.units.layer[s.j-1]+1
	switch {
	case st.Shard != nil:
		return fmt.Sprintf("layer %d, %v", first, st.Shard)
	case first == last:
		return fmt.Sprintf("layer %d", first)
	}
	return fmt.Sprintf("layers %d to %d", first, last)
}

// among names the FPGAs that may be used.
func (p *problem) among() string {
	switch {
	case p.Partition != nil:
		return "this partition"
	case p.MaxFPGAs > 0 && p.MaxFPGAs < p.Pool.Count():
		return fmt.Sprintf("at most %d of the pool %v", p.MaxFPGAs, p.Pool)
	}
	return "the pool " + p.Pool.String()
}

// nowhere says why there is no pipeline at all.
func (p *problem) nowhere() error {
	for i := range p.units.loops {
		if err := p.cannot(i); err != nil {
			return fmt.Errorf("%w (layer %d fits no FPGA of the pool %v)", err, p.units.layer[i]+1, p.Pool)
		}
	}
	return fmt.Errorf("blast: the layers fit %s one by one, but these are too few FPGAs to take them all", p.among())
}
