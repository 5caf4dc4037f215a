package accel

import "coexplore/hw"

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
// by its row. A table does not change, and is safe for concurrent use: Groups looks up
// in it.
type Table struct {
	target   hw.Target
	universe []hw.Loops
	rows     map[hw.Loops]int32
	tilings  tilings
	listed   *designList // nil: too many
}

// NewTable works the table of the layers, which are distinct, out; the row of a
// layer is its index. ok is false where the table would be too big.
func NewTable(universe []hw.Loops, dev *hw.Device, t hw.Target) (c *Table, ok bool) {
	if len(universe) > MaxRows || allCountable(universe, &t) != nil {
		return nil, false
	}
	c = &Table{target: t, universe: universe, rows: make(map[hw.Loops]int32, len(universe))}
	for i, l := range universe {
		c.rows[l] = int32(i)
	}
	if c.tilings, ok = newTilings(universe, &t, newBudget(dev, &t)); !ok {
		return nil, false
	}
	c.listed = listDesigns(&c.tilings, universe, &t)
	return c, true
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
