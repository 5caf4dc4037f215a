package blast

import (
	"math/rand/v2"
	"slices"

	"coexplore/hw"
	"coexplore/hw/accel"
)

// universe is the layers that a search proposes: a list of them, or every
// combination of the kernels, filters and strides seen, at every size that they can
// reach from one input. For it the planner has a catalogue of each device, so that
// the best accelerator of any group of its layers is a look-up.
type universe struct {
	listed                    bool // by PrecomputeLayers, for Plan
	in                        hw.Shape
	classes                   int
	head                      hw.Head
	kernels, filters, strides []int
	failed                    int            // catalogues that would have been too big
	tables                    []*accel.Table // of each type; nil entries: it holds nothing
	rows                      map[hw.Loops]int32
}

// maxFailures is how often a universe may prove too big before the planner
// stops trying for that input.
const maxFailures = 1

// Precompute tells the planner which chains a search will propose, so that it
// works their layers out now rather than as they come. It reports whether it
// can hold them all; if not, PlanChain is exact still, and slower.
func (p *Planner) Precompute(in hw.Shape, classes int, head hw.Head, kernels, filters, strides []int) bool {
	v := &p.universe
	v.reset(in, classes, head)
	for _, x := range []struct {
		to   *[]int
		from []int
	}{{&v.kernels, kernels}, {&v.filters, filters}, {&v.strides, strides}} {
		*x.to = slices.Compact(slices.Sorted(slices.Values(append(*x.to, x.from...))))
	}
	for _, s := range [][]int{v.kernels, v.filters, v.strides} {
		if len(s) == 0 || s[0] < 1 || s[len(s)-1] > hw.MaxExtent {
			v.reset(hw.Shape{}, 0, 0)
			return false
		}
	}
	if in.Check() != nil || classes < 1 || classes > hw.MaxExtent {
		v.reset(hw.Shape{}, 0, 0)
		return false
	}
	return p.build()
}

// PrecomputeLayers tells the planner of all layers that the networks of a search
// are made of, so that Plan finds a stage's accelerator in tables. It reports whether
// it can hold them all; if not, and for networks with other layers, Plan is exact
// still, and slower. With tables a stage's cycles are the same; where several designs
// take equally few, the design may differ. Planning a chain forgets the layers.
func (p *Planner) PrecomputeLayers(layers []hw.Loops) bool {
	v := &p.universe
	v.reset(hw.Shape{}, 0, 0)
	v.rows = map[hw.Loops]int32{}
	var distinct []hw.Loops
	for _, l := range layers {
		if l.Check() != nil {
			v.reset(hw.Shape{}, 0, 0)
			return false
		}
		if _, ok := v.rows[l]; !ok {
			v.rows[l] = int32(len(distinct))
			distinct = append(distinct, l)
		}
	}
	v.listed = len(distinct) > 0 && p.buildTables(distinct)
	return v.listed
}

func (v *universe) reset(in hw.Shape, classes int, head hw.Head) {
	*v = universe{in: in, classes: classes, head: head}
}

// extend adds a chain's values; changed is false where all were there.
func (v *universe) extend(c hw.Chain) (changed bool) {
	for _, l := range c {
		changed = addTo(&v.kernels, l.Kernel) || changed
		changed = addTo(&v.filters, l.Filters) || changed
		changed = addTo(&v.strides, l.Stride) || changed
	}
	return changed
}

func addTo(set *[]int, x int) bool {
	if slices.Contains(*set, x) {
		return false
	}
	*set = append(*set, x)
	return true
}

// include adds what a chain has to the universe.
func (p *Planner) include(c hw.Chain, in hw.Shape, classes int, head hw.Head) {
	v := &p.universe
	if v.in != in || v.classes != classes || v.head != head {
		v.reset(in, classes, head)
	}
	if p.latencies == nil && v.failed <= maxFailures && v.extend(c) && !p.build() {
		// Too big together: what this chain has alone may be small enough.
		failed := v.failed
		v.reset(in, classes, head)
		v.failed = failed
		if v.extend(c); failed <= maxFailures {
			p.build()
		}
	}
}

// build works out the universe's layers and catalogues.
func (p *Planner) build() bool {
	v := &p.universe
	v.tables, v.rows = nil, map[hw.Loops]int32{}
	var layers []hw.Loops
	add := func(l hw.Loops) {
		if _, ok := v.rows[l]; !ok && l.Check() == nil {
			v.rows[l] = int32(len(layers))
			layers = append(layers, l)
		}
	}
	sizes := []hw.Shape{{C: 1, H: v.in.H, W: v.in.W}}
	for i := 0; i < len(sizes) && len(layers) <= accel.MaxRows; i++ {
		for _, s := range v.strides {
			for _, f := range v.filters {
				for _, k := range v.kernels {
					spec := hw.ConvSpec{Kernel: k, Filters: f, Stride: s}
					l, out := spec.Loops(hw.Shape{C: v.in.C, H: sizes[i].H, W: sizes[i].W})
					if i == 0 {
						add(l)
					}
					for _, n := range v.filters {
						l.N = n
						add(l)
					}
					if size := (hw.Shape{C: 1, H: out.H, W: out.W}); !slices.Contains(sizes, size) {
						sizes = append(sizes, size)
					}
				}
			}
		}
		for _, f := range v.filters {
			at := hw.Shape{C: f, H: sizes[i].H, W: sizes[i].W}
			if v.head == hw.PoolHead {
				l, out := poolLoops(at)
				add(l)
				at = out
			}
			if p.Target.Dense == hw.DenseOnFPGA {
				add(denseLoops(at, v.classes))
			}
		}
	}
	return p.buildTables(layers)
}

// buildTables makes the catalogues of distinct layers. Measured latencies need none.
func (p *Planner) buildTables(layers []hw.Loops) bool {
	v := &p.universe
	v.tables = nil
	if p.latencies != nil {
		return true
	}
	v.mix(layers)
	for t := range p.types {
		f := &p.types[t]
		var table *accel.Table
		if f.weak == nil {
			var ok bool
			if table, ok = accel.NewTable(layers, f.dev, f.target); !ok {
				v.tables = nil
				v.failed++
				return false
			}
		}
		v.tables = append(v.tables, table)
	}
	return true
}

// mix spreads alike layers apart, always in the same way: two designs that are
// compared layer by layer then differ early.
func (v *universe) mix(layers []hw.Loops) {
	rand.New(rand.NewPCG(1, uint64(len(layers)))).Shuffle(len(layers), func(i, j int) {
		layers[i], layers[j] = layers[j], layers[i]
	})
	for i, l := range layers {
		v.rows[l] = int32(i)
	}
}

// Table is what the designs of a device of the pool cost for the layers of the
// precomputed space; ok is false if there is none.
func (p *Planner) Table(device string) (t *accel.Table, ok bool) {
	for i, table := range p.universe.tables {
		if p.types[i].dev.Part == device && table != nil {
			return table, true
		}
	}
	return nil, false
}
