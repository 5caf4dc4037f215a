package accel

import (
	"cmp"
	"math"
	"slices"

	"coexplore/hw"
)

// search is one run of BestDesign.
type search struct {
	t      hw.Target
	budget budget
	layers []hw.Loops // distinct
	count  []int64    // how often each occurs
	taps   int64      // of the weight buffers
	best   Best
	lanes  []lanes // of the layers, on the array at hand
	tiles  []tile  // of the layers, under the tiling at hand
}

func newSearch(layers []hw.Loops, dev *hw.Device, t hw.Target) *search {
	s := &search{t: t, budget: newBudget(dev, &t), taps: 1}
	for _, l := range layers {
		if i := slices.Index(s.layers, l); i >= 0 {
			s.count[i]++
		} else {
			s.layers = append(s.layers, l)
			s.count = append(s.count, 1)
			s.taps = max(s.taps, bufferTaps(&l))
		}
	}
	s.lanes, s.tiles = make([]lanes, len(s.layers)), make([]tile, len(s.layers))
	s.best.Cycles = math.MaxInt64
	return s
}

// arraySizes lists the array sizes worth trying: the smallest of every class
// with equal ceilings, for each layer and, with groups, for each number of
// groups side by side.
func arraySizes(layers []hw.Loops, units int64) (tms, tns []int) {
	limit := int(units)
	for _, l := range layers {
		mg, ng := l.M/l.Groups, l.N/l.Groups
		tms, tns = pieceSizes(tms, mg, 1, limit), pieceSizes(tns, ng, 1, limit)
		if l.Groups > 1 {
			tms, tns = pieceSizes(tms, l.Groups, mg, limit), pieceSizes(tns, l.Groups, ng, limit)
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
	sizes := tileSizes(s.layers, &s.t, true, func(in, out int64) bool { return s.budget.holds(1, 1, in, out, s.taps) })
	for _, a := range s.arrays(s.taps) {
		if a.bound >= s.best.Cycles {
			break
		}
		for i := range s.layers {
			s.lanes[i] = lanesOf(&s.layers[i], a.tm, a.tn, &s.t)
		}
		left := s.budget.besideWeights(a.tm, a.tn, s.taps)
		for i := range sizes {
			if z := &sizes[i]; s.budget.banks(left, a.tm, a.tn, z.in[0], z.out[0]) {
				s.try(a, z)
			}
		}
	}
	s.trim()
}

// arrays lists the (Tm, Tn) that fit with weight buffers for the kernels, the
// lowest bound first, and leaves out those with no design better than the best
// so far.
func (s *search) arrays(taps int64) []array {
	tms, tns := arraySizes(s.layers, s.budget.units)
	var macs int64
	for i := range s.layers {
		if !s.t.AuthorsScripts { // which counts fewer with strides
			macs += s.count[i] * s.layers[i].MACs() * int64(s.t.Batch)
		}
	}
	var out []array
	for _, tm := range tms {
		for _, tn := range tns {
			if !s.budget.holds(tm, tn, 1, 1, taps) {
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
		return cmp.Or(cmp.Compare(a.bound, b.bound), cmp.Compare(int64(a.tm)*int64(a.tn), int64(b.tm)*int64(b.tn)))
	})
	return out
}

// arrayBound is no more than the cycles of any design with this Tm and Tn.
func (s *search) arrayBound(tm, tn int) int64 {
	var b int64
	for i := range s.layers {
		b += s.count[i] * s.layerArrayBound(&s.layers[i], tm, tn)
	}
	return b
}

// layerArrayBound is arrayBound for one layer: one tile over all rows and columns
// has the least of every product. Where strides pass over pixels, tiles of one
// pixel read fewer, the kernel for each.
func (s *search) layerArrayBound(l *hw.Loops, tm, tn int) int64 {
	x := tileOf(l, hw.Tiling{Tm: tm, Tn: tn, Tr: math.MaxInt, Tc: math.MaxInt}, &s.t)
	if rows, cols := l.K < l.S, l.Columns() < l.Step(); (rows || cols) && s.t.Input == hw.Halo && !s.t.AuthorsScripts {
		h, w := inputRows(l, int64(l.R)), inputColumns(l, int64(l.C))
		all := h * w
		if rows {
			h = int64(l.R) * int64(l.K)
		}
		if cols {
			w = int64(l.C) * int64(l.Columns())
		}
		x.i = x.i / all * (h * w)
	}
	return s.steadyBound(&x)
}

// steadyBound is no more than the layer's cycles before fill and drain,
// whatever the ports are.
func (s *search) steadyBound(x *tile) int64 {
	passes := x.outer * x.inner
	return min(max(passes*x.comp, ceilDiv(passes*(x.w+x.i)+x.outer*x.o, s.budget.words)), hw.NeverCycles)
}

// layerBound is steadyBound with the least that fill and drain add.
func (s *search) layerBound(x *tile) int64 {
	c := s.steadyBound(x)
	if s.t.FillDrain {
		c = min(c+x.comp, hw.NeverCycles)
	}
	return c
}

// try evaluates a tile size on the array at hand and keeps the best ports for it
// if they beat the best.
func (s *search) try(a array, z *tileSize) {
	var bound int64
	for i := range s.lanes {
		s.tiles[i] = s.lanes[i].tile(z.tiles[i], z.area[i], z.read[i])
		bound += s.count[i] * s.layerBound(&s.tiles[i])
		if bound >= s.best.Cycles {
			return
		}
	}
	s.ports(hw.Tiling{Tm: a.tm, Tn: a.tn, Tr: z.tr, Tc: z.tc})
}

// load works out every layer under the tiling.
func (s *search) load(tl hw.Tiling) {
	for i := range s.layers {
		s.tiles[i] = tileOf(&s.layers[i], tl, &s.t)
	}
}

// ports finds the best split of the words a cycle for the tiling in s.tiles, if it
// beats the best so far. No port may be so narrow that it alone makes the tiling no
// better than that.
func (s *search) ports(tl hw.Tiling) {
	var m portLimits // more words than these help no layer
	for i := range s.tiles {
		m.add(&s.tiles[i], s.t.FillDrain)
	}
	words := s.budget.words
	if m.w+m.i+m.o <= words {
		s.keep(tl, hw.Ports{W: int(m.w), I: int(m.i), O: int(m.o)})
		return
	}
	w0 := s.narrowest(min(m.w, words-2), func(x *tile) int64 { return x.outer * x.inner * x.w })
	i0 := s.narrowest(min(m.i, words-1-w0), func(x *tile) int64 { return x.outer * x.inner * x.i })
	o0 := s.narrowest(min(m.o, words-w0-i0), func(x *tile) int64 { return x.outer * x.o })
	for w := w0; w <= min(m.w, words-i0-o0); w++ {
		if s.splitBound(w) >= s.best.Cycles {
			continue
		}
		for i := i0; i <= min(m.i, words-w-o0); i++ {
			s.keep(tl, hw.Ports{W: int(w), I: int(i), O: int(min(m.o, words-w-i))})
		}
	}
}

// narrowest is the fewest words a cycle, up to most, with which a port that all of
// its words pass through does not by itself make the tiling no better than the best
// so far; more than all words where even most does.
func (s *search) narrowest(most int64, load func(*tile) int64) int64 {
	beats := func(port int64) bool {
		var c int64
		for i := range s.tiles {
			x := &s.tiles[i]
			c += s.count[i] * min(max(x.outer*x.inner*x.comp, ceilDiv(load(x), port)), hw.NeverCycles)
			if c >= s.best.Cycles {
				return false
			}
		}
		return true
	}
	if most < 1 || !beats(most) {
		return s.budget.words + 1
	}
	low, high := int64(0), most // low is too narrow, high not
	for high-low > 1 {
		if mid := (low + high) / 2; beats(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}

// splitBound is no more than the cycles with w words a cycle for weights.
func (s *search) splitBound(w int64) int64 {
	var b int64
	for i := range s.tiles {
		x := &s.tiles[i]
		passes := x.outer * x.inner
		c := max(passes*x.comp, ceilDiv(passes*x.w, w), ceilDiv(passes*x.i+x.outer*x.o, s.budget.words-w))
		if s.t.FillDrain {
			c += max(x.comp, ceilDiv(x.w, w))
		}
		b += s.count[i] * min(c, hw.NeverCycles)
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
