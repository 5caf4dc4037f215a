package blast

import "fmt"

// Planner cuts networks into pipelines for one pool and target. It remembers
// what it has worked out, so that a search which proposes many similar
// networks pays for each layer once: see PlanChain. Its memory is bounded
// however many networks it sees. It is not safe for concurrent use: have one
// for each goroutine.
type Planner struct {
	pool     hw.Pool
	target   hw.Target
	universe universe
	memo     []groupMemo // of each pool entry, for networks outside the universe
	design   *hw.Design     // the one design of all FPGAs, if given
	w        work
}

// NewPlanner checks the pool and the target: every device must hold at least
// the smallest accelerator.
func NewPlanner(pool hw.Pool, target hw.Target) (*Planner, error) {
	if err := pool.Check(); err != nil {
		return nil, err
	}
	if err := target.Check(); err != nil {
		return nil, err
	}
	p := &Planner{pool: append(hw.Pool(nil), pool...), target: target}
	one := []hw.Loops{{M: 1, N: 1, R: 1, C: 1, K: 1, S: 1, Groups: 1, Reads: 1, Weighted: true}}
	for i := range p.pool {
		dev := &p.pool[i].Device
		if err := dev.Check(); err != nil {
			return nil, err
		}
		if err := dev.Fits(one, hw.Design{hw.Tiling{1, 1, 1, 1}, hw.Ports{1, 1, 1}}, target); err != nil {
			return nil, fmt.Errorf("%w: not even one multiply-accumulate unit fits", err)
		}
		p.memo = append(p.memo, groupMemo{dev: dev})
	}
	p.w.types = make([]typeWork, len(p.pool))
	return p, nil
}

// Pool returns the planner's pool. The caller must not change it.
func (p *Planner) Pool() hw.Pool { return p.pool }

// hw.Target returns the planner's target.
func (p *Planner) Target() hw.Target { return p.target }

// Plan cuts the network into a pipeline over the pool, exactly, for fps frames
// a second and an objective. A specification that the pool cannot meet gives
// the pool's fastest pipeline with Feasible false, a Reason that names the
// stage which limits it, and BestFPS; the error is for input that is wrong, and
// for layers that fit no FPGA of the pool.
func (p *Planner) Plan(net *hw.Network, fps float64, obj hw.Objective) (*hw.Pipeline, error) {
	if err := checkPlan(fps, obj); err != nil {
		return nil, err
	}
	if err := p.loadNetwork(net); err != nil {
		return nil, err
	}
	pipe := &hw.Pipeline{}
	if err := p.plan(pipe, fps, obj); err != nil {
		return nil, fmt.Errorf("%w (network %s)", err, net.Name)
	}
	pipe.MACs, pipe.Params = net.MACs(), net.Params()
	p.GiveReason(pipe, fps)
	return pipe, nil
}

// PlanChain is Plan for a chain of convolutions, made for searches: it fills a
// hw.Pipeline that the caller keeps from call to call, and allocates nothing once
// it has seen the kernels, filters and strides of the search space (Expect
// tells it beforehand). The result has the stages' cycles of Plan; where several
// designs take equally few, the design may differ. Reason stays empty: see
// GiveReason.
func (p *Planner) PlanChain(dst *hw.Pipeline, c hw.Chain, in hw.Shape, classes int, head hw.Head, fps float64, obj hw.Objective) error {
	if err := checkPlan(fps, obj); err != nil {
		return err
	}
	if err := p.loadChain(c, in, classes, head); err != nil {
		return err
	}
	if err := p.plan(dst, fps, obj); err != nil {
		return fmt.Errorf("%w (network %v)", err, c)
	}
	dst.MACs, dst.Params = p.w.macs, c.Params(in, classes, head)
	return nil
}

// plan solves the loaded network.
func (p *Planner) plan(dst *hw.Pipeline, fps float64, obj hw.Objective) error {
	b := &p.w
	budget := p.target.Budget(fps)
	pick := -1
	if obj != hw.MaxThroughput {
		b.solve(p, budget, obj == hw.MaxUtilization, false)
		pick = p.pick(obj)
	}
	met := pick >= 0
	if !met {
		if pick = p.fastest(); pick < 0 {
			return p.whatFitsNowhere()
		}
		met = b.final(pick).slow <= budget
	}
	p.fill(dst, pick, fps)
	dst.Feasible, dst.BestFPS, dst.Reason, dst.fixed = met, 0, "", false
	if !met {
		dst.BestFPS = dst.ThroughputFPS
	}
	return nil
}

// fastest finds the shortest interval. A pipeline that is the best by lower
// bounds gives a first interval; only what could beat it is looked at exactly.
func (p *Planner) fastest() int {
	b := &p.w
	limit := hw.NeverCycles - 1
	b.solve(p, limit, false, true)
	if u := p.pick(hw.MaxThroughput); u >= 0 {
		slow := int64(0)
		for j := b.n; j > 0; {
			s := b.at(u, j)
			i := int(s.from)
			slow = max(slow, p.exact(int(s.device), i, j), b.linkAt(i))
			j, u = i, u-b.stride[s.device]
		}
		limit = min(limit, slow)
	}
	b.solve(p, limit, false, false)
	u := p.pick(hw.MaxThroughput)
	if u < 0 && limit < hw.NeverCycles-1 {
		panic("hw: the shortest interval was lost")
	}
	return u
}

// pick is the best final state, -1 without any.
func (p *Planner) pick(obj hw.Objective) int {
	b := &p.w
	best := -1
	for u := 1; u < b.size; u++ {
		if b.final(u).ok && (best < 0 || p.prefer(u, best, obj)) {
			best = u
		}
	}
	return best
}

// prefer reports whether final state u beats final state v.
func (p *Planner) prefer(u, v int, obj hw.Objective) bool {
	b := &p.w
	x, y := b.final(u), b.final(v)
	nx, ny := int64(b.used[u]), int64(b.used[v])
	switch obj {
	case MaxUtilization: // sum/used, as fractions
		if l, r := x.sum*ny, y.sum*nx; l != r {
			return l > r
		}
	case MinCost:
		if l, r := p.price(u), p.price(v); l != r {
			return l < r
		}
	}
	if x.slow != y.slow {
		return x.slow < y.slow
	}
	if nx != ny {
		return nx < ny
	}
	return p.price(u) < p.price(v)
}

func (p *Planner) price(u int) float64 {
	s := 0.0
	for t := range p.pool {
		s += float64(p.w.count(u, t)) * p.pool[t].Device.Price
	}
	return s
}

// whatFitsNowhere says why there is no pipeline at all.
func (p *Planner) whatFitsNowhere() error {
	b := &p.w
	for i := range b.loops {
		var last error
		for t := range p.pool {
			if p.exact(t, i, i+1) < hw.NeverCycles {
				last = nil
				break
			}
			_, last = p.accelerator(t, b.loops[i:i+1])
		}
		if last != nil {
			return fmt.Errorf("%w (layer %d fits no FPGA of %v)", last, b.layer[i]+1, p.pool)
		}
	}
	_, err := p.accelerator(0, b.loops)
	return fmt.Errorf("hw: the layers fit the pool %v one by one, but it has too few FPGAs to take them all: %w", p.pool, err)
}

func checkPlan(fps float64, obj hw.Objective) error {
	if obj < hw.MaxUtilization || obj > hw.MaxThroughput {
		return fmt.Errorf("hw: unknown objective %d", int(obj))
	}
	return checkFPS(fps)
}

func checkFPS(fps float64) error {
	if !(fps > 0) || fps > 1e12 {
		return fmt.Errorf("hw: specification of %v frames/s: want a number above 0, such as 35", fps)
	}
	return nil
}
