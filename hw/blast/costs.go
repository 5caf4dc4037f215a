package blast

import (
	"errors"
	"fmt"

	"coexplore/hw"
	"coexplore/hw/accel"
)

// fpga is one type of FPGA.
type fpga struct {
	dev    *hw.Device
	target hw.Target // with the type's own word size and clock
	ticks  int64     // in a cycle
	weak   error     // why it holds not even the smallest accelerator; nil: it does
	times  *times    // measured; nil: the model's
}

func newFPGA(dev *hw.Device, target hw.Target) (fpga, error) {
	if err := dev.Check(); err != nil {
		return fpga{}, err
	}
	if err := target.Check(); err != nil {
		return fpga{}, err
	}
	one := []hw.Loops{{M: 1, N: 1, R: 1, C: 1, K: 1, S: 1, Groups: 1, Reads: 1, Weighted: true}}
	smallest := hw.Design{Tiling: hw.Tiling{Tm: 1, Tn: 1, Tr: 1, Tc: 1}, Ports: hw.Ports{W: 1, I: 1, O: 1}}
	return fpga{dev: dev, target: target, ticks: 1, weak: accel.Fits(dev, one, smallest, target)}, nil
}

// scale turns cycles into ticks.
func (f *fpga) scale(cycles int64) int64 {
	if cycles >= never/f.ticks {
		return never
	}
	return cycles * f.ticks
}

// costs are what the stages of a row of units cost on a type of FPGA, with the
// accelerators found for any network.
type costs struct {
	*fpga
	w     *units
	given *hw.Design // instead of each stage's best
	memo  accel.Memo
	parts map[partKey]accelerator

	// Of the units. Stages [i, j) are at i*(n+1)+j.
	table  *accel.Table // of the search's space; nil: search stage by stage
	groups accel.Groups // in the table
	least  []int64      // running sums of the units' lower bounds, ticks
	known  []int64      // ticks; 0: not yet known
	design []int32      // the table's number of the design of each known stage
	lower  []int64      // lower bounds of stages, ticks; without a table
	bounds accel.Bounds
	link   []int64 // ticks in which what crosses the cut before a unit arrives
	whole  bool    // the measured layers' one design holds all units together
	short  bool    // the type's off-chip memory may be too small for a stage
}

func newCosts(f *fpga, w *units) costs { return costs{fpga: f, w: w, memo: accel.Memo{Device: f.dev}} }

// prepare readies the costs for the units, by a table of their layers if there is one.
func (f *costs) prepare(c clock, table *accel.Table, given *hw.Design) {
	n := f.w.n
	f.table, f.given = nil, given
	f.known = resize(f.known, (n+1)*(n+1))
	clear(f.known)
	f.least, f.link = resize(f.least, n+1), resize(f.link, n)
	f.least[0] = 0
	for i, words := range f.w.words {
		f.link[i] = 0
		if i > 0 && c.LinkGbps > 0 {
			f.link[i] = c.linkTicks(words * int64(f.target.Bits))
		}
	}
	f.limitMemory()
	if f.w.inTable && table != nil {
		f.table, f.design = table, resize(f.design, (n+1)*(n+1))
		f.groups.Load(table, f.w.rows)
		for i, k := range f.w.rows {
			f.least[i+1] = f.least[i] + f.scale(table.Least(k))
		}
		return
	}
	if f.times != nil {
		f.prepareTimes()
		return
	}
	f.lower = resize(f.lower, (n+1)*(n+1))
	clear(f.lower)
	if f.weak != nil || given != nil {
		for i := range n {
			a, err := f.accelerator(f.w.loops[i : i+1])
			if f.least[i+1] = f.least[i] + a.ticks; err != nil {
				f.least[i+1] = f.least[i] + never
			}
		}
		return
	}
	f.bounds = accel.NewBounds(f.w.loops, f.dev, f.target)
	for i := range n {
		f.least[i+1] = f.least[i] + f.scale(f.bounds.Group(i, i+1))
	}
}

// limitMemory finds out whether a stage may exceed the type's off-chip memory: whether
// all units on one FPGA would.
func (f *costs) limitMemory() {
	f.short = false
	if f.dev.MemoryMiB == 0 {
		return
	}
	all := f.memoryBytes(0, f.w.n)
	for _, words := range f.w.words { // buffers at cuts come on top
		all += 2 * float64(words) * float64(f.target.Batch) * float64(f.target.Bits) / 8
	}
	f.short = all > float64(f.dev.MemoryMiB)*(1<<20)
}

// bound is no more than the ticks of units [i, j).
func (f *costs) bound(i, j int) int64 {
	if f.table != nil || f.times != nil || f.weak != nil || f.given != nil {
		return f.least[j] - f.least[i]
	}
	l := &f.lower[i*(f.w.n+1)+j]
	if *l == 0 {
		*l = max(f.least[j]-f.least[i], f.scale(f.bounds.Group(i, j)))
	}
	return *l
}

// cost is the ticks of units [i, j), exact where they are at most limit, else any
// number above it.
func (f *costs) cost(i, j int, limit int64) int64 {
	at := i*(f.w.n+1) + j
	if f.known[at] != 0 {
		return f.known[at]
	}
	if f.table == nil && limit < never-1 {
		if b := f.bound(i, j); b > limit {
			return b
		}
	}
	c := never
	switch {
	case f.short && f.memoryShort(i, j) > 0:
	case f.times != nil && !f.holds(f.w.loops[i:j]):
	case f.times != nil:
		c = min(f.least[j]-f.least[i], never)
	case f.table != nil:
		cycles, d := f.groups.Best(i, j)
		c, f.design[at] = f.scale(cycles), d
	default:
		if a, err := f.accelerator(f.w.loops[i:j]); err == nil {
			c = a.ticks
		}
	}
	f.known[at] = c
	return c
}

// exact is the ticks of units [i, j) with their best accelerator, never where none
// holds them.
func (f *costs) exact(i, j int) int64 { return f.cost(i, j, never) }

// accelerator is an accelerator and how long it takes.
type accelerator struct {
	design hw.Design
	ticks  int64
}

// accelerator is that of a group of layers: the best, or the given one.
func (f *costs) accelerator(layers []hw.Loops) (accelerator, error) {
	if f.times != nil {
		return f.timed(layers)
	}
	if f.weak != nil {
		return accelerator{}, f.weak
	}
	if f.given == nil {
		best, err := f.memo.Best(layers, f.target)
		return accelerator{best.Design, f.scale(best.Cycles)}, err
	}
	if err := accel.Fits(f.dev, layers, *f.given, f.target); err != nil {
		return accelerator{}, err
	}
	cycles, _, _ := accel.GroupCost(layers, *f.given, &f.target, &f.dev.Power)
	return accelerator{*f.given, f.scale(cycles)}, nil
}

// designOf is the accelerator of a stage whose cost is known.
func (f *costs) designOf(s step) hw.Design {
	if s.design != nil {
		return *s.design
	}
	if f.table != nil {
		return f.groups.Design(f.design[s.i*(f.w.n+1)+s.j])
	}
	a, err := f.accelerator(f.w.loops[s.i:s.j])
	if err != nil {
		panic("blast: no accelerator for a planned stage: " + err.Error())
	}
	return a.design
}

// memoryBytes is the off-chip memory that units [i, j) take: their weights, the
// largest set of feature maps alive at once (all maps that cross the cut before a
// unit, skip edges included, and the one that it writes), and a second buffer for what
// arrives and for what leaves while the next frame is worked on.
func (f *costs) memoryBytes(i, j int) float64 {
	w := f.w
	weights, alive := 0.0, 0.0
	for k := i; k < j; k++ {
		if l := &w.loops[k]; l.Weighted {
			weights += float64(l.M) * float64(l.N/l.Groups) * float64(l.Taps())
		}
		alive = max(alive, float64(w.words[k])+float64(w.out[k]))
	}
	leaving := float64(w.out[j-1])
	if j < w.n {
		leaving = float64(w.words[j])
	}
	maps := (alive + float64(w.words[i]) + leaving) * float64(f.target.Batch)
	return (weights + maps) * float64(f.target.Bits) / 8
}

// memoryShort is by how many bytes the units exceed the off-chip memory.
func (f *costs) memoryShort(i, j int) float64 {
	if f.dev.MemoryMiB == 0 {
		return 0
	}
	return max(0, f.memoryBytes(i, j)-float64(f.dev.MemoryMiB)*(1<<20))
}

// lacks says that units [i, j) exceed the off-chip memory.
func (f *costs) lacks(i, j int) string {
	return fmt.Sprintf("needs %.4g MiB of off-chip memory, has %d", f.memoryBytes(i, j)/(1<<20), f.dev.MemoryMiB)
}

// cannot says why no type of FPGA runs the unit alone.
func (p *problem) cannot(unit int) error {
	var last error
	for t := range p.Pool {
		f := &p.types[t]
		if f.exact(unit, unit+1) < never {
			return nil
		}
		if _, err := f.accelerator(p.units.loops[unit : unit+1]); err != nil {
			last = err
		} else {
			last = fmt.Errorf("blast: %v on %s: %s", &p.units.loops[unit], f.dev.Part, f.lacks(unit, unit+1))
		}
	}
	if last == nil {
		last = errors.New("blast: the pool has no FPGA")
	}
	return last
}
