package blast

import (
	"fmt"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/hw/measured"
)

// Planner plans pipelines. Its Options may be changed from call to call, apart from
// Pool and Target. It remembers the accelerators that it has found, so that a
// search which proposes many similar networks pays for each layer once; its memory
// is bounded however many networks it sees. It is not safe for concurrent use: have
// one for each goroutine.
type Planner struct {
	Options

	target        hw.Target // Target as it was when the planner was made
	latencies     *measured.Table
	clock         hw.Target // the target at the common clock of all types, which counts ticks
	types         []fpga    // of the pool; the remedies append others
	memoryLimited bool      // some type's off-chip memory may be too small for the network
	universe      universe
	w             units
	g             programme
	counts        []int
	prices        []float64
	unknown       [][]int64     // no costs that are known
	sets          map[int]*sets // of the pool, by the most FPGAs
	steps         []step        // the pipeline found last
	stageTypes    []int         // and the type of FPGA of each of its stages
	splits        []split       // of the layers that may be divided
	anyLink       bool          // look at stages whose links are too slow, too
	parts         map[partKey]accelerator
	net           *hw.Network // being planned; nil: a chain
}

// New readies a planner. It is an error if the pool or the target is wrong, or no
// FPGA of the pool holds even the smallest accelerator; one that does not, among
// others that do, is left unused.
func New(o Options) (*Planner, error) {
	if err := o.Pool.Check(); err != nil {
		return nil, err
	}
	if err := o.Target.Check(); err != nil {
		return nil, err
	}
	p := &Planner{Options: o, target: o.Target, latencies: o.Latencies, sets: map[int]*sets{}}
	p.Pool = append(hw.Pool(nil), o.Pool...)
	var weak error
	strong := false
	for i := range p.Pool {
		if err := p.addType(&p.Pool[i].Device, p.Pool.Target(i, p.Target)); err != nil {
			return nil, err
		}
		p.counts = append(p.counts, p.Pool[i].Count)
		strong = strong || p.types[i].weak == nil
		weak = p.types[i].weak
	}
	if !strong && p.latencies == nil {
		return nil, fmt.Errorf("%w: not even one multiply-accumulate unit fits", weak)
	}
	if err := p.setClock(); err != nil {
		return nil, err
	}
	return p, p.loadLatencies()
}

// addType appends a type of FPGA.
func (p *Planner) addType(dev *hw.Device, target hw.Target) error {
	if err := dev.Check(); err != nil {
		return err
	}
	if err := target.Check(); err != nil {
		return err
	}
	one := []hw.Loops{{M: 1, N: 1, R: 1, C: 1, K: 1, S: 1, Groups: 1, Reads: 1, Weighted: true}}
	smallest := hw.Design{Tiling: hw.Tiling{Tm: 1, Tn: 1, Tr: 1, Tc: 1}, Ports: hw.Ports{W: 1, I: 1, O: 1}}
	p.types = append(p.types, fpga{dev: dev, target: target, ticks: 1, weak: accel.Fits(dev, one, smallest, target),
		memo: accel.Memo{Device: dev}})
	p.prices = append(p.prices, dev.Price)
	return nil
}

// setClock finds the clock whose periods, the ticks, times are counted in.
func (p *Planner) setClock() error {
	clocks := make([]float64, len(p.types))
	for i := range p.types {
		clocks[i] = p.types[i].target.ClockMHz
	}
	common, ticks, err := hw.CommonClock(clocks)
	for i := range ticks {
		p.types[i].ticks = ticks[i]
	}
	p.clock = p.Target
	p.clock.ClockMHz = common
	return err
}

// linkTicks is the ticks in which a batch's bits cross a link; bits are those of
// one frame.
func (p *Planner) linkTicks(bits int64) int64 {
	c := p.clock
	c.Bits = 1
	return c.LinkCycles(bits)
}

// budget is the most ticks that a stage or link may take.
func (p *Planner) budget() int64 {
	if p.FPS == 0 {
		return never - 1
	}
	return min(p.clock.Budget(p.FPS), never-1)
}

// Plan cuts the network into a pipeline, exactly. A specification that is out of
// reach is an answer, not an error: the fastest pipeline, with Feasible false, a
// Reason that names what limits it, and BestFPS. Errors are for input that is wrong,
// and where there is no pipeline at all: layers that fit no FPGA of the pool (a
// *accel.FitError), or more of them than its FPGAs take.
func (p *Planner) Plan(net *hw.Network) (*Answer, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if err := p.loadNetwork(net); err != nil {
		return nil, err
	}
	found, err := p.solve()
	if err != nil {
		return nil, err
	}
	a := &Answer{}
	if !found {
		err := p.nowhere()
		if p.Suggest {
			if e := p.suggest(a); e != nil {
				return nil, e
			}
		}
		return nil, fmt.Errorf("%w%s (network %s)", err, a.Reason, net.Name)
	}
	p.describe(&a.Pipeline)
	a.Price = p.price()
	a.MACs, a.Params = net.MACs(), net.Params()
	if !a.Feasible {
		a.Reason = p.Reason(&a.Pipeline)
	}
	if p.Explain && p.Partition == nil {
		if a.Trace, err = p.explain(a); err != nil {
			return nil, err
		}
	}
	if !a.Feasible && p.Suggest && p.Partition == nil {
		if err := p.suggest(a); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// PlanChain is Plan for a chain of convolutions, made for searches: it fills a
// Pipeline that the caller keeps from call to call, and allocates nothing once it
// has seen the kernels, filters and strides of the search space, which Precompute
// tells it beforehand. The stages' cycles are those of Plan; where several designs
// take equally few, the design may differ. Parallel, Explain and Suggest are not
// looked at, and Reason stays empty: see Planner.Reason. Layers that fit no FPGA of
// the pool are an error.
func (p *Planner) PlanChain(dst *hw.Pipeline, c hw.Chain, in hw.Shape, classes int, head hw.Head) error {
	if err := p.check(); err != nil {
		return err
	}
	if err := p.loadChain(c, in, classes, head); err != nil {
		return err
	}
	found, err := p.solve()
	if err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("%w (network %v)", p.nowhere(), c)
	}
	p.describe(dst)
	dst.MACs, dst.Params = p.w.macs, p.w.params
	return nil
}

// CheckChain is an error if the pool can be used in more ways than can be planned
// exactly for a chain. One of fewer layers can be planned if this one can.
func (p *Planner) CheckChain(c hw.Chain, in hw.Shape, classes int, head hw.Head) error {
	if err := p.loadChain(c, in, classes, head); err != nil {
		return err
	}
	return p.ready(p.counts, p.MaxFPGAs)
}

// solve leaves the stages of the best pipeline in p.steps; false: there is none.
// Where none meets the specification they are those of the fastest.
func (p *Planner) solve() (found bool, err error) {
	p.steps = p.steps[:0]
	if p.Partition != nil {
		return true, p.place()
	}
	if err := p.ready(p.counts, p.MaxFPGAs); err != nil {
		return false, err
	}
	pick := -1
	if p.Objective != hw.MaxThroughput {
		budget := p.budget()
		p.widen(budget, budget, p.counts)
		p.g.fill(budget, p.Objective == hw.MaxUtilization)
		pick = p.g.pick(p.Objective)
	}
	if pick < 0 {
		limit := p.firstInterval()
		p.widen(limit, never-1, p.counts)
		p.g.fill(limit, false)
		if pick = p.g.pick(hw.MaxThroughput); pick < 0 {
			return false, nil
		}
	}
	p.steps = p.g.walk(p.steps, pick)
	return true, nil
}

// ready sets the programme up for the loaded network on so many FPGAs of each type,
// at most most of them in all, as yet without stages of several FPGAs.
func (p *Planner) ready(counts []int, most int) error {
	g := &p.g
	ways := 1
	if p.Parallel {
		ways = p.ways()
	}
	all := min(sumInt(counts), p.w.n*ways)
	if most > 0 {
		all = min(all, most)
	}
	own := &counts[0] == &p.counts[0] // the pool, not one that a remedy changed
	if g.sets = p.sets[all]; g.sets == nil || !own {
		var err error
		if g.sets, err = newSets(counts, all, p.w.n); err != nil {
			return err
		}
		if own {
			p.sets[all] = g.sets
		}
	}
	g.units, g.costs, g.gaps, g.prices = p.w.n, p, p.memoryLimited, p.prices[:len(counts)]
	g.known, g.least, g.link, g.wide = g.known[:0], g.least[:0], g.link[:0], g.wide[:0]
	for t := range counts {
		f := &p.types[t]
		g.known, g.least, g.link = append(g.known, f.known), append(g.least, f.least), append(g.link, f.link)
	}
	g.bound()
	return nil
}

// firstInterval is an interval that the pool reaches: that of the pipeline which is
// best by lower bounds. Only what could beat it need be looked at exactly. It is
// never-1 where there is no such pipeline.
func (p *Planner) firstInterval() int64 {
	g := &p.g
	g.wide = g.wide[:0]
	g.bound()
	known := g.known
	p.unknown = resize(p.unknown, len(known))
	g.known, g.costs = p.unknown, lowerCosts{p}
	g.fill(never-1, false)
	g.known, g.costs = known, p
	u := g.pick(hw.MaxThroughput)
	if u < 0 {
		return never - 1
	}
	p.steps = g.walk(p.steps[:0], u)
	slow := int64(0)
	for _, s := range p.steps {
		slow = max(slow, p.exact(s.t, s.i, s.j), g.link[s.t][s.i])
	}
	p.steps = p.steps[:0]
	return min(slow, never-1)
}
