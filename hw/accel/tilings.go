package accel

import (
	"cmp"
	"math"
	"slices"

	"coexplore/hw"
)

// tilings are all tilings that can be the best for some group of the layers of a
// universe, whatever the ports are, with lower bounds of each layer's cycles.
type tilings struct {
	budget budget
	taps   []int64 // layer -> words of a weight buffer, one half
	sizes  []tileSize
	list   []tiling // those that fit every group first
	always int      // of the list
	blocks costBlocks
	least  []int64 // layer -> lower bound on any tiling
}

// tiling is a tiling that was kept.
type tiling struct {
	hw.Tiling
	size   int32 // of the sizes
	always bool  // fits every group of the universe
	// work is what each layer takes before it is divided by the ports: array cycles,
	// words of weights, inputs and outputs in all and, with fill and drain, of the
	// first load and last store. Those of a layer that does not fit are the largest
	// number.
	work  []int64
	total int64 // array cycles of all layers
}

// newTilings works the tilings out; ok is false where they would be too many.
func newTilings(universe []hw.Loops, t *hw.Target, b budget) (g tilings, ok bool) {
	g.budget = b
	for i := range universe {
		g.taps = append(g.taps, bufferTaps(&universe[i]))
	}
	small, large := slices.Min(g.taps), slices.Max(g.taps)
	g.sizes = tileSizes(universe, t, false, func(in, out int64) bool { return b.holds(1, 1, in, out, small) })
	tms, tns := arraySizes(universe, b.units)
	var all []tiling
	for i := range g.sizes {
		z := &g.sizes[i]
		least, most := banks{slices.Min(z.in), slices.Min(z.out)}, banks{slices.Max(z.in), slices.Max(z.out)}
		for _, tm := range tms {
			for _, tn := range tns {
				if b.holds(tm, tn, least.in, least.out, small) {
					all = append(all, tiling{Tiling: hw.Tiling{Tm: tm, Tn: tn, Tr: z.tr, Tc: z.tc}, size: int32(i),
						always: b.holds(tm, tn, most.in, most.out, large)})
				}
			}
		}
	}
	if len(all) > maxTilings {
		return g, false
	}
	if !g.keep(all, universe, t) {
		return g, false
	}
	g.bind(universe, t)
	return g, true
}

// banks is the blocks of one half of an input and of an output bank.
type banks struct{ in, out int64 }

// keep leaves out the tilings that others make useless. What makes most others
// useless comes first: what fits every group, and of that the largest arrays.
func (g *tilings) keep(all []tiling, universe []hw.Loops, t *hw.Target) bool {
	slices.SortStableFunc(all, func(x, y tiling) int {
		if x.always != y.always {
			if x.always {
				return -1
			}
			return 1
		}
		return cmp.Compare(y.Tm*y.Tn, x.Tm*x.Tn)
	})
	var kept []tiling
next:
	for i := range all {
		x := &all[i]
		if !g.count(x, universe, t) {
			continue
		}
		for j := range kept {
			if o := &kept[j]; o.total <= x.total && g.fitsWherever(o, x) && noMore(o.work, x.work) {
				kept[j/2], kept[j] = kept[j], kept[j/2] // it will again
				continue next
			}
		}
		if len(kept)*len(universe) >= maxCells {
			return false
		}
		kept = append(kept, *x)
	}
	// Alike ones beside each other: their bounds are.
	slices.SortFunc(kept, func(x, y tiling) int {
		if x.always != y.always {
			if x.always {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(x.Tm, y.Tm), cmp.Compare(x.Tn, y.Tn), cmp.Compare(x.Tr, y.Tr), cmp.Compare(x.Tc, y.Tc))
	})
	g.list = kept
	for i := range kept {
		if kept[i].always {
			g.always++
		}
	}
	return true
}

// count works out what the layers take; false: it fits none of them.
func (g *tilings) count(x *tiling, universe []hw.Loops, t *hw.Target) bool {
	each := 4
	if t.FillDrain {
		each = 8
	}
	x.work = make([]int64, 0, each*len(universe))
	z, some := &g.sizes[x.size], false
	for k := range universe {
		if !x.always && !g.budget.holds(x.Tm, x.Tn, z.in[k], z.out[k], g.taps[k]) {
			for range each {
				x.work = append(x.work, math.MaxInt64)
			}
			continue
		}
		some = true
		l := lanesOf(&universe[k], x.Tm, x.Tn, t)
		tile := l.tile(z.tiles[k], z.area[k], z.read[k])
		passes := tile.outer * tile.inner
		x.work = append(x.work, passes*tile.comp, passes*tile.w, passes*tile.i, tile.outer*tile.o)
		if t.FillDrain {
			x.work = append(x.work, tile.comp, tile.w, tile.i, tile.o)
		}
		x.total += passes * tile.comp
	}
	return some
}

// fitsWherever reports that x fits every group of layers that y fits, for all that
// can be told without going through the groups: it always fits, or has no more
// units, nor larger banks for any layer.
func (g *tilings) fitsWherever(x, y *tiling) bool {
	if x.always {
		return true
	}
	if x.Tm > y.Tm || x.Tn > y.Tn {
		return false
	}
	a, b := &g.sizes[x.size], &g.sizes[y.size]
	return noMore(a.in, b.in) && noMore(a.out, b.out)
}

// bind works the bounds out.
func (g *tilings) bind(universe []hw.Loops, t *hw.Target) {
	s := search{t: *t, budget: g.budget}
	g.blocks = newBlocks(len(universe), len(g.list))
	for m := range g.list {
		x := &g.list[m]
		for k := range universe {
			if x.work[k*len(x.work)/len(universe)] != math.MaxInt64 {
				tile := tileOf(&universe[k], x.Tiling, t)
				g.blocks.cost[k][m] = s.layerBound(&tile)
			}
		}
		x.work = nil
	}
	g.least = g.blocks.bind()
}

// holds reports whether tiling m holds the layers of the rows together.
func (g *tilings) holds(m int, rows []int32) bool {
	x := &g.list[m]
	if x.always {
		return true
	}
	z := &g.sizes[x.size]
	var in, out int64
	taps := int64(1)
	for _, row := range rows {
		in, out, taps = max(in, z.in[row]), max(out, z.out[row]), max(taps, g.taps[row])
	}
	return g.budget.holds(x.Tm, x.Tn, in, out, taps)
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
