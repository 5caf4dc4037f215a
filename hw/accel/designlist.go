package accel

import (
	"cmp"
	"slices"

	"coexplore/hw"
)

// Limits of a list of designs.
const (
	maxCandidates = 10_000 // designs looked at
	maxListed     = 3000   // designs kept
	maxScanned    = 64     // designs that are all looked at for every group
)

// designList is every design that can be the best for some group of the layers of a
// universe, with the cycles of each layer on it. The best design for a group is then
// the smallest sum, and exact: a design is left out only if another one takes no
// more cycles on any layer and fits wherever the first fits.
type designList struct {
	tilings *tilings
	designs []hw.Design
	tiling  []int32 // of each design
	always  int     // designs[:always] fit every group of the universe
	blocks  costBlocks
	least   []int64
}

// listDesigns lists the designs; nil: they are too many.
func listDesigns(g *tilings, universe []hw.Loops, t *hw.Target) *designList {
	var all []listed
	tiles := make([]tile, len(universe))
	fit := make([]bool, len(universe))
	seen := 0
	for m := range g.list {
		var limits portLimits
		x, z := &g.list[m], &g.sizes[g.list[m].size]
		for k := range universe {
			if fit[k] = x.always || g.budget.holds(x.Tm, x.Tn, z.in[k], z.out[k], g.taps[k]); fit[k] {
				tiles[k] = tileOf(&universe[k], x.Tiling, t)
				limits.add(&tiles[k], t.FillDrain)
			}
		}
		first := len(all) // of the tiling
		if !limits.splits(g.budget.words, func(p hw.Ports) bool {
			if seen++; seen > maxCandidates {
				return false
			}
			e := listed{ports: p, tiling: int32(m), cost: make([]int64, len(universe))}
			for k := range universe {
				e.cost[k] = hw.NeverCycles
				if fit[k] {
					e.cost[k] = tiles[k].cycles(p, t.FillDrain)
				}
				e.total += e.cost[k]
			}
			for i := first; i < len(all); i++ {
				if all[i].total <= e.total && noMore(all[i].cost, e.cost) {
					return true
				}
			}
			all = append(all, e)
			return true
		}) {
			return nil
		}
	}
	return frontOf(all, g)
}

// listed is a design that may be listed.
type listed struct {
	ports  hw.Ports
	tiling int32
	cost   []int64
	total  int64
}

// frontOf lists the designs that no other one makes useless.
func frontOf(all []listed, g *tilings) *designList {
	slices.SortStableFunc(all, func(x, y listed) int {
		a, b := g.list[x.tiling].always, g.list[y.tiling].always
		if a != b {
			if a {
				return -1
			}
			return 1
		}
		return cmp.Compare(x.total, y.total)
	})
	var keep []listed
next:
	for i := range all {
		e := &all[i]
		for j := range keep {
			o := &keep[j]
			if noMore(o.cost, e.cost) && (o.tiling == e.tiling || g.fitsWherever(&g.list[o.tiling], &g.list[e.tiling])) {
				keep[j/2], keep[j] = keep[j], keep[j/2]
				continue next
			}
		}
		if len(keep) >= maxListed {
			return nil
		}
		keep = append(keep, *e)
	}
	// By their tilings: those that always fit first, and alike ones beside each other.
	slices.SortFunc(keep, func(x, y listed) int {
		return cmp.Or(cmp.Compare(x.tiling, y.tiling), cmp.Compare(x.ports.W, y.ports.W), cmp.Compare(x.ports.I, y.ports.I))
	})
	layers := len(g.taps)
	d := &designList{tilings: g, blocks: newBlocks(layers, len(keep))}
	for m := range keep {
		e := &keep[m]
		x := &g.list[e.tiling]
		d.designs, d.tiling = append(d.designs, hw.Design{Tiling: x.Tiling, Ports: e.ports}), append(d.tiling, e.tiling)
		if x.always {
			d.always++
		}
		for k, v := range e.cost {
			d.blocks.cost[k][m] = v
		}
	}
	d.least = d.blocks.bind()
	return d
}

// holds reports whether a design holds the layers of the rows together.
func (d *designList) holds(m int, rows []int32) bool {
	return m < d.always || d.tilings.holds(int(d.tiling[m]), rows)
}

// load works out the running sums of the rows' cycles for best, in the memory of sums.
func (d *designList) load(sums []int64, rows []int32) []int64 {
	if n := len(d.designs); n <= maxScanned {
		return runningSums(sums, rows, d.blocks.cost, n)
	}
	return d.blocks.load(sums, rows)
}

// best is the design with the fewest cycles for layers [i, j) of the rows that sums were
// worked out for.
func (d *designList) best(sums []int64, rows []int32, i, j int) (cycles int64, number int32) {
	n := len(d.designs)
	cycles, number = hw.NeverCycles, -1
	if n <= maxScanned {
		a, b := sums[i*n:(i+1)*n], sums[j*n:(j+1)*n]
		b = b[:len(a)]
		for k, v := range a {
			if v := b[k] - v; v < cycles && (k < d.always || d.holds(k, rows[i:j])) {
				cycles, number = v, int32(k)
			}
		}
		return cycles, number
	}
	first := d.blocks.lowest(sums, i, j)
	cycles, number = d.try(first, rows[i:j], cycles, number)
	for b := range d.blocks.count {
		if b != first && d.blocks.bound(sums, b, i, j) < cycles {
			cycles, number = d.try(b, rows[i:j], cycles, number)
		}
	}
	return cycles, number
}

// try looks for a better design in a block.
func (d *designList) try(block int, rows []int32, cycles int64, number int32) (int64, int32) {
	for m, c := range d.blocks.block(block, rows) {
		if k := block*blockSize + m; c < cycles && (k < d.always || d.holds(k, rows)) {
			cycles, number = c, int32(k)
		}
	}
	return cycles, number
}
