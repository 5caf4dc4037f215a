package hw

// CostTable shows what every accelerator design of one device that can be the best
// for a group of layers costs for each layer of the planner's universe (see
// Planner.Expect): what a search over layers needs for exact bounds. The best
// design of a group of layers is the one with the smallest sum, among those that
// hold the group.
type CostTable struct {
	cat *catalogue
	ids map[Loops]int32
}

// CostTable returns the table of a device of the pool; ok is false if the planner
// was told of no universe, or one that it cannot hold.
func (p *Planner) CostTable(device string) (t CostTable, ok bool) {
	e := p.entry(device)
	if e < 0 || p.universe.cats == nil {
		return CostTable{}, false
	}
	return CostTable{p.universe.cats[e], p.universe.ids}, true
}

// Designs are the designs. The first Everywhere of them hold any group of layers.
// The slice is not to be changed.
func (t CostTable) Designs() []Design { return t.cat.designs }

// Everywhere is how many designs, from the first, hold any group of the layers.
func (t CostTable) Everywhere() int { return t.cat.always }

// Row is a layer's row in the table; ok is false if it is not of the universe.
func (t CostTable) Row(l Loops) (row int, ok bool) {
	id, ok := t.ids[l]
	return int(id), ok
}

// Cycles are those of a row on each of the designs. They are above every sum that
// a design can have where a design cannot hold the layer. The slice is not to be
// changed.
func (t CostTable) Cycles(row int) []int64 { return t.cat.cost[row] }

// Holds reports whether design d holds the layers of the rows together.
func (t CostTable) Holds(d int, rows []int32) bool { return t.cat.fits(d, rows) }
