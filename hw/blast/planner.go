package blast

import (
	"fmt"
	"sync"

	"coexplore/hw"
	"coexplore/hw/accel"
)

// Planner plans pipelines. It does not change, and is safe for concurrent use. What it
// has worked out for one network it remembers for the next, so that a search which
// proposes many similar networks pays for each layer once; its memory is bounded
// however many networks it sees.
type Planner struct {
	*platform
	options Options
}

// platform is the FPGAs that planners plan for, and what they share.
type platform struct {
	clock    clock
	types    []fpga // of the pool
	counts   []int
	universe universe

	mu   sync.Mutex
	idle []*problem
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
	o.Pool = append(hw.Pool(nil), o.Pool...)
	l := &platform{}
	var weak error
	strong := false
	for i := range o.Pool {
		f, err := newFPGA(&o.Pool[i].Device, o.Pool.Target(i, o.Target))
		if err != nil {
			return nil, err
		}
		l.types, l.counts = append(l.types, f), append(l.counts, o.Pool[i].Count)
		strong = strong || f.weak == nil
		weak = f.weak
	}
	if !strong && o.Latencies == nil {
		return nil, fmt.Errorf("%w: not even one multiply-accumulate unit fits", weak)
	}
	if err := l.setClock(o.Target); err != nil {
		return nil, err
	}
	return &Planner{l, o}, l.loadLatencies(o.Latencies)
}

// setClock finds the clock whose periods, the ticks, times are counted in.
func (l *platform) setClock(target hw.Target) error {
	clocks := make([]float64, len(l.types))
	for i := range l.types {
		clocks[i] = l.types[i].target.ClockMHz
	}
	common, ticks, err := hw.CommonClock(clocks)
	for i := range ticks {
		l.types[i].ticks = ticks[i]
	}
	target.ClockMHz = common
	l.clock = clock{target}
	return err
}

// Options are what the planner was made with. Its Pool is not to be changed.
func (p *Planner) Options() Options { return p.options }

// With is a planner with other options that shares what p works out. Its Pool, Target
// and Latencies are those of p, whatever o says.
func (p *Planner) With(o Options) *Planner {
	o.Pool, o.Target, o.Latencies = p.options.Pool, p.options.Target, p.options.Latencies
	return &Planner{p.platform, o}
}

// Plan cuts the network into a pipeline, exactly. A specification that is out of
// reach is an answer, not an error: the fastest pipeline, with Feasible false, a
// Reason that names what limits it, and BestFPS. Errors are for input that is wrong,
// and where there is no pipeline at all: layers that fit no FPGA of the pool (a
// *accel.FitError), or more of them than its FPGAs take.
func (p *Planner) Plan(net *hw.Network) (*Answer, error) {
	if err := p.options.check(); err != nil {
		return nil, err
	}
	x := p.problem()
	defer p.release(x)
	if err := x.load(net); err != nil {
		return nil, err
	}
	found, err := x.solve()
	if err != nil {
		return nil, err
	}
	a := &Answer{}
	if !found {
		err := x.nowhere()
		if x.Suggest {
			if e := x.suggest(a); e != nil {
				return nil, e
			}
		}
		return nil, fmt.Errorf("%w%s (network %s)", err, a.Reason, net.Name)
	}
	x.describe(&a.Pipeline)
	a.Price = x.price()
	a.MACs, a.Params = net.MACs(), net.Params()
	if !a.Feasible {
		a.Reason = x.reason(&a.Pipeline)
	}
	if x.Explain && x.Partition == nil {
		if a.Trace, err = x.explain(a); err != nil {
			return nil, err
		}
	}
	if !a.Feasible && x.Suggest && x.Partition == nil {
		if err := x.suggest(a); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// PlanChain is Plan for a chain of convolutions, made for searches: it fills a
// Pipeline that the caller keeps from call to call, and allocates nothing where
// Precompute has told of the kernels, filters and strides of the search space. The
// stages' cycles are those of Plan; where several designs take equally few, the design
// may differ. Parallel, Explain and Suggest are not looked at, and Reason stays empty
// without Options.Reasons. Layers that fit no FPGA of the pool are an error.
func (p *Planner) PlanChain(dst *hw.Pipeline, c hw.Chain, in hw.Shape, classes int, head hw.Head) error {
	if err := p.options.check(); err != nil {
		return err
	}
	x := p.problem()
	defer p.release(x)
	if err := x.loadChain(c, in, classes, head); err != nil {
		return err
	}
	found, err := x.solve()
	if err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("%w (network %v)", x.nowhere(), c)
	}
	x.describe(dst)
	dst.MACs, dst.Params = x.units.macs, x.units.params
	if x.Reasons && !dst.Feasible {
		dst.Reason = x.reason(dst)
	}
	return nil
}

// CheckChain is an error if the pool can be used in more ways than can be planned
// exactly for a chain. One of fewer layers can be planned if this one can.
func (p *Planner) CheckChain(c hw.Chain, in hw.Shape, classes int, head hw.Head) error {
	x := p.problem()
	defer p.release(x)
	if err := x.loadChain(c, in, classes, head); err != nil {
		return err
	}
	return x.ready(x.counts, x.MaxFPGAs)
}

// Instance is the problem of a network in numbers: all groups of layers that meet
// the specification, and all layers divided that are worth dividing for it, with
// the budget in cycles of the common clock. Without a specification there is no
// budget (0). Layers of the instance are those that take FPGA time.
func (p *Planner) Instance(net *hw.Network) (in *Instance, budget int64, err error) {
	if err := p.options.check(); err != nil {
		return nil, 0, err
	}
	x := p.problem()
	defer p.release(x)
	if err := x.load(net); err != nil {
		return nil, 0, err
	}
	if err := x.ready(x.counts, x.MaxFPGAs); err != nil {
		return nil, 0, err
	}
	limit := x.budget()
	x.widen(limit, limit, x.counts)
	if in = x.instance(limit); x.FPS == 0 {
		limit = 0
	}
	return in, limit, in.Check()
}

// Table is what the designs of a device of the pool cost for the layers of the
// precomputed space; ok is false if there is none.
func (p *Planner) Table(device string) (t *accel.Table, ok bool) {
	for i, table := range p.universe.tables {
		if p.types[i].dev.Part == device && table != nil {
			return table, true
		}
	}
	return nil, false
}

// problem is one that nobody else uses, with the planner's question.
func (p *Planner) problem() *problem {
	p.mu.Lock()
	var x *problem
	if n := len(p.idle); n > 0 {
		x, p.idle = p.idle[n-1], p.idle[:n-1]
	}
	p.mu.Unlock()
	if x == nil {
		x = newProblem(p.platform)
	}
	x.Options = p.options
	return x
}

// release takes a problem back, for the next network.
func (p *Planner) release(x *problem) {
	x.Options, x.net = Options{}, nil // keeps nobody else's memory
	p.mu.Lock()
	p.idle = append(p.idle, x)
	p.mu.Unlock()
}
