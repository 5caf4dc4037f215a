package blast

import (
	"errors"
	"fmt"

	"coexplore/hw"
	"coexplore/hw/accel"
)

// fpga is one type of FPGA with what is known of its accelerators, in general and
// for the network being planned.
type fpga struct {
	dev    *hw.Device
	target hw.Target // with the type's own word size and clock
	ticks  int64     // in a cycle
	weak   error     // why it holds not even the smallest accelerator; nil: it does
	memo   accel.Memo
	times  *times // measured; nil: the model's

	// Of the units being planned. Stages [i, j) are at i*(n+1)+j.
	table  *accel.Table // of the search's space; nil: search stage by stage
	least  []int64      // running sums of the units' lower bounds, ticks
	known  []int64      // ticks; 0: not yet known
	design []int32      // the table's number of the design of each known stage
	lower  []int64      // lower bounds of stages, ticks; without a table
	bounds accel.Bounds
	link   []int64 // ticks in which what crosses the cut before a unit arrives
}

// units is the network being planned, as a row of layers that take FPGA time.
type units struct {
	n       int
	loops   []hw.Loops
	layer   []int   // of each unit, its layer's index in the network
	total   int     // layers of the network
	rows    []int32 // of each unit, its row in the tables of the universe
	inTable bool    // all units have one
	words   []int64 // that cross the cut before a unit, for one frame
	out     []int64 // words that a unit writes
	macs    int64   // multiply-accumulates of the network
	params  int64   // its parameters, where it is a chain
	onFPGA  int64   // those of the units
}

func (w *units) reset(layers int) {
	w.n, w.total, w.macs, w.params, w.onFPGA, w.inTable = 0, layers, 0, 0, 0, true
	w.loops, w.layer, w.rows, w.words, w.out = w.loops[:0], w.layer[:0], w.rows[:0], w.words[:0], w.out[:0]
}

func (w *units) add(l hw.Loops, layer int, words, out int64) {
	w.n++
	w.loops, w.layer, w.words, w.out = append(w.loops, l), append(w.layer, layer), append(w.words, words), append(w.out, out)
	w.onFPGA += l.MACs()
}

// prepare readies the tables of every type for the units.
func (p *Planner) prepare() {
	for t := range p.types {
		p.prepareType(t)
	}
	p.limitMemory()
}

func (p *Planner) prepareType(t int) {
	f := &p.types[t]
	n := p.w.n
	f.known = resize(f.known, (n+1)*(n+1))
	clear(f.known)
	f.least, f.link = resize(f.least, n+1), resize(f.link, n)
	f.least[0] = 0
	for i, words := range p.w.words {
		f.link[i] = 0
		if i > 0 && p.Target.LinkGbps > 0 {
			f.link[i] = p.linkTicks(words * int64(f.target.Bits))
		}
	}
	if f.table = nil; p.w.inTable && t < len(p.universe.tables) {
		f.table = p.universe.tables[t]
	}
	if f.table != nil {
		f.design = resize(f.design, (n+1)*(n+1))
		f.table.Load(p.w.rows)
		for i, k := range p.w.rows {
			f.least[i+1] = f.least[i] + f.scale(f.table.Least(k))
		}
		return
	}
	if f.times != nil {
		f.prepareTimes(p.w.loops)
		return
	}
	f.lower = resize(f.lower, (n+1)*(n+1))
	clear(f.lower)
	if f.weak != nil || p.Design != nil {
		for i := range p.w.loops {
			c, err := p.accelerator(f, p.w.loops[i:i+1])
			if f.least[i+1] = f.least[i] + c.ticks; err != nil {
				f.least[i+1] = f.least[i] + never
			}
		}
		return
	}
	f.bounds = accel.NewBounds(p.w.loops, f.dev, f.target)
	for i := range p.w.loops {
		f.least[i+1] = f.least[i] + f.scale(f.bounds.Group(i, i+1))
	}
}

// limitMemory finds out whether the network may exceed the off-chip memory of a
// type: whether all of it on one FPGA would.
func (p *Planner) limitMemory() {
	p.memoryLimited = false
	for t := range p.types {
		f := &p.types[t]
		if f.dev.MemoryMiB > 0 && !p.memoryLimited {
			all := p.memoryBytes(f, 0, p.w.n)
			for i := range p.w.words { // buffers at cuts come on top
				all += 2 * float64(p.w.words[i]) * float64(p.Target.Batch) * float64(f.target.Bits) / 8
			}
			p.memoryLimited = all > float64(f.dev.MemoryMiB)*(1<<20)
		}
	}
}

// scale turns cycles into ticks.
func (f *fpga) scale(cycles int64) int64 {
	if cycles >= never/f.ticks {
		return never
	}
	return cycles * f.ticks
}

// bound is no more than the ticks of units [i, j) on the type.
func (p *Planner) bound(f *fpga, i, j int) int64 {
	if f.table != nil || f.times != nil || f.weak != nil || p.Design != nil {
		return f.least[j] - f.least[i]
	}
	l := &f.lower[i*(p.w.n+1)+j]
	if *l == 0 {
		*l = max(f.least[j]-f.least[i], f.scale(f.bounds.Group(i, j)))
	}
	return *l
}

// cost implements stageCosts.
func (p *Planner) cost(t, i, j int, limit int64) int64 {
	f := &p.types[t]
	at := i*(p.w.n+1) + j
	if f.known[at] != 0 {
		return f.known[at]
	}
	if f.table == nil && limit < never-1 {
		if b := p.bound(f, i, j); b > limit {
			return b
		}
	}
	c := never
	switch {
	case p.memoryLimited && p.memoryShort(f, i, j) > 0:
	case f.times != nil && !f.holds(p.w.loops[i:j]):
	case f.times != nil:
		c = min(f.least[j]-f.least[i], never)
	case f.table != nil:
		cycles, d := f.table.Best(i, j)
		c, f.design[at] = f.scale(cycles), d
	default:
		if a, err := p.accelerator(f, p.w.loops[i:j]); err == nil {
			c = a.ticks
		}
	}
	f.known[at] = c
	return c
}

// exact is the ticks of units [i, j) on type t with their best accelerator, never
// where none holds them.
func (p *Planner) exact(t, i, j int) int64 { return p.cost(t, i, j, never) }

// accelerator is an accelerator and how long it takes.
type accelerator struct {
	design hw.Design
	ticks  int64
}

// accelerator is that of a group of layers on a type: the best, or the given one.
func (p *Planner) accelerator(f *fpga, layers []hw.Loops) (accelerator, error) {
	if f.times != nil {
		return f.timed(layers)
	}
	if f.weak != nil {
		return accelerator{}, f.weak
	}
	if p.Design == nil {
		best, err := f.memo.Best(layers, f.target)
		return accelerator{best.Design, f.scale(best.Cycles)}, err
	}
	if err := accel.Fits(f.dev, layers, *p.Design, f.target); err != nil {
		return accelerator{}, err
	}
	cycles, _, _ := accel.GroupCost(layers, *p.Design, &f.target, &f.dev.Power)
	return accelerator{*p.Design, f.scale(cycles)}, nil
}

// designOf is the accelerator of a stage whose cost is known.
func (p *Planner) designOf(s step) hw.Design {
	if s.design != nil {
		return *s.design
	}
	f := &p.types[s.t]
	if f.table != nil {
		return f.table.Design(f.design[s.i*(p.w.n+1)+s.j])
	}
	a, err := p.accelerator(f, p.w.loops[s.i:s.j])
	if err != nil {
		panic("hw: no accelerator for a planned stage: " + err.Error())
	}
	return a.design
}

// lowerCosts are lower bounds for costs.
type lowerCosts struct{ *Planner }

func (p lowerCosts) cost(t, i, j int, _ int64) int64 { return p.bound(&p.types[t], i, j) }

// memoryBytes is the off-chip memory that units [i, j) take on a type: their
// weights, the largest set of feature maps alive at once (all maps that cross the
// cut before a unit, skip edges included, and the one that it writes), and a
// second buffer for what arrives and for what leaves while the next frame is
// worked on.
func (p *Planner) memoryBytes(f *fpga, i, j int) float64 {
	w := &p.w
	weights, alive := 0.0, 0.0
	for k := i; k < j; k++ {
		if l := &w.loops[k]; l.Weighted {
			weights += float64(l.M) * float64(l.N/l.Groups) * float64(l.K) * float64(l.K)
		}
		alive = max(alive, float64(w.words[k])+float64(w.out[k]))
	}
	leaving := float64(w.out[j-1])
	if j < w.n {
		leaving = float64(w.words[j])
	}
	maps := (alive + float64(w.words[i]) + leaving) * float64(p.Target.Batch)
	return (weights + maps) * float64(f.target.Bits) / 8
}

// memoryShort is by how many bytes the units exceed the type's off-chip memory.
func (p *Planner) memoryShort(f *fpga, i, j int) float64 {
	if f.dev.MemoryMiB == 0 {
		return 0
	}
	return max(0, p.memoryBytes(f, i, j)-float64(f.dev.MemoryMiB)*(1<<20))
}

// cannot says why no type of FPGA runs the unit alone.
func (p *Planner) cannot(unit int) error {
	var last error
	for t := range p.types[:len(p.Pool)] {
		f := &p.types[t]
		if p.exact(t, unit, unit+1) < never {
			return nil
		}
		if _, err := p.accelerator(f, p.w.loops[unit:unit+1]); err != nil {
			last = err
		} else {
			last = fmt.Errorf("hw: %v on %s: needs %.4g MiB of off-chip memory, has %d", &p.w.loops[unit], f.dev.Part,
				p.memoryBytes(f, unit, unit+1)/(1<<20), f.dev.MemoryMiB)
		}
	}
	if last == nil {
		last = errors.New("hw: the pool has no FPGA")
	}
	return last
}
