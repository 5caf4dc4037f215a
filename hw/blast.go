package hw

import (
	"fmt"
	"math"
)

// state is the best way to place the first layers of a network with a given
// number of FPGAs of every type.
type state struct {
	ok     bool
	sum    int64 // cycles of all stages together
	slow   int64 // cycles of the slowest stage or link
	links  int64 // cycles of all links together
	from   int   // layers placed before the last stage
	device int   // pool entry of the last stage
}

// blast is the dynamic programme over (layers placed, FPGAs of each type
// used). The value of a state is
//
//	best[j][u] = best over i < j and types t with u[t] > 0 of
//	             best[i][u - e_t] extended by layers i..j-1 on a t
//
// where, for utilisation, "best" is the largest sum of stage cycles with every
// stage and link within the budget, ties by the shorter slowest stage; for the
// other two objectives it is the shorter slowest stage. Both are exact: a sum
// and a maximum never become better by a worse prefix.
type blast struct {
	layers int
	types  int
	dims   []int // count + 1 of every type
	stride []int
	cost   []int64 // cost[(t*layers+first)*layers+last], 0: does not fit
	link   []int64 // cycles to move what crosses the cut before layer i
	states []state
}

// solve fills the states. With a budget, stages and links over it are left out.
func (b *blast) solve(budget int64, bySum bool) {
	size := 1
	b.stride = b.stride[:0]
	for _, d := range b.dims {
		b.stride = append(b.stride, size)
		size *= d
	}
	if cap(b.states) < (b.layers+1)*size {
		b.states = make([]state, (b.layers+1)*size)
	}
	b.states = b.states[:(b.layers+1)*size]
	clear(b.states)
	b.states[0].ok = true
	for j := 1; j <= b.layers; j++ {
		for u := 1; u < size; u++ {
			best := &b.states[j*size+u]
			for t := 0; t < b.types; t++ {
				if u/b.stride[t]%b.dims[t] == 0 {
					continue
				}
				prev := u - b.stride[t]
				for i := j - 1; i >= 0; i-- {
					s := &b.states[i*size+prev]
					if !s.ok {
						continue
					}
					c := b.cost[(t*b.layers+i)*b.layers+j-1]
					l := int64(0)
					if i > 0 {
						l = b.link[i]
					}
					if c == 0 || c > budget || l > budget {
						continue
					}
					n := state{ok: true, sum: s.sum + c, slow: max(s.slow, c, l), links: s.links + l, from: i, device: t}
					if !best.ok || n.better(best, bySum) {
						*best = n
					}
				}
			}
		}
	}
}

func (n *state) better(o *state, bySum bool) bool {
	if bySum && n.sum != o.sum {
		return n.sum > o.sum
	}
	return n.slow < o.slow
}

// used is the number of FPGAs in a state's index.
func (b *blast) used(u int) int {
	n := 0
	for t := range b.dims {
		n += u / b.stride[t] % b.dims[t]
	}
	return n
}

// Plan cuts the network into a pipeline over the pool, exactly, for fps frames
// a second and an objective. A specification that the pool cannot meet gives a
// Pipeline with Feasible false, the Reason, and BestFPS, together with the
// stages of the fastest pipeline; the error is for input that is wrong.
func (p *Planner) Plan(net *Network, fps float64, obj Objective) (*Pipeline, error) {
	if err := checkFPS(fps); err != nil {
		return nil, err
	}
	if obj < MaxUtilization || obj > MaxThroughput {
		return nil, fmt.Errorf("hw: unknown objective %d", int(obj))
	}
	b, err := p.table(net)
	if err != nil {
		return nil, err
	}
	budget := p.target.budget(fps)
	size := 1
	for _, d := range b.dims {
		size *= d
	}
	pick := -1
	if obj != MaxThroughput {
		b.solve(budget, obj == MaxUtilization)
		final := b.states[b.layers*size:]
		for u := range final {
			if final[u].ok && (pick < 0 || p.prefer(b, &final[u], u, &final[pick], pick, obj)) {
				pick = u
			}
		}
	}
	feasible := pick >= 0
	if !feasible {
		b.solve(math.MaxInt64, false)
		final := b.states[b.layers*size:]
		for u := range final {
			if final[u].ok && (pick < 0 || p.prefer(b, &final[u], u, &final[pick], pick, MaxThroughput)) {
				pick = u
			}
		}
		if pick < 0 {
			return nil, fmt.Errorf("hw: network %s: some layer fits no FPGA of the pool", net.Name)
		}
		feasible = b.states[b.layers*size+pick].slow <= budget
	}
	pipe := p.pipeline(net, b, size, pick, fps)
	pipe.Feasible = feasible
	if !feasible {
		p.explain(pipe, b, size, pick, fps)
	}
	return pipe, nil
}

// prefer reports whether final state a (index ua) beats c (index uc).
func (p *Planner) prefer(b *blast, a *state, ua int, c *state, uc int, obj Objective) bool {
	na, nc := int64(b.used(ua)), int64(b.used(uc))
	switch obj {
	case MaxUtilization: // sum/used, as fractions
		if x, y := a.sum*nc, c.sum*na; x != y {
			return x > y
		}
	case MinCost:
		if x, y := p.price(b, ua), p.price(b, uc); x != y {
			return x < y
		}
	}
	if a.slow != c.slow {
		return a.slow < c.slow
	}
	return na < nc
}

func (p *Planner) price(b *blast, u int) float64 {
	s := 0.0
	for t := range b.dims {
		s += float64(u/b.stride[t]%b.dims[t]) * p.pool[t].Device.Price
	}
	return s
}

// table works out every group of consecutive layers on every type of FPGA.
func (p *Planner) table(net *Network) (*blast, error) {
	n := len(net.Layers)
	if n == 0 {
		return nil, fmt.Errorf("hw: network %s has no layers", net.Name)
	}
	loops := net.Loops()
	for i := range loops {
		if err := loops[i].check(); err != nil {
			return nil, err
		}
	}
	b := &blast{layers: n, types: len(p.pool), cost: make([]int64, len(p.pool)*n*n), link: make([]int64, n)}
	for t, e := range p.pool {
		b.dims = append(b.dims, min(e.Count, n)+1)
		for i := 0; i < n; i++ {
			for j := i; j < n; j++ {
				if s, ok := p.stage(t, loops[i:j+1]); ok {
					b.cost[(t*n+i)*n+j] = s.Cycles
				}
			}
		}
	}
	for i := 1; i < n; i++ {
		b.link[i] = p.target.linkCycles(net.Cut(i).Words)
	}
	return b, nil
}

// linkCycles is the accelerator cycles in which a batch's words cross a link.
func (t Target) linkCycles(words int64) int64 {
	if t.LinkGbps == 0 {
		return 0
	}
	bits := float64(words) * float64(t.Bits) * float64(t.Batch)
	return int64(math.Ceil(bits / (t.LinkGbps * 1e9) * t.ClockMHz * 1e6))
}

// pipeline walks back from a final state.
func (p *Planner) pipeline(net *Network, b *blast, size, u int, fps float64) *Pipeline {
	loops := net.Loops()
	pipe := &Pipeline{}
	for j := b.layers; j > 0; {
		s := &b.states[j*size+u]
		best, _ := p.stage(s.device, loops[s.from:j])
		pipe.Stages = append([]Stage{p.newStage(s.device, s.from, j-1, best, loops, fps)}, pipe.Stages...)
		j, u = s.from, u-b.stride[s.device]
	}
	p.finish(pipe, net, b.link)
	return pipe
}

func (p *Planner) newStage(e, first, last int, best Best, loops []Loops, fps float64) Stage {
	s := Stage{Device: p.pool[e].Device.Part, First: first, Last: last, Design: best.Design, Cycles: best.Cycles}
	sec := p.target.seconds(s.Cycles)
	s.LatencyMS = sec * 1e3
	s.Utilization = sec * fps / float64(p.target.Batch)
	var by [4]int64
	for i := first; i <= last; i++ {
		x := tileOf(&loops[i], s.Design.Tiling, &p.target)
		by[x.bottleneck(s.Design.Ports)] += x.cycles(s.Design.Ports, p.target.FillDrain)
	}
	for k := range by {
		if by[k] > by[s.Bottleneck] {
			s.Bottleneck = Bottleneck(k)
		}
	}
	return s
}

// finish fills in what the stages reach together. link may be nil.
func (p *Planner) finish(pipe *Pipeline, net *Network, link []int64) {
	var slow, all int64
	for i := range pipe.Stages {
		s := &pipe.Stages[i]
		l := int64(0)
		if s.First > 0 && link != nil {
			l = link[s.First]
		}
		slow, all = max(slow, s.Cycles, l), all+s.Cycles+l
		pipe.Efficiency += s.Utilization
	}
	pipe.Efficiency /= float64(len(pipe.Stages))
	pipe.IntervalMS = p.target.seconds(slow) * 1e3 / float64(p.target.Batch)
	pipe.LatencyMS = p.target.seconds(all) * 1e3
	pipe.ThroughputFPS = 1e3 / pipe.IntervalMS
	pipe.MACs, pipe.Params = net.MACs(), net.Params()
}

// explain says why a pipeline misses its specification.
func (p *Planner) explain(pipe *Pipeline, b *blast, size, u int, fps float64) {
	pipe.BestFPS = pipe.ThroughputFPS
	slow := 0
	for i := range pipe.Stages {
		if pipe.Stages[i].Cycles > pipe.Stages[slow].Cycles {
			slow = i
		}
	}
	s := &pipe.Stages[slow]
	pipe.Reason = fmt.Sprintf("%g frames/s is out of reach: stage %d (layers %d to %d on %s, %s bound) takes %.4g ms; the best that %s reaches is %.4g frames/s",
		fps, slow+1, s.First+1, s.Last+1, s.Device, s.Bottleneck, s.LatencyMS, p.pool, pipe.BestFPS)
}

func checkFPS(fps float64) error {
	if !(fps > 0) || math.IsInf(fps, 0) {
		return fmt.Errorf("hw: specification of %v frames/s: want a number above 0", fps)
	}
	return nil
}

// PlanFixed gives each stage of a given partition its best accelerator. The
// placements must cover all layers and name devices of the pool; how many of
// each the pool has does not matter. Each stage has its own Utilization, which
// exceeds 1 where the stage misses the specification; Feasible tells whether
// all of them meet it.
func (p *Planner) PlanFixed(net *Network, fps float64, placement []Placement) (*Pipeline, error) {
	if err := checkFPS(fps); err != nil {
		return nil, err
	}
	loops := net.Loops()
	link := make([]int64, len(loops))
	pipe := &Pipeline{}
	at := 0
	for i, pl := range placement {
		if pl.Layers < 1 || at+pl.Layers > len(loops) {
			return nil, fmt.Errorf("hw: placement %d: %d layers from layer %d: the network has %d", i+1, pl.Layers, at+1, len(loops))
		}
		e := p.entry(pl.Device)
		if e < 0 {
			return nil, fmt.Errorf("hw: placement %d: %s is not in the pool %s", i+1, pl.Device, p.pool)
		}
		best, err := BestDesign(loops[at:at+pl.Layers], &p.pool[e].Device, p.target)
		if err != nil {
			return nil, err
		}
		if at > 0 {
			link[at] = p.target.linkCycles(net.Cut(at).Words)
		}
		pipe.Stages = append(pipe.Stages, p.newStage(e, at, at+pl.Layers-1, best, loops, fps))
		at += pl.Layers
	}
	if at != len(loops) {
		return nil, fmt.Errorf("hw: placement covers %d of %d layers", at, len(loops))
	}
	p.finish(pipe, net, link)
	budget := p.target.budget(fps)
	pipe.Feasible = true
	for i := range pipe.Stages {
		s := &pipe.Stages[i]
		if s.Cycles > budget || s.First > 0 && link[s.First] > budget {
			pipe.Feasible = false
		}
	}
	if !pipe.Feasible {
		pipe.BestFPS = pipe.ThroughputFPS
		pipe.Reason = fmt.Sprintf("%g frames/s is out of reach of this partition, which reaches %.4g", fps, pipe.BestFPS)
	}
	return pipe, nil
}

func (p *Planner) entry(part string) int {
	for i := range p.pool {
		if p.pool[i].Device.Part == part {
			return i
		}
	}
	return -1
}
