package accel

import (
	"slices"

	"coexplore/hw"
)

// Limits of a table. A universe of layers that would pass them is searched group
// by group instead.
const (
	MaxRows    = 4096     // layers of a universe
	maxTilings = 20_000   // tilings looked at
	maxCells   = 16 << 20 // tilings kept times layers
)

// Table knows the best design for any group of the layers of a universe on one
// device: by every design that can be the best for some group, where those are few,
// else by every tiling and a search for its ports. Both are exact. A layer is known
// by its row. A table is not safe for concurrent use: Load keeps the layers of one
// network.
type Table struct {
	universe []hw.Loops
	rows     map[hw.Loops]int32
	tilings  tilings
	listed   *designList // nil: too many

	loaded []int32     // rows of the network's layers
	found  []hw.Design // what Best found, where designs are not listed
	search search
}

// NewTable works the table of the layers, which are distinct, out; the row of a
// layer is its index. ok is false where the table would be too big.
func NewTable(universe []hw.Loops, dev *hw.Device, t hw.Target) (c *Table, ok bool) {
	if len(universe) > MaxRows || allCountable(universe, &t) != nil {
		return nil, false
	}
	c = &Table{universe: universe, rows: make(map[hw.Loops]int32, len(universe))}
	for i, l := range universe {
		c.rows[l] = int32(i)
	}
	c.search = search{t: t, budget: newBudget(dev, &t)}
	if c.tilings, ok = newTilings(universe, &t, c.search.budget); !ok {
		return nil, false
	}
	c.listed = listDesigns(&c.tilings, universe, &t)
	return c, true
}

// Load makes the layers of a network, by their rows, those that Best is about.
func (c *Table) Load(rows []int32) {
	c.loaded, c.found = append(c.loaded[:0], rows...), c.found[:0]
	if c.listed != nil {
		c.listed.load(c.loaded)
	} else {
		c.tilings.blocks.load(c.loaded)
	}
}

// Best is the best design for layers [i, j) of the loaded network, by a number that
// Design knows until the next Load. Cycles are hw.NeverCycles where no design holds
// the layers.
func (c *Table) Best(i, j int) (cycles int64, number int32) {
	if c.listed != nil {
		return c.listed.best(c.loaded, i, j)
	}
	s := &c.search
	s.best.Cycles = hw.NeverCycles
	s.layers, s.count = s.layers[:0], s.count[:0]
	for _, row := range c.loaded[i:j] {
		s.layers, s.count = append(s.layers, c.universe[row]), append(s.count, 1)
	}
	s.tiles = slices.Grow(s.tiles[:0], j-i)[:j-i]
	blocks := &c.tilings.blocks
	first := blocks.lowest(i, j)
	c.try(first, i, j)
	for b := range blocks.count {
		if b != first && blocks.bound(b, i, j) < s.best.Cycles {
			c.try(b, i, j)
		}
	}
	if s.best.Cycles >= hw.NeverCycles {
		return hw.NeverCycles, -1
	}
	c.found = append(c.found, s.best.Design)
	return s.best.Cycles, int32(len(c.found) - 1)
}

// try looks for better ports on the tilings of a block, those with lower bounds
// first.
func (c *Table) try(block, i, j int) {
	s, g := &c.search, &c.tilings
	bounds := g.blocks.block(block, c.loaded[i:j])
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
		if k := block*blockSize + m; g.holds(k, c.loaded[i:j]) {
			s.load(g.list[k].Tiling)
			s.ports(g.list[k].Tiling)
		}
	}
}

// Design is the design that Best gave a number.
func (c *Table) Design(number int32) hw.Design {
	if c.listed != nil {
		return c.listed.designs[number]
	}
	return c.found[number]
}

// Designs are all designs that can be the best for some group of the layers; nil:
// they are too many to list. The first Everywhere of them hold any group. The slice
// is not to be changed.
func (c *Table) Designs() []hw.Design {
	if c.listed == nil {
		return nil
	}
	return c.listed.designs
}

// Everywhere is how many of the Designs, from the first, hold any group of the
// layers.
func (c *Table) Everywhere() int { return c.listed.always }

// Holds reports whether design d of the Designs holds the layers of the rows
// together.
func (c *Table) Holds(d int, rows []int32) bool { return c.listed.holds(d, rows) }

// Cycles are those of a row on each of the Designs: hw.NeverCycles where one cannot
// hold the layer. The slice is not to be changed.
func (c *Table) Cycles(row int32) []int64 { return c.listed.blocks.cost[row][:len(c.listed.designs)] }

// Row is a layer's row; ok is false if it is not of the universe.
func (c *Table) Row(l hw.Loops) (row int32, ok bool) {
	row, ok = c.rows[l]
	return row, ok
}

// Least is no more than the cycles of a row on any design.
func (c *Table) Least(row int32) int64 {
	if c.listed != nil {
		return c.listed.least[row]
	}
	return c.tilings.least[row]
}
