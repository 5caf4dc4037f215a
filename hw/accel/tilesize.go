package accel

import (
	"cmp"
	"slices"

	"coexplore/hw"
)

// tileSize is a candidate (Tr, Tc) with what it means for every layer.
type tileSize struct {
	tr, tc int
	tiles  []int64 // a layer's tiles over rows and columns
	area   []int64 // pixels computed in a tile
	read   []int64 // pixels read for a tile
	// in and out are the blocks of one half of an input and an output bank: a
	// layer's own or, where the layers share their banks, one entry, the largest.
	in, out []int64
}

// tileSizes lists the (Tr, Tc) worth trying that fit: sizes that are the
// smallest of a class with equal ceilings for every layer, and that no other one
// dominates. Together says that the layers share their banks; fits is asked with
// the smallest entries of in and out, and refuses larger ones too.
func tileSizes(layers []hw.Loops, t *hw.Target, together bool, fits func(in, out int64) bool) []tileSize {
	var trs, tcs []int
	for i := range layers {
		rows, cols := extent(&layers[i], t)
		trs, tcs = pieceSizes(trs, rows, 1, rows), pieceSizes(tcs, cols, 1, cols)
	}
	trs, tcs = sortedSet(trs), sortedSet(tcs)
	banks := len(layers)
	if together {
		banks = 1
	}
	var all []tileSize
	var order []tileOrder
	for _, tr := range trs {
		room := make([]int64, len(tcs)*(3*len(layers)+2*banks))
		for _, tc := range tcs {
			s := tileSize{tr: tr, tc: tc}
			for _, v := range []*[]int64{&s.tiles, &s.area, &s.read} {
				*v, room = room[:len(layers):len(layers)], room[len(layers):]
			}
			for _, v := range []*[]int64{&s.in, &s.out} {
				*v, room = room[:banks:banks], room[banks:]
			}
			o := s.count(layers, t)
			if !fits(slices.Min(s.in), slices.Min(s.out)) {
				break // a larger Tc takes no less
			}
			o.index = len(all)
			all, order = append(all, s), append(order, o)
		}
	}
	slices.SortFunc(order, tileOrder.compare)
	var keep []tileSize
next:
	for _, o := range order {
		for i := range keep {
			if keep[i].dominates(&all[o.index], t.FillDrain) {
				continue next
			}
		}
		keep = append(keep, all[o.index])
	}
	return keep
}

// tileOrder puts tile sizes that dominate before those that they dominate.
type tileOrder struct {
	computed, read, tiles, blocks int64 // sums over the layers
	index                         int
}

func (a tileOrder) compare(b tileOrder) int {
	switch {
	case a.computed != b.computed:
		return cmp.Compare(a.computed, b.computed)
	case a.read != b.read:
		return cmp.Compare(a.read, b.read)
	case a.tiles != b.tiles:
		return cmp.Compare(a.tiles, b.tiles)
	case a.blocks != b.blocks:
		return cmp.Compare(a.blocks, b.blocks)
	}
	return cmp.Compare(a.index, b.index)
}

// count works out what (Tr, Tc) means for the layers, and its place in the order.
func (s *tileSize) count(layers []hw.Loops, t *hw.Target) (o tileOrder) {
	for i := range layers {
		l := &layers[i]
		rows, cols := extent(l, t)
		r, c := int64(min(s.tr, rows)), int64(min(s.tc, cols))
		s.tiles[i] = ceilDiv(int64(rows), r) * ceilDiv(int64(cols), c)
		s.area[i], s.read[i] = computed(l, r, c, t), readPixels(l, r, c, t)
		in, out := bankBlocks(l, s.tr, s.tc, t)
		at := min(i, len(s.in)-1)
		s.in[at], s.out[at] = max(s.in[at], in), max(s.out[at], out)
		o.computed += s.tiles[i] * s.area[i]
		o.read += s.tiles[i] * s.read[i]
		o.tiles += s.tiles[i]
	}
	for i := range s.in {
		o.blocks += s.in[i] + s.out[i]
	}
	return o
}

// dominates reports that a is at least as good as b in every layer and every
// resource, whatever Tm, Tn and the ports are: it makes no more tiles, which load
// no more weights and wait no more often, computes and stores no more pixels and
// reads no more in all; with fill and drain, in one tile as well.
func (a *tileSize) dominates(b *tileSize, fillDrain bool) bool {
	for i := range a.in {
		if a.in[i] > b.in[i] || a.out[i] > b.out[i] {
			return false
		}
	}
	for i := range a.tiles {
		if a.tiles[i] > b.tiles[i] || a.tiles[i]*a.area[i] > b.tiles[i]*b.area[i] || a.tiles[i]*a.read[i] > b.tiles[i]*b.read[i] {
			return false
		}
		if fillDrain && (a.area[i] > b.area[i] || a.read[i] > b.read[i]) {
			return false
		}
	}
	return true
}

// pieceSizes adds unit*ceil(n/q) for every q to the set, as far as the limit: the
// smallest size of every class that makes an equal number of pieces of n.
func pieceSizes(set []int, n, unit, limit int) []int {
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
