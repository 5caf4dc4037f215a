package accel

import (
	"cmp"
	"math"
	"slices"

	"coexplore/hw"
)

// Limits of a table. A universe of layers that would pass them is searched
// group by group instead.
const (
	maxKinds      = 4096    // layers of a universe
	maxCandidates = 300_000 // designs looked at
	maxCompared   = 1 << 28 // comparisons of two designs
	maxDesigns    = 6000    // designs kept
	maxCells      = 6 << 20 // designs kept times layers
)

// Table holds, for one device and a universe of layers, every design that can be
// the best for some group of those layers, with the cycles of each layer on it.
// The best design for a group is then the smallest sum over the table, and exact:
// a design is left out only if another one takes no more cycles on any layer of
// the universe and fits wherever the first fits. A layer is known by its row.
type Table struct {
	dev     *hw.Device
	rows    map[hw.Loops]int32
	designs []hw.Design
	spans   []int32   // design -> row of in and out
	always  int       // designs[:always] fit every group of the universe
	cost    [][]int64 // layer -> cycles on every design
	least   []int64   // layer -> fewest cycles on any design
	in, out [][]int32 // span -> layer -> blocks of a bank
	weights []int64   // layer -> blocks of a multiplier's weight buffer
}

// NewTable works the table of the layers, which are distinct, out; the row of a
// layer is its index. ok is false where the table would be too big.
func NewTable(universe []hw.Loops, dev *hw.Device, t hw.Target) (c *Table, ok bool) {
	if len(universe) > maxKinds {
		return nil, false
	}
	b := tableBuilder{t: t, universe: universe, macs: maxMACs(dev.DSP, t.Bits),
		bram: int64(dev.BRAM18), words: int64(dev.MaxWords(t))}
	c = &Table{dev: dev, rows: make(map[hw.Loops]int32, len(universe))}
	for i, l := range universe {
		c.rows[l] = int32(i)
	}
	b.weightLo, b.weightHi = math.MaxInt64, 0
	for _, l := range universe {
		k := 1
		if l.Weighted {
			k = l.K
		}
		w := weightBlocks(k, t.Bits)
		c.weights = append(c.weights, w)
		b.weightLo, b.weightHi = min(b.weightLo, w), max(b.weightHi, w)
	}
	b.makeSpans()
	if !b.enumerate(c) {
		return nil, false
	}
	entries := b.front()
	if len(entries) > maxDesigns || len(entries)*len(universe) > maxCells {
		return nil, false
	}
	c.fill(&b, entries)
	return c, true
}

// fill lays the kept designs out layer by layer.
func (c *Table) fill(b *tableBuilder, entries []entry) {
	n := len(b.universe)
	c.cost = make([][]int64, n)
	c.least = make([]int64, n)
	flat := make([]int64, n*len(entries))
	for k := range c.cost {
		c.cost[k], flat = flat[:len(entries):len(entries)], flat[len(entries):]
		c.least[k] = hw.NeverCycles
	}
	for d, e := range entries {
		c.designs = append(c.designs, e.design)
		c.spans = append(c.spans, e.span)
		if e.always {
			c.always++
		}
		for k, v := range e.cost {
			c.cost[k][d] = v
			c.least[k] = min(c.least[k], v)
		}
	}
	for i := range b.spans {
		c.in, c.out = append(c.in, b.spans[i].in), append(c.out, b.spans[i].out)
	}
}

// Holds reports whether design d holds the layers of the rows together.
func (c *Table) Holds(d int, group []int32) bool {
	if d < c.always {
		return true
	}
	in, out := c.in[c.spans[d]], c.out[c.spans[d]]
	var i, o int32
	var w int64
	for _, k := range group {
		i, o, w = max(i, in[k]), max(o, out[k]), max(w, c.weights[k])
	}
	tm, tn := int64(c.designs[d].Tm), int64(c.designs[d].Tn)
	return 2*tn*int64(i)+2*tm*int64(o)+tm*tn*w <= int64(c.dev.BRAM18)
}

// Best is the best design for layers [i, j) of a network whose layers have the
// rows in group, given the running sums of their cycles, which Sum writes.
// Cycles are hw.NeverCycles where no design holds the layers.
func (c *Table) Best(sums []int64, group []int32, i, j int) (cycles int64, d int) {
	n := len(c.designs)
	a, b := sums[i*n:(i+1)*n], sums[j*n:(j+1)*n]
	b = b[:len(a)]
	cycles, d = hw.NeverCycles, -1
	for k, v := range a {
		if v := b[k] - v; v < cycles && (k < c.always || c.Holds(k, group[i:j])) {
			cycles, d = v, k
		}
	}
	return cycles, d
}

// Sum writes the running sums of the rows' cycles on every design: those of the
// first i rows are sums[i*n:(i+1)*n], with n the number of designs, so that sums
// has length (len(rows)+1)*n.
func (c *Table) Sum(sums []int64, rows []int32) {
	n := len(c.designs)
	clear(sums[:n])
	for i, k := range rows {
		before, after, row := sums[i*n:(i+1)*n], sums[(i+1)*n:(i+2)*n], c.cost[k]
		after, row = after[:len(before)], row[:len(before)]
		for x, v := range before {
			after[x] = v + row[x]
		}
	}
}

// Designs are the designs. The first Everywhere of them hold any group of layers.
// The slice is not to be changed.
func (c *Table) Designs() []hw.Design { return c.designs }

// Everywhere is how many designs, from the first, hold any group of the layers.
func (c *Table) Everywhere() int { return c.always }

// Row is a layer's row; ok is false if it is not of the universe.
func (c *Table) Row(l hw.Loops) (row int32, ok bool) {
	row, ok = c.rows[l]
	return row, ok
}

// Cycles are those of a row on each of the designs: hw.NeverCycles where a design
// cannot hold the layer. The slice is not to be changed.
func (c *Table) Cycles(row int32) []int64 { return c.cost[row] }

// Least is the fewest cycles of a row on any design.
func (c *Table) Least(row int32) int64 { return c.least[row] }

// tableBuilder enumerates designs.
type tableBuilder struct {
	t                  hw.Target
	universe           []hw.Loops
	macs               int
	bram, words        int64
	weightLo, weightHi int64
	spans              []tableSpan
	all                []entry
	seen, compared     int
	tiles              []tile
	fit                []bool
	trial              []int64
}

// tableSpan is a candidate (Tr, Tc), layer by layer.
type tableSpan struct {
	tr, tc         int
	tiles, area    []int64
	in, out        []int32
	inLo, outLo    int64
	inHi, outHi    int64
	covered, count int64
}

// entry is a candidate design.
type entry struct {
	design hw.Design
	span   int32
	always bool // fits every group of the universe
	cost   []int64
	total  int64
}

func (b *tableBuilder) makeSpans() {
	var trs, tcs []int
	for _, l := range b.universe {
		trs, tcs = classes(trs, l.R, 1, hw.MaxExtent), classes(tcs, l.C, 1, hw.MaxExtent)
	}
	trs, tcs = sortedSet(trs), sortedSet(tcs)
	var all []tableSpan
	for _, tr := range trs {
		for _, tc := range tcs {
			s := tableSpan{tr: tr, tc: tc, inLo: math.MaxInt32, outLo: math.MaxInt32}
			for i := range b.universe {
				l := &b.universe[i]
				in, out := tileBits(l, tr, tc, &b.t)
				in, out = blocks(in), blocks(out)
				r, c := int64(min(tr, l.R)), int64(min(tc, l.C))
				tiles := ceilDiv(int64(l.R), r) * ceilDiv(int64(l.C), c)
				s.tiles, s.area = append(s.tiles, tiles), append(s.area, r*c)
				s.in, s.out = append(s.in, int32(min(in, math.MaxInt32))), append(s.out, int32(min(out, math.MaxInt32)))
				s.inLo, s.outLo = min(s.inLo, in), min(s.outLo, out)
				s.inHi, s.outHi = max(s.inHi, in), max(s.outHi, out)
				s.covered += tiles * r * c
				s.count += tiles
			}
			if 2*s.inLo+2*s.outLo+b.weightLo <= b.bram {
				all = append(all, s)
			}
		}
	}
	slices.SortStableFunc(all, func(x, y tableSpan) int {
		if c := cmp.Compare(x.covered, y.covered); c != 0 {
			return c
		}
		if c := cmp.Compare(x.count, y.count); c != 0 {
			return c
		}
		return cmp.Compare(x.inHi+x.outHi, y.inHi+y.outHi)
	})
next:
	for i := range all {
		for j := range b.spans {
			if b.spanDominates(&b.spans[j], &all[i]) {
				continue next
			}
		}
		b.spans = append(b.spans, all[i])
	}
}

func (b *tableBuilder) spanDominates(x, y *tableSpan) bool {
	for i := range x.tiles {
		if x.tiles[i] > y.tiles[i] || x.tiles[i]*x.area[i] > y.tiles[i]*y.area[i] || x.in[i] > y.in[i] || x.out[i] > y.out[i] {
			return false
		}
		if b.t.FillDrain && x.area[i] > y.area[i] {
			return false
		}
	}
	if b.t.AuthorsScripts && (x.tr > y.tr || x.tc > y.tc) {
		return false
	}
	return true
}

// enumerate goes through all arrays and spans of equal-ceiling classes, with
// every split of the ports that no larger one makes useless.
func (b *tableBuilder) enumerate(c *Table) bool {
	tms, tns := arrayClasses(b.universe, b.macs)
	n := len(b.universe)
	b.tiles, b.fit, b.trial = make([]tile, n), make([]bool, n), make([]int64, n)
	for _, tm := range tms {
		for _, tn := range tns {
			if tm*tn > b.macs {
				break
			}
			macs := int64(tm) * int64(tn)
			for si := range b.spans {
				s := &b.spans[si]
				if 2*int64(tn)*s.inLo+2*int64(tm)*s.outLo+macs*b.weightLo > b.bram {
					continue
				}
				always := 2*int64(tn)*s.inHi+2*int64(tm)*s.outHi+macs*b.weightHi <= b.bram
				some := false
				var lim limits
				for k := range b.universe {
					b.fit[k] = always || 2*int64(tn)*int64(s.in[k])+2*int64(tm)*int64(s.out[k])+macs*c.weights[k] <= b.bram
					if b.fit[k] {
						some = true
						b.tiles[k] = tileOf(&b.universe[k], hw.Tiling{Tm: tm, Tn: tn, Tr: s.tr, Tc: s.tc}, &b.t)
						lim.add(&b.tiles[k], b.t.FillDrain)
					}
				}
				if some && !b.splits(hw.Tiling{Tm: tm, Tn: tn, Tr: s.tr, Tc: s.tc}, int32(si), always, &lim) {
					return false
				}
			}
		}
	}
	return true
}

// splits offers every split of the ports for the tiling in b.tiles.
func (b *tableBuilder) splits(tl hw.Tiling, span int32, always bool, lim *limits) bool {
	return lim.splits(b.words, func(p hw.Ports) bool {
		if b.seen++; b.seen > maxCandidates {
			return false
		}
		total := int64(0)
		for k := range b.tiles {
			b.trial[k] = hw.NeverCycles
			if b.fit[k] {
				b.trial[k] = b.tiles[k].cycles(p, b.t.FillDrain)
			}
			total += b.trial[k]
		}
		return b.offer(entry{design: hw.Design{Tiling: tl, Ports: p}, span: span, always: always, total: total})
	})
}

// offer keeps the candidate with the cycles in b.trial, unless a kept one makes
// it useless. One that dominates comes to the front: it will again.
func (b *tableBuilder) offer(e entry) bool {
	for j := range b.all {
		o := &b.all[j]
		b.compared++
		if o.total <= e.total && (o.always || o.design.Tiling == e.design.Tiling) && noMore(o.cost, b.trial) {
			b.all[j/2], b.all[j] = b.all[j], b.all[j/2]
			return true
		}
	}
	e.cost = slices.Clone(b.trial)
	b.all = append(b.all, e)
	if len(b.all) > 4*maxDesigns {
		b.all = b.front()
	}
	return len(b.all) <= 3*maxDesigns && b.compared < maxCompared
}

// front keeps the candidates that no other one makes useless, those that
// always fit first.
func (b *tableBuilder) front() []entry {
	slices.SortStableFunc(b.all, func(x, y entry) int {
		if x.always != y.always {
			if x.always {
				return -1
			}
			return 1
		}
		if c := cmp.Compare(x.total, y.total); c != 0 {
			return c
		}
		return compareDesigns(x.design, y.design)
	})
	var keep []entry
	always := 0
next:
	for i := range b.all {
		e := &b.all[i]
		for j := range keep {
			if j >= always && keep[j].design.Tiling != e.design.Tiling {
				continue // fits other groups
			}
			if noMore(keep[j].cost, e.cost) {
				continue next
			}
		}
		keep = append(keep, *e)
		if e.always {
			always++
		}
	}
	return keep
}

func noMore(a, b []int64) bool {
	b = b[:len(a)]
	for i, v := range a {
		if v > b[i] {
			return false
		}
	}
	return true
}

// limits is the words a cycle beyond which a port helps no layer.
type limits struct{ w, i, o int64 }

func (m *limits) add(x *tile, fillDrain bool) {
	m.w = max(m.w, 1, ceilDiv(x.w, x.comp))
	m.i = max(m.i, 1, ceilDiv(x.i, x.comp))
	m.o = max(m.o, 1, ceilDiv(x.o, x.inner*x.comp))
	if fillDrain { // the last store shrinks until it is one cycle
		m.o = max(m.o, x.o)
	}
}

// splits calls f with every way to share words a cycle out to the three ports
// that none with larger ports makes useless; it stops when f says so.
func (m *limits) splits(words int64, f func(hw.Ports) bool) bool {
	if m.w+m.i+m.o <= words {
		return f(hw.Ports{W: int(m.w), I: int(m.i), O: int(m.o)})
	}
	for w := int64(1); w <= min(m.w, words-2); w++ {
		for i := int64(1); i <= min(m.i, words-w-1); i++ {
			o := min(m.o, words-w-i)
			if w+i+o < words && (i < m.i || w < m.w) {
				continue // a larger input or weight port is free
			}
			if !f(hw.Ports{W: int(w), I: int(i), O: int(o)}) {
				return false
			}
		}
	}
	return true
}

// compare orders designs by their units, then by their sizes.
func compareDesigns(d, e hw.Design) int {
	return cmp.Or(cmp.Compare(d.Tm*d.Tn, e.Tm*e.Tn), cmp.Compare(d.Tm, e.Tm), cmp.Compare(d.Tr*d.Tc, e.Tr*e.Tc),
		cmp.Compare(d.Tr, e.Tr), cmp.Compare(d.W, e.W), cmp.Compare(d.I, e.I), cmp.Compare(d.O, e.O))
}
