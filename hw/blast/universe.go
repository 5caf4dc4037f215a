package blast

import (
	"math/rand/v2"
	"slices"

	"coexplore/hw"
	"coexplore/hw/accel"
)

// universe is the layers that a search proposes: a list of them, or every combination
// of kernels, filters and strides at every size that they can reach from one input. For
// it there is a table of each device, so that the best accelerator of any group of its
// layers is a look-up.
type universe struct {
	listed bool           // by PrecomputeLayers, for Plan
	tables []*accel.Table // of each type; nil entries: it holds nothing
	rows   map[hw.Loops]int32
}

// table is that of a type; nil: there is none.
func (u *universe) table(t int) *accel.Table {
	if t < len(u.tables) {
		return u.tables[t]
	}
	return nil
}

// Precompute is a planner that has worked the layers out of which a search will
// propose chains: those of all kernels, filters and strides at every size that they
// reach from the input. ok reports whether it can hold them all; if not, it is p, and
// PlanChain is exact still, and slower. So it is for chains with other layers.
func (p *Planner) Precompute(in hw.Shape, classes int, head hw.Head, kernels, filters, strides []int) (with *Planner, ok bool) {
	for _, s := range []*[]int{&kernels, &filters, &strides} {
		*s = slices.Compact(slices.Sorted(slices.Values(*s)))
		if x := *s; len(x) == 0 || x[0] < 1 || x[len(x)-1] > hw.MaxExtent {
			return p, false
		}
	}
	if in.Check() != nil || classes < 1 || classes > hw.MaxExtent {
		return p, false
	}
	var layers []hw.Loops
	sizes := []hw.Shape{{C: 1, H: in.H, W: in.W}}
	u := universe{rows: map[hw.Loops]int32{}}
	add := func(l hw.Loops) {
		if l.Check() == nil {
			layers = u.add(layers, l)
		}
	}
	for i := 0; i < len(sizes) && len(layers) <= accel.MaxRows; i++ {
		for _, s := range strides {
			for _, f := range filters {
				for _, k := range kernels {
					spec := hw.ConvSpec{Kernel: k, Filters: f, Stride: s}
					l, out := spec.Loops(hw.Shape{C: in.C, H: sizes[i].H, W: sizes[i].W})
					if i == 0 {
						add(l)
					}
					for _, n := range filters {
						l.N = n
						add(l)
					}
					if size := (hw.Shape{C: 1, H: out.H, W: out.W}); !slices.Contains(sizes, size) {
						sizes = append(sizes, size)
					}
				}
			}
		}
		for _, f := range filters {
			at := hw.Shape{C: f, H: sizes[i].H, W: sizes[i].W}
			if head == hw.PoolHead {
				l, out := poolLoops(at)
				add(l)
				at = out
			}
			if p.options.Target.Dense == hw.DenseOnFPGA {
				add(denseLoops(at, classes))
			}
		}
	}
	return p.knowing(u, layers)
}

// PrecomputeLayers is a planner that knows all layers that the networks of a search
// are made of, so that Plan finds a stage's accelerator in tables. ok reports whether it
// can hold them all; if not, it is p, and for it and for networks with other layers Plan
// is exact still, and slower. With tables a stage's cycles are the same; where several
// designs take equally few, the design may differ.
func (p *Planner) PrecomputeLayers(layers []hw.Loops) (with *Planner, ok bool) {
	u := universe{listed: true, rows: map[hw.Loops]int32{}}
	var distinct []hw.Loops
	for _, l := range layers {
		if l.Check() != nil {
			return p, false
		}
		distinct = u.add(distinct, l)
	}
	if len(distinct) == 0 {
		return p, false
	}
	return p.knowing(u, distinct)
}

// add appends a layer that the universe has not.
func (u *universe) add(layers []hw.Loops, l hw.Loops) []hw.Loops {
	if _, ok := u.rows[l]; ok {
		return layers
	}
	u.rows[l] = int32(len(layers))
	return append(layers, l)
}

// knowing is the planner with tables of the distinct layers of a universe. Measured
// latencies need none.
func (p *Planner) knowing(u universe, layers []hw.Loops) (with *Planner, ok bool) {
	if p.options.Latencies != nil {
		return p, true
	}
	u.mix(layers)
	for t := range p.types {
		f := &p.types[t]
		var table *accel.Table
		if f.weak == nil {
			if table, ok = accel.NewTable(layers, f.dev, f.target); !ok {
				return p, false
			}
		}
		u.tables = append(u.tables, table)
	}
	return &Planner{&platform{clock: p.clock, types: p.types, counts: p.counts, universe: u}, p.options}, true
}

// mix spreads alike layers apart, always in the same way: two designs that are
// compared layer by layer then differ early.
func (u *universe) mix(layers []hw.Loops) {
	rand.New(rand.NewPCG(1, uint64(len(layers)))).Shuffle(len(layers), func(i, j int) {
		layers[i], layers[j] = layers[j], layers[i]
	})
	for i, l := range layers {
		u.rows[l] = int32(i)
	}
}
