package accel

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"coexplore/hw"
)

// Best is the best accelerator for a set of layers.
type Best struct {
	Design hw.Design
	Cycles int64 // the layers' sum, for hw.Target.Batch frames
}

// BestDesign returns the accelerator with the fewest cycles, summed over the
// layers, among all integer (Tm, Tn, Tr, Tc, Wp, Ip, Op) that fit the device.
//
// Nothing is lost by what it leaves out:
//   - A tile size counts only through ceilings such as ceil(M/Tm). Of the sizes
//     with equal ceilings for every layer the smallest is best in every term and
//     every resource, so only those are tried.
//   - Row and column tiles (Tr, Tc) that are no better in any layer's tile count
//     or covered pixels, nor in buffer size, than another pair are left out.
//   - For a tiling, a layer takes at least max(compute, words/ports) cycles, for
//     max(w/Wp, i/Ip, o/Op) >= (w+i+o)/(Wp+Ip+Op). Tilings whose sum of these
//     bounds is no better than the best design so far are left out.
//
// Among equal designs the answer is the same on every run. The error is a
// *FitError when not even the smallest design fits.
func BestDesign(layers []hw.Loops, dev *hw.Device, t hw.Target) (Best, error) {
	if err := t.Check(); err != nil {
		return Best{}, err
	}
	if len(layers) == 0 {
		return Best{}, fmt.Errorf("hw: best design: no layers")
	}
	for i := range layers {
		if err := layers[i].Check(); err != nil {
			return Best{}, err
		}
	}
	return bestDesign(layers, dev, t, nil)
}

// bestDesign is BestDesign for checked input. Designs that may be near the best
// give it a first bound; they do not change the answer.
func bestDesign(layers []hw.Loops, dev *hw.Device, t hw.Target, near []hw.Design) (Best, error) {
	if err := Fits(dev, layers, hw.Design{Tiling: hw.Tiling{Tm: 1, Tn: 1, Tr: 1, Tc: 1}, Ports: hw.Ports{W: 1, I: 1, O: 1}}, t); err != nil {
		return Best{}, err
	}
	s := newSearch(layers, dev, t)
	for _, d := range near {
		if Fits(dev, layers, d, t) == nil {
			s.load(d.Tiling)
			s.best.Cycles = min(s.best.Cycles, s.total(d.Ports, math.MaxInt64)+1)
		}
	}
	s.run()
	return s.best, nil
}

// search is one run of BestDesign.
type search struct {
	t      hw.Target
	layers []hw.Loops // distinct
	count  []int64    // how often each occurs
	macs   int        // most multiply-accumulate units
	bram   int64
	words  int64 // most words a cycle over the three ports
	spans  []span
	best   Best
	tiles  []tile
}

// span is a candidate (Tr, Tc) with what it means for every layer.
type span struct {
	tr, tc  int
	in, out int64   // blocks of an input and an output bank
	tiles   []int64 // a layer's tiles over rows and columns
	area    []int64 // pixels of one clamped tile
}

func newSearch(layers []hw.Loops, dev *hw.Device, t hw.Target) *search {
	s := &search{t: t, macs: maxMACs(dev.DSP, t.Bits), bram: int64(dev.BRAM18), words: int64(dev.MaxWords(t))}
	for _, l := range layers {
		if i := slices.Index(s.layers, l); i >= 0 {
			s.count[i]++
		} else {
			s.layers = append(s.layers, l)
			s.count = append(s.count, 1)
		}
	}
	s.tiles = make([]tile, len(s.layers))
	s.best.Cycles = math.MaxInt64
	return s
}

// classes adds unit*ceil(n/q) for every q to the set, as far as the limit: the
// smallest size of every class that makes an equal number of pieces of n.
func classes(set []int, n, unit, limit int) []int {
	for v := n; ; {
		if v*unit <= limit {
			set = append(set, v*unit)
		}
		if v == 1 {
			return set
		}
		pieces := (n + v - 2) / (v - 1) // of the next smaller class
		v = (n + pieces - 1) / pieces
	}
}

func sortedSet(v []int) []int {
	slices.Sort(v)
	return slices.Compact(v)
}

// makeSpans lists the (Tr, Tc) candidates that no other one dominates.
func (s *search) makeSpans() []span {
	var trs, tcs []int
	k := 1
	for _, l := range s.layers {
		trs = classes(trs, l.R, 1, hw.MaxExtent)
		tcs = classes(tcs, l.C, 1, hw.MaxExtent)
		if l.Weighted {
			k = max(k, l.K)
		}
	}
	trs, tcs = sortedSet(trs), sortedSet(tcs)
	weights := weightBlocks(k, s.t.Bits)
	var all []span
	for _, tr := range trs {
		for _, tc := range tcs {
			sp := span{tr: tr, tc: tc}
			var in, out int64
			for i := range s.layers {
				l := &s.layers[i]
				a, b := tileBits(l, tr, tc, &s.t)
				in, out = max(in, a), max(out, b)
				r, c := int64(min(tr, l.R)), int64(min(tc, l.C))
				sp.tiles = append(sp.tiles, ceilDiv(int64(l.R), r)*ceilDiv(int64(l.C), c))
				sp.area = append(sp.area, r*c)
			}
			sp.in, sp.out = blocks(in), blocks(out)
			if 2*sp.in+2*sp.out+weights > s.bram {
				break // a larger Tc takes no less
			}
			all = append(all, sp)
		}
	}
	// Dominators first: fewer covered pixels in sum, then fewer tiles.
	slices.SortStableFunc(all, func(a, b span) int {
		if c := cmp.Compare(dot(a.tiles, a.area), dot(b.tiles, b.area)); c != 0 {
			return c
		}
		if c := cmp.Compare(sum(a.tiles), sum(b.tiles)); c != 0 {
			return c
		}
		return cmp.Compare(a.in+a.out, b.in+b.out)
	})
	var keep []span
next:
	for i := range all {
		for j := range keep {
			if s.dominates(&keep[j], &all[i]) {
				continue next
			}
		}
		keep = append(keep, all[i])
	}
	return keep
}

// dominates reports that a is at least as good as b in every layer and every
// resource, whatever Tm, Tn and the ports are.
func (s *search) dominates(a, b *span) bool {
	if a.in > b.in || a.out > b.out {
		return false
	}
	for i := range a.tiles {
		if a.tiles[i] > b.tiles[i] || a.tiles[i]*a.area[i] > b.tiles[i]*b.area[i] {
			return false
		}
		if s.t.FillDrain && a.area[i] > b.area[i] {
			return false
		}
	}
	if s.t.AuthorsScripts && (a.tr > b.tr || a.tc > b.tc) {
		return false
	}
	return true
}

func dot(a, b []int64) (s int64) {
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

func sum(a []int64) (s int64) {
	for i := range a {
		s += a[i]
	}
	return s
}

// arrayClasses lists the array sizes worth trying: the smallest of every class
// with equal ceilings, for each layer and, with groups, for each number of
// groups side by side.
func arrayClasses(layers []hw.Loops, macs int) (tms, tns []int) {
	for _, l := range layers {
		mg, ng := l.M/l.Groups, l.N/l.Groups
		tms, tns = classes(tms, mg, 1, macs), classes(tns, ng, 1, macs)
		if l.Groups > 1 {
			tms, tns = classes(tms, l.Groups, mg, macs), classes(tns, l.Groups, ng, macs)
		}
	}
	return sortedSet(tms), sortedSet(tns)
}

// array is a candidate (Tm, Tn) and its bound over all tiles and ports.
type array struct {
	tm, tn int
	bound  int64
}

func (s *search) run() {
	s.spans = s.makeSpans()
	k := 1
	for _, l := range s.layers {
		if l.Weighted {
			k = max(k, l.K)
		}
	}
	weights := weightBlocks(k, s.t.Bits)
	for _, a := range s.arrays(weights) {
		if a.bound >= s.best.Cycles {
			break
		}
		left := s.bram - int64(a.tm)*int64(a.tn)*weights
		for i := range s.spans {
			sp := &s.spans[i]
			if 2*int64(a.tn)*sp.in+2*int64(a.tm)*sp.out <= left {
				s.try(hw.Tiling{Tm: a.tm, Tn: a.tn, Tr: sp.tr, Tc: sp.tc})
			}
		}
	}
	s.trim()
}

// arrays lists the (Tm, Tn) that fit with a multiplier's weight buffer of the
// given blocks, the lowest bound first, and leaves out those with no design
// better than the best so far.
func (s *search) arrays(weights int64) []array {
	tms, tns := arrayClasses(s.layers, s.macs)
	var macs int64
	for i := range s.layers {
		macs += s.count[i] * s.layers[i].MACs() * int64(s.t.Batch)
	}
	var out []array
	for _, tm := range tms {
		for _, tn := range tns {
			if tm*tn > s.macs || int64(tm)*int64(tn)*weights+2*int64(tm)+2*int64(tn) > s.bram {
				break
			}
			if macs/(int64(tm)*int64(tn)) >= s.best.Cycles {
				continue // a unit does one multiply-accumulate a cycle
			}
			if b := s.arrayBound(tm, tn); b < s.best.Cycles {
				out = append(out, array{tm, tn, b})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b array) int {
		if c := cmp.Compare(a.bound, b.bound); c != 0 {
			return c
		}
		return cmp.Compare(int64(a.tm)*int64(a.tn), int64(b.tm)*int64(b.tn))
	})
	return out
}

// arrayBound is no more than the cycles of any design with this Tm and Tn.
func (s *search) arrayBound(tm, tn int) int64 {
	var b int64
	for i := range s.layers {
		l := &s.layers[i]
		x := tileOf(l, hw.Tiling{Tm: tm, Tn: tn, Tr: l.R, Tc: l.C}, &s.t) // one tile: the least of every product
		b += s.count[i] * s.steadyBound(&x)
	}
	return b
}

// steadyBound is no more than the layer's cycles before fill and drain,
// whatever the ports are.
func (s *search) steadyBound(x *tile) int64 {
	passes := x.outer * x.inner
	return max(passes*x.comp, ceilDiv(passes*(x.w+x.i)+x.outer*x.o, s.words))
}

// layerBound is steadyBound with the least that fill and drain add.
func (s *search) layerBound(x *tile) int64 {
	c := s.steadyBound(x)
	if s.t.FillDrain {
		c += x.comp
	}
	return c
}

// try evaluates a tiling and keeps the best ports for it if they beat the best.
func (s *search) try(tl hw.Tiling) {
	var bound int64
	for i := range s.layers {
		s.tiles[i] = tileOf(&s.layers[i], tl, &s.t)
		bound += s.count[i] * s.layerBound(&s.tiles[i])
		if bound >= s.best.Cycles {
			return
		}
	}
	s.ports(tl)
}

// load works out every layer under the tiling.
func (s *search) load(tl hw.Tiling) {
	for i := range s.layers {
		s.tiles[i] = tileOf(&s.layers[i], tl, &s.t)
	}
}

// ports finds the best split of the words a cycle for the tiling in s.tiles.
func (s *search) ports(tl hw.Tiling) {
	var m limits // more words than these help no layer
	for i := range s.tiles {
		m.add(&s.tiles[i], s.t.FillDrain)
	}
	if m.w+m.i+m.o <= s.words {
		s.keep(tl, hw.Ports{W: int(m.w), I: int(m.i), O: int(m.o)})
		return
	}
	for w := int64(1); w <= min(m.w, s.words-2); w++ {
		if s.splitBound(w) >= s.best.Cycles {
			continue
		}
		rest := s.words - w
		for i := int64(1); i <= min(m.i, rest-1); i++ {
			s.keep(tl, hw.Ports{W: int(w), I: int(i), O: int(min(m.o, rest-i))})
		}
	}
}

// splitBound is no more than the cycles with w words a cycle for weights.
func (s *search) splitBound(w int64) int64 {
	var b int64
	for i := range s.tiles {
		x := &s.tiles[i]
		passes := x.outer * x.inner
		c := max(passes*x.comp, ceilDiv(passes*x.w, w), ceilDiv(passes*x.i+x.outer*x.o, s.words-w))
		if s.t.FillDrain {
			c += max(x.comp, ceilDiv(x.w, w))
		}
		b += s.count[i] * c
	}
	return b
}

// total is the cycles of the tiling in s.tiles with the ports.
func (s *search) total(p hw.Ports, limit int64) int64 {
	var c int64
	for i := range s.tiles {
		c += s.count[i] * s.tiles[i].cycles(p, s.t.FillDrain)
		if c >= limit {
			return c
		}
	}
	return c
}

func (s *search) keep(tl hw.Tiling, p hw.Ports) {
	if c := s.total(p, s.best.Cycles); c < s.best.Cycles {
		s.best = Best{hw.Design{Tiling: tl, Ports: p}, c}
	}
}

// trim lowers the best design's ports as far as the cycles stay the same.
func (s *search) trim() {
	s.load(s.best.Design.Tiling)
	for _, port := range []*int{&s.best.Design.W, &s.best.Design.I, &s.best.Design.O} {
		lo, hi := 1, *port // hi keeps the cycles
		for lo < hi {
			*port = (lo + hi) / 2
			if s.total(s.best.Design.Ports, math.MaxInt64) == s.best.Cycles {
				hi = *port
			} else {
				lo = *port + 1
			}
		}
		*port = hi
	}
}
