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
	least, most    []banks // of every size, over the layers
	all            []entry
	seen, compared int
	tiles          []tile
	fit            []bool
	trial          []int64
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
// that no larger one makes useless.
func (b *tableBuilder) enumerate() bool {
	tms, tns := arraySizes(b.universe, b.budget.units)
	n := len(b.universe)
	b.tiles, b.fit, b.trial = make([]tile, n), make([]bool, n), make([]int64, n)
	small, large := slices.Min(b.kernels), slices.Max(b.kernels)
	for _, z := range b.sizes {
		b.least = append(b.least, banks{slices.Min(z.in), slices.Min(z.out)})
		b.most = append(b.most, banks{slices.Max(z.in), slices.Max(z.out)})
	}
	for _, tm := range tms {
		for _, tn := range tns {
			if !b.budget.holds(tm, tn, 1, 1, small) {
				break
			}
			for i := range b.sizes {
				z := &b.sizes[i]
				if !b.budget.holds(tm, tn, b.least[i].in, b.least[i].out, small) {
					continue
				}
				always := b.budget.holds(tm, tn, b.most[i].in, b.most[i].out, large)
				tl := hw.Tiling{Tm: tm, Tn: tn, Tr: z.tr, Tc: z.tc}
				some := false
				var limits portLimits
				for k := range b.universe {
					b.fit[k] = always || b.budget.holds(tm, tn, z.in[k], z.out[k], b.kernels[k])
					if b.fit[k] {
						some = true
						b.tiles[k] = tileOf(&b.universe[k], tl, &b.t)
						limits.add(&b.tiles[k], b.t.FillDrain)
					}
				}
				if some && !b.splits(tl, int32(i), always, &limits) {
					return false
				}
			}
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

// compareDesigns orders designs by their units, then by their sizes.
func compareDesigns(d, e hw.Design) int {
	return cmp.Or(cmp.Compare(d.Tm*d.Tn, e.Tm*e.Tn), cmp.Compare(d.Tm, e.Tm), cmp.Compare(d.Tr*d.Tc, e.Tr*e.Tc),
		cmp.Compare(d.Tr, e.Tr), cmp.Compare(d.W, e.W), cmp.Compare(d.I, e.I), cmp.Compare(d.O, e.O))
}
