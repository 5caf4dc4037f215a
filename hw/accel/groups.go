package accel

import (
	"slices"

	"coexplore/hw"
)

// Groups looks up the best designs for groups of the layers of one network in a
// Table. The zero value is ready for Load, and serves network after network without
// allocating; one goroutine at a time may use it.
type Groups struct {
	table  *Table
	rows   []int32     // of the network's layers
	sums   []int64     // running sums over the layers, of every design or of every block
	found  []hw.Design // what Best found, where designs are not listed
	search search
}

// Load makes the layers of a network, by their rows in a table, those that Best is
// about.
func (g *Groups) Load(t *Table, rows []int32) {
	g.table, g.rows, g.found = t, append(g.rows[:0], rows...), g.found[:0]
	if t.listed != nil {
		g.sums = t.listed.load(g.sums, g.rows)
		return
	}
	g.sums = t.tilings.blocks.load(g.sums, g.rows)
	g.search.t, g.search.budget = t.target, t.tilings.budget
}

// Best is the best design for layers [i, j) of the loaded network, by a number that
// Design knows until the next Load. Cycles are hw.NeverCycles where no design holds
// the layers.
func (g *Groups) Best(i, j int) (cycles int64, number int32) {
	if g.table.listed != nil {
		return g.table.listed.best(g.sums, g.rows, i, j)
	}
	s := &g.search
	s.best.Cycles = hw.NeverCycles
	s.layers, s.count = s.layers[:0], s.count[:0]
	for _, row := range g.rows[i:j] {
		s.layers, s.count = append(s.layers, g.table.universe[row]), append(s.count, 1)
	}
	s.tiles = slices.Grow(s.tiles[:0], j-i)[:j-i]
	blocks := &g.table.tilings.blocks
	first := blocks.lowest(g.sums, i, j)
	g.try(first, i, j)
	for b := range blocks.count {
		if b != first && blocks.bound(g.sums, b, i, j) < s.best.Cycles {
			g.try(b, i, j)
		}
	}
	if s.best.Cycles >= hw.NeverCycles {
		return hw.NeverCycles, -1
	}
	g.found = append(g.found, s.best.Design)
	return s.best.Cycles, int32(len(g.found) - 1)
}

// try looks for better ports on the tilings of a block, those with lower bounds
// first.
func (g *Groups) try(block, i, j int) {
	s, x, rows := &g.search, &g.table.tilings, g.rows[i:j]
	bounds := x.blocks.block(block, rows)
	for {
		m := 0
		for k, b := range bounds {
			if b < bounds[m] {
				m = k
			}
		}
		if bounds[m] >= s.best.Cycles {
			return
		}
		bounds[m] = hw.NeverCycles
		if k := block*blockSize + m; x.holds(k, rows) {
			s.load(x.list[k].Tiling)
			s.ports(x.list[k].Tiling)
		}
	}
}

// Design is the design that Best gave a number.
func (g *Groups) Design(number int32) hw.Design {
	if g.table.listed != nil {
		return g.table.listed.designs[number]
	}
	return g.found[number]
}
