package accel

import (
	"slices"

	"coexplore/hw"
)

// Limits of a table. A universe of layers that would pass them is searched
// group by group instead.
const (
	MaxRows       = 4096    // layers of a universe
	maxCandidates = 300_000 // designs looked at
	maxCompared   = 1 << 26 // comparisons of two designs
	maxDesigns    = 6000    // designs kept
	maxCells      = 6 << 20 // designs kept times layers
)

// Table holds, for one device and a universe of layers, every design that can be
// the best for some group of those layers, with the cycles of each layer on it.
// The best design for a group is then the smallest sum over the table, and exact:
// a design is left out only if another one takes no more cycles on any layer of
// the universe and fits wherever the first fits. A layer is known by its row.
type Table struct {
	budget  budget
	rows    map[hw.Loops]int32
	designs []hw.Design
	size    []int32   // design -> its tile size
	always  int       // designs[:always] fit every group of the universe
	cost    [][]int64 // layer -> cycles on every design
	least   []int64   // layer -> fewest cycles on any design
	sizes   []tileSize
	kernels []int // layer -> kernel of the weight buffers
}

// NewTable works the table of the layers, which are distinct, out; the row of a
// layer is its index. ok is false where the table would be too big.
func NewTable(universe []hw.Loops, dev *hw.Device, t hw.Target) (c *Table, ok bool) {
	if len(universe) > MaxRows {
		return nil, false
	}
	if allCountable(universe, &t) != nil {
		return nil, false
	}
	c = &Table{budget: newBudget(dev, &t), rows: make(map[hw.Loops]int32, len(universe))}
	for i, l := range universe {
		c.rows[l] = int32(i)
		c.kernels = append(c.kernels, bufferKernel(&l))
	}
	b := tableBuilder{t: t, budget: c.budget, universe: universe, kernels: c.kernels}
	b.sizes = tileSizes(universe, &t, false, func(in, out int64) bool { return b.budget.holds(1, 1, in, out, slices.Min(c.kernels)) })
	if !b.enumerate() {
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
		c.size = append(c.size, e.size)
		if e.always {
			c.always++
		}
		for k, v := range e.cost {
			c.cost[k][d] = v
			c.least[k] = min(c.least[k], v)
		}
	}
	c.sizes = b.sizes
}

// Holds reports whether design d holds the layers of the rows together.
func (c *Table) Holds(d int, group []int32) bool {
	if d < c.always {
		return true
	}
	z := &c.sizes[c.size[d]]
	var in, out int64
	kernel := 1
	for _, row := range group {
		in, out, kernel = max(in, z.in[row]), max(out, z.out[row]), max(kernel, c.kernels[row])
	}
	return c.budget.holds(c.designs[d].Tm, c.designs[d].Tn, in, out, kernel)
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
