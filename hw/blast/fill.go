package blast

import "fmt"

// fill writes the pipeline of final state u.
func (p *Planner) fill(dst *hw.Pipeline, u int, fps float64) {
	b := &p.w
	dst.Stages = dst.Stages[:0]
	for j := b.n; j > 0; {
		s := b.at(u, j)
		i, t := int(s.from), int(s.device)
		dst.Stages = append(dst.Stages, p.stage(t, i, j, p.designOf(t, i, j), p.exact(t, i, j), fps))
		j, u = i, u-b.stride[t]
	}
	for i, j := 0, len(dst.Stages)-1; i < j; i, j = i+1, j-1 {
		dst.Stages[i], dst.Stages[j] = dst.Stages[j], dst.Stages[i]
	}
	p.finish(dst)
}

// stage describes units [i, j) on type t.
func (p *Planner) stage(t, i, j int, d hw.Design, cycles int64, fps float64) hw.Stage {
	b := &p.w
	s := hw.Stage{Device: p.pool[t].Device.Part, Design: d, Cycles: cycles, Last: b.total - 1, entry: int16(t), unit: int32(i)}
	if i > 0 {
		s.First = b.layer[i]
	}
	if j < b.n {
		s.Last = b.layer[j] - 1
	}
	sec := p.target.Seconds(cycles)
	s.LatencyMS = sec * 1e3
	s.Utilization = sec * fps / float64(p.target.Batch)
	var by [4]int64
	for k := i; k < j; k++ {
		x := tileOf(&b.loops[k], d.Tiling, &p.target)
		by[x.bottleneck(d.Ports)] += x.cycles(d.Ports, p.target.FillDrain)
		s.energy += x.energy(&b.loops[k], &p.pool[t].Device.Power, &p.target)
	}
	for k := range by {
		if by[k] > by[s.Bottleneck] {
			s.Bottleneck = hw.Bottleneck(k)
		}
	}
	return s
}

// finish fills in what the stages reach together.
func (p *Planner) finish(dst *hw.Pipeline) {
	b := &p.w
	var slow, all int64
	dst.Efficiency = 0
	joules := 0.0
	b.watts = b.watts[:0]
	for i := range dst.Stages {
		s := &dst.Stages[i]
		l := b.linkAt(int(s.unit))
		slow, all = max(slow, s.Cycles, l), all+s.Cycles+l
		dst.Efficiency += s.Utilization
		b.watts = append(b.watts, p.pool[s.entry].Device.Power.StaticW)
		joules += s.energy
	}
	dst.Efficiency /= float64(len(dst.Stages))
	dst.IntervalMS = p.target.Seconds(slow) * 1e3 / float64(p.target.Batch)
	dst.LatencyMS = p.target.Seconds(all) * 1e3
	dst.ThroughputFPS = 1e3 / dst.IntervalMS
	dst.setPower(b.watts, joules/float64(p.target.Batch), b.onHW)
}

// GiveReason sets the Reason of a pipeline that PlanChain or PlanChainFixed
// has just found to miss its specification.
func (p *Planner) GiveReason(pipe *hw.Pipeline, fps float64) {
	if pipe.Feasible || len(pipe.Stages) == 0 {
		return
	}
	slow, link := 0, -1
	worst := int64(0)
	for i := range pipe.Stages {
		s := &pipe.Stages[i]
		if l := p.w.linkAt(int(s.unit)); l > worst {
			worst, link = l, i
		}
		if s.Cycles >= worst {
			worst, slow, link = s.Cycles, i, -1
		}
	}
	what := ""
	if link > 0 {
		what = fmt.Sprintf("the link before stage %d takes %.4g ms a frame", link+1, p.target.Seconds(worst)*1e3)
	} else {
		s := &pipe.Stages[slow]
		what = fmt.Sprintf("stage %d (layers %d to %d on %s, %s bound) takes %.4g ms",
			slow+1, s.First+1, s.Last+1, s.Device, s.Bottleneck, s.LatencyMS)
	}
	pipe.Reason = fmt.Sprintf("%g frames/s is out of reach: %s; the best that %s reaches is %.4g frames/s",
		fps, what, pipe.reach(p.pool), pipe.BestFPS)
}

// reach names what BestFPS is the best of.
func (pipe *hw.Pipeline) reach(pool hw.Pool) string {
	if pipe.fixed {
		return "this partition"
	}
	return "the pool " + pool.String()
}
