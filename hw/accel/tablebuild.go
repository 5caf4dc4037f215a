package accel

import (
	"cmp"
	"slices"

	"coexplore/hw"
)

// tableBuilder enumerates designs.
type tableBuilder struct {
	t              hw.Target
	budget         budget
	universe       []hw.Loops
	kernels        []int
	sizes          []tileSize
	all            []entry
	seen, compared int
	lanes          []lanes
	tiles          []tile
	fit            []bool
	trial          []int64
}

// candidate is a tiling.
type candidate struct {
	hw.Tiling
	size int32 // of the tableBuilder's sizes
}

// banks is the blocks of one half of an input and of an output bank.
type banks struct{ in, out int64 }

// entry is a candidate design.
type entry struct {
	design hw.Design
	size   int32 // of the tableBuilder's sizes
	always bool  // fits every group of the universe
	cost   []int64
	total  int64
}

// enumerate goes through all arrays and tile sizes, with every split of the ports
// that no larger one makes useless. Those that make most others useless come
// first: what fits every group, and of that the largest arrays.
func (b *tableBuilder) enumerate() bool {
	small, large := slices.Min(b.kernels), slices.Max(b.kernels)
	var always, sometimes []candidate
	tms, tns := arraySizes(b.universe, b.budget.units)
	for i := range b.sizes {
		z := &b.sizes[i]
		least, most := banks{slices.Min(z.in), slices.Min(z.out)}, banks{slices.Max(z.in), slices.Max(z.out)}
		for _, tm := range tms {
			for _, tn := range tns {
				c := candidate{hw.Tiling{Tm: tm, Tn: tn, Tr: z.tr, Tc: z.tc}, int32(i)}
				switch {
				case b.budget.holds(tm, tn, most.in, most.out, large):
					always = append(always, c)
				case b.budget.holds(tm, tn, least.in, least.out, small):
					sometimes = append(sometimes, c)
				}
			}
		}
	}
	n := len(b.universe)
	b.lanes, b.tiles, b.fit, b.trial = make([]lanes, n), make([]tile, n), make([]bool, n), make([]int64, n)
	return b.tilings(always, true) && b.tilings(sometimes, false)
}

// tilings offers the tilings, the largest arrays first.
func (b *tableBuilder) tilings(of []candidate, always bool) bool {
	slices.SortStableFunc(of, func(x, y candidate) int {
		return cmp.Or(cmp.Compare(y.Tm*y.Tn, x.Tm*x.Tn), cmp.Compare(x.Tm, y.Tm))
	})
	var at hw.Tiling
	for _, c := range of {
		if c.Tm != at.Tm || c.Tn != at.Tn {
			for k := range b.universe {
				b.lanes[k] = lanesOf(&b.universe[k], c.Tm, c.Tn, &b.t)
			}
		}
		at = c.Tiling
		z, some := &b.sizes[c.size], false
		var limits portLimits
		for k := range b.universe {
			b.fit[k] = always || b.budget.holds(c.Tm, c.Tn, z.in[k], z.out[k], b.kernels[k])
			if b.fit[k] {
				some = true
				b.tiles[k] = b.lanes[k].tile(z.tiles[k], z.area[k], z.read[k])
				limits.add(&b.tiles[k], b.t.FillDrain)
			}
		}
		if some && !b.splits(c.Tiling, c.size, always, &limits) {
			return false
		}
	}
	return true
}

// splits offers every split of the ports for the tiling in b.tiles.
func (b *tableBuilder) splits(tl hw.Tiling, size int32, always bool, limits *portLimits) bool {
	return limits.splits(b.budget.words, func(p hw.Ports) bool {
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
		return b.offer(entry{design: hw.Design{Tiling: tl, Ports: p}, size: size, always: always, total: total})
	})
}

// offer keeps the candidate with the cycles in b.trial, unless a kept one makes
// it useless. One that dominates comes to the front: it will again.
func (b *tableBuilder) offer(e entry) bool {
	for j := range b.all {
		o := &b.all[j]
		b.compared++
		if o.total <= e.total && noMore(o.cost, b.trial) && b.fitsWherever(o, &e) {
			b.all[j/2], b.all[j] = b.all[j], b.all[j/2]
			return true
		}
	}
	e.cost = slices.Clone(b.trial)
	b.all = append(b.all, e)
	if len(b.all) > 2*maxDesigns {
		b.all = b.front()
	}
	return len(b.all) <= 2*maxDesigns && b.compared < maxCompared
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
next:
	for i := range b.all {
		e := &b.all[i]
		for j := range keep {
			if noMore(keep[j].cost, e.cost) && b.fitsWherever(&keep[j], e) {
				continue next
			}
		}
		keep = append(keep, *e)
	}
	return keep
}

// fitsWherever reports that d fits every group of layers that e fits, for all that
// can be told without going through the groups: it always fits, or has no more
// units, nor larger banks for any layer.
func (b *tableBuilder) fitsWherever(d, e *entry) bool {
	if d.always || d.design.Tiling == e.design.Tiling {
		return true
	}
	if d.design.Tm > e.design.Tm || d.design.Tn > e.design.Tn {
		return false
	}
	x, y := &b.sizes[d.size], &b.sizes[e.size]
	return noMore(x.in, y.in) && noMore(x.out, y.out)
}

// noMore reports that no number of a is more than that of b.
func noMore(a, b []int64) bool {
	b = b[:len(a)]
	for i, v := range a {
		if v > b[i] {
			return false
		}
	}
	return true
}

// compareDesigns orders designs by their units, then by their sizes.
func compareDesigns(d, e hw.Design) int {
	return cmp.Or(cmp.Compare(d.Tm*d.Tn, e.Tm*e.Tn), cmp.Compare(d.Tm, e.Tm), cmp.Compare(d.Tr*d.Tc, e.Tr*e.Tc),
		cmp.Compare(d.Tr, e.Tr), cmp.Compare(d.W, e.W), cmp.Compare(d.I, e.I), cmp.Compare(d.O, e.O))
}
