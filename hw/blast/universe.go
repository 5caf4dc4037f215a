package blast

import (
	"math/rand/v2"
	"slices"
)

// universe is the layers that a search proposes: every combination of the
// kernels, filters and strides seen, at every size that they can reach from
// one input. For it the planner has a catalogue of each device, so that the
// best accelerator of any group of its layers is a look-up.
type universe struct {
	in                        hw.Shape
	classes                   int
	head                      hw.Head
	kernels, filters, strides []int
	failed                    int // catalogues that would have been too big
	cats                      []*catalogue
	ids                       map[hw.Loops]int32
	buf                       []int32
}

// maxFailures is how often a universe may prove too big before the planner
// stops trying for that input.
const maxFailures = 1

// Expect tells the planner which chains a search will propose, so that it
// works their layers out now rather than as they come. It reports whether it
// can hold them all; if not, PlanChain is exact still, and slower.
func (p *Planner) Expect(in hw.Shape, classes int, head hw.Head, kernels, filters, strides []int) bool {
	v := &p.universe
	v.reset(in, classes, head)
	for _, x := range []struct {
		to   *[]int
		from []int
	}{{&v.kernels, kernels}, {&v.filters, filters}, {&v.strides, strides}} {
		*x.to = sortedSet(append(*x.to, x.from...))
	}
	for _, s := range [][]int{v.kernels, v.filters, v.strides} {
		if len(s) == 0 || s[0] < 1 || s[len(s)-1] > hw.MaxExtent {
			v.reset(hw.Shape{}, 0, 0)
			return false
		}
	}
	if in.check() != nil || classes < 1 || classes > hw.MaxExtent {
		v.reset(hw.Shape{}, 0, 0)
		return false
	}
	return p.build()
}

func (v *universe) reset(in hw.Shape, classes int, head hw.Head) {
	*v = universe{in: in, classes: classes, head: head, buf: v.buf}
}

// extend adds a chain's values; changed is false where all were there.
func (v *universe) extend(c hw.Chain) (changed bool) {
	for _, l := range c {
		changed = include(&v.kernels, l.Kernel) || changed
		changed = include(&v.filters, l.Filters) || changed
		changed = include(&v.strides, l.Stride) || changed
	}
	return changed
}

func include(set *[]int, x int) bool {
	if slices.Contains(*set, x) {
		return false
	}
	*set = append(*set, x)
	return true
}

// loadChain makes a chain the planner's work.
func (p *Planner) loadChain(c hw.Chain, in hw.Shape, classes int, head hw.Head) error {
	if err := c.check(in, classes); err != nil {
		return err
	}
	v := &p.universe
	if v.in != in || v.classes != classes || v.head != head {
		v.reset(in, classes, head)
	}
	if v.failed <= maxFailures && v.extend(c) && !p.build() {
		// Too big together: what this chain has alone may be small enough.
		failed := v.failed
		v.reset(in, classes, head)
		v.failed = failed
		if v.extend(c); failed <= maxFailures {
			p.build()
		}
	}
	b := &p.w
	layers := len(c) + 1
	if head == hw.PoolHead {
		layers++
	}
	b.reset(layers)
	v.buf = v.buf[:0]
	for i, l := range c {
		link := p.target.LinkCycles(in.Size())
		loops, out := convLoops(l, in)
		if err := p.place(loops, i, link); err != nil {
			return err
		}
		in = out
	}
	b.macs = b.onHW
	if head == hw.PoolHead {
		link := p.target.LinkCycles(in.Size())
		loops, out := poolLoops(in)
		if err := p.place(loops, len(c), link); err != nil {
			return err
		}
		in = out
	}
	dense := denseLoops(in, classes)
	if p.target.Dense == hw.DenseOnFPGA {
		if err := p.place(dense, layers-1, p.target.LinkCycles(in.Size())); err != nil {
			return err
		}
	} else if err := dense.Check(); err != nil {
		return err
	}
	b.macs += dense.MACs()
	b.ids = nil
	if len(v.buf) == b.n {
		b.ids = v.buf
	}
	p.prepare()
	return nil
}

// place adds a layer of a chain to the work, by its number in the universe if
// that has it.
func (p *Planner) place(l hw.Loops, layer int, link int64) error {
	v := &p.universe
	if v.cats != nil && p.design == nil {
		if id, ok := v.ids[l]; ok { // and so it was checked
			v.buf = append(v.buf, id)
			p.w.add(l, layer, link)
			return nil
		}
	}
	if err := l.Check(); err != nil {
		return err
	}
	p.w.add(l, layer, link)
	return nil
}

func convLoops(l hw.ConvSpec, in hw.Shape) (hw.Loops, hw.Shape) {
	out := hw.Shape{l.Filters, (in.H + l.Stride - 1) / l.Stride, (in.W + l.Stride - 1) / l.Stride}
	return hw.Loops{M: l.Filters, N: in.C, R: out.H, C: out.W, K: l.Kernel, S: l.Stride, Groups: 1, Reads: 1, Weighted: true}, out
}

func poolLoops(in hw.Shape) (hw.Loops, hw.Shape) {
	l := hw.Layer{Kind: hw.GlobalAvgPool, In: in, Out: hw.Shape{in.C, 1, 1}}
	return l.Loops(), l.Out
}

func denseLoops(in hw.Shape, classes int) hw.Loops {
	l := hw.Layer{Kind: hw.Dense, In: in, Out: hw.Shape{classes, 1, 1}}
	return l.Loops()
}

// build works out the universe's layers and catalogues.
func (p *Planner) build() bool {
	v := &p.universe
	v.cats, v.ids = nil, map[hw.Loops]int32{}
	var layers []hw.Loops
	add := func(l hw.Loops) {
		if _, ok := v.ids[l]; !ok && l.Check() == nil {
			v.ids[l] = int32(len(layers))
			layers = append(layers, l)
		}
	}
	sizes := []hw.Shape{{1, v.in.H, v.in.W}}
	for i := 0; i < len(sizes) && len(layers) <= maxKinds; i++ {
		for _, s := range v.strides {
			for _, f := range v.filters {
				for _, k := range v.kernels {
					spec := hw.ConvSpec{k, f, s}
					l, out := convLoops(spec, hw.Shape{v.in.C, sizes[i].H, sizes[i].W})
					if i == 0 {
						add(l)
					}
					for _, n := range v.filters {
						l.N = n
						add(l)
					}
					if size := (hw.Shape{1, out.H, out.W}); !slices.Contains(sizes, size) {
						sizes = append(sizes, size)
					}
				}
			}
		}
		for _, f := range v.filters {
			at := hw.Shape{f, sizes[i].H, sizes[i].W}
			if v.head == hw.PoolHead {
				l, out := poolLoops(at)
				add(l)
				at = out
			}
			if p.target.Dense == hw.DenseOnFPGA {
				add(denseLoops(at, v.classes))
			}
		}
	}
	v.mix(layers)
	for t := range p.pool {
		c, ok := newCatalogue(layers, &p.pool[t].Device, p.target)
		if !ok {
			v.cats = nil
			v.failed++
			return false
		}
		v.cats = append(v.cats, c)
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
		v.ids[l] = int32(i)
	}
}
