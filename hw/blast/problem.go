package blast

import (
	"fmt"

	"coexplore/hw"
)

// problem is a network that is loaded onto the FPGAs of a platform, and what is asked
// about it. Its memory serves network after network, one at a time.
type problem struct {
	*platform
	Options

	net   *hw.Network // nil: a chain
	units units
	types []costs // of the pool; the remedies append others

	programme  programme
	prices     []float64     // of an FPGA of each type
	sets       map[int]*sets // of the pool, by the most FPGAs
	unknown    [][]int64     // no costs that are known
	splits     []split       // of the layers that may be divided
	anyLink    bool          // look at stages whose links are too slow, too
	steps      []step        // the pipeline found last
	stageTypes []int         // and the type of FPGA of each of its stages
}

func newProblem(l *platform) *problem {
	p := &problem{platform: l, sets: map[int]*sets{}}
	for t := range l.types {
		p.addType(&l.types[t])
	}
	return p
}

// addType appends a type of FPGA.
func (p *problem) addType(f *fpga) {
	p.types = append(p.types, newCosts(f, &p.units))
	p.prices = append(p.prices, f.dev.Price)
}

// load makes a network the problem's.
func (p *problem) load(net *hw.Network) error {
	p.net = net
	if err := p.units.load(net, p.Target.Dense, &p.universe); err != nil {
		return err
	}
	if err := p.prepare(); err != nil {
		return fmt.Errorf("%w (network %s)", err, net.Name)
	}
	return nil
}

// loadChain makes a chain the problem's network.
func (p *problem) loadChain(c hw.Chain, in hw.Shape, classes int, head hw.Head) error {
	p.net = nil
	if err := p.units.loadChain(c, in, classes, head, p.Target.Dense, &p.universe); err != nil {
		return err
	}
	if err := p.prepare(); err != nil {
		return fmt.Errorf("%w (network %v)", err, c)
	}
	return nil
}

// prepare readies the costs on every type for the units.
func (p *problem) prepare() error {
	if err := p.untimed(); err != nil {
		return err
	}
	if p.Design != nil || p.Latencies != nil {
		p.units.inTable = false
	}
	for t := range p.types {
		p.types[t].prepare(p.clock, p.universe.table(t), p.Design)
	}
	return nil
}

// budget is the most ticks that a stage or link may take.
func (p *problem) budget() int64 {
	if p.FPS == 0 {
		return never - 1
	}
	return min(p.clock.Budget(p.FPS), never-1)
}

// solve leaves the stages of the best pipeline in p.steps; false: there is none.
// Where none meets the specification they are those of the fastest.
func (p *problem) solve() (found bool, err error) {
	p.steps = p.steps[:0]
	if p.Partition != nil {
		return true, p.place()
	}
	if err := p.ready(p.counts, p.MaxFPGAs); err != nil {
		return false, err
	}
	g, pick := &p.programme, -1
	if p.Objective != hw.MaxThroughput {
		budget := p.budget()
		p.widen(budget, budget, p.counts)
		g.fill(budget, p.Objective == hw.MaxUtilization)
		pick = g.pick(p.Objective)
	}
	if pick < 0 {
		limit := p.firstInterval()
		p.widen(limit, never-1, p.counts)
		g.fill(limit, false)
		if pick = g.pick(hw.MaxThroughput); pick < 0 {
			return false, nil
		}
	}
	p.steps = g.walk(p.steps, pick)
	return true, nil
}

// ready sets the programme up for the loaded network on so many FPGAs of each type,
// at most most of them in all, as yet without stages of several FPGAs.
func (p *problem) ready(counts []int, most int) error {
	g, n := &p.programme, p.units.n
	ways := 1
	if p.Parallel {
		ways = p.ways()
	}
	all := min(sumInt(counts), n*ways)
	if most > 0 {
		all = min(all, most)
	}
	own := &counts[0] == &p.counts[0] // the pool, not one that a remedy changed
	if g.sets = p.sets[all]; g.sets == nil || !own {
		var err error
		if g.sets, err = newSets(counts, all, n); err != nil {
			return err
		}
		if own {
			p.sets[all] = g.sets
		}
	}
	g.units, g.costs, g.prices, g.gaps = n, p, p.prices[:len(counts)], false
	g.known, g.least, g.link, g.wide = g.known[:0], g.least[:0], g.link[:0], g.wide[:0]
	for t := range counts {
		f := &p.types[t]
		g.known, g.least, g.link = append(g.known, f.known), append(g.least, f.least), append(g.link, f.link)
		g.gaps = g.gaps || f.short
	}
	g.bound()
	return nil
}

// firstInterval is an interval that the pool reaches: that of the pipeline which is
// best by lower bounds. Only what could beat it need be looked at exactly. It is
// never-1 where there is no such pipeline.
func (p *problem) firstInterval() int64 {
	g := &p.programme
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
		slow = max(slow, p.types[s.t].exact(s.i, s.j), g.link[s.t][s.i])
	}
	p.steps = p.steps[:0]
	return min(slow, never-1)
}

// cost implements stageCosts.
func (p *problem) cost(t, i, j int, limit int64) int64 { return p.types[t].cost(i, j, limit) }

// lowerCosts are lower bounds for costs.
type lowerCosts struct{ *problem }

func (p lowerCosts) cost(t, i, j int, _ int64) int64 { return p.types[t].bound(i, j) }

// clock is the target at the common clock of all types, which counts ticks.
type clock struct{ hw.Target }

// linkTicks is the ticks in which a batch's bits cross a link; bits are those of
// one frame.
func (c clock) linkTicks(bits int64) int64 {
	c.Bits = 1
	return c.LinkCycles(bits)
}

// linkLatency is the ticks from the sending of a bit over a link to its arrival.
func (c clock) linkLatency() int64 { return int64(c.LinkLatencyUS*c.ClockMHz + 0.5) }

// fps is the throughput at an interval of so many ticks.
func (c clock) fps(interval int64) float64 { return float64(c.Batch) / c.Seconds(interval) }
