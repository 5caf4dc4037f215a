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
	var all []tileSize
	for _, tr := range trs {
		for _, tc := range tcs {
			s := newTileSize(layers, t, tr, tc, together)
			if !fits(slices.Min(s.in), slices.Min(s.out)) {
				break // a larger Tc takes no less
			}
			all = append(all, s)
		}
	}
	// Dominators first.
	slices.SortStableFunc(all, func(a, b tileSize) int {
		return cmp.Or(cmp.Compare(dot(a.tiles, a.area), dot(b.tiles, b.area)), cmp.Compare(dot(a.tiles, a.read), dot(b.tiles, b.read)),
			cmp.Compare(sum(a.tiles), sum(b.tiles)), cmp.Compare(sum(a.in)+sum(a.out), sum(b.in)+sum(b.out)))
	})
	var keep []tileSize
	for i := range all {
		if !slices.ContainsFunc(keep, func(k tileSize) bool { return k.dominates(&all[i], t.FillDrain) }) {
			keep = append(keep, all[i])
		}
	}
	return keep
}

func newTileSize(layers []hw.Loops, t *hw.Target, tr, tc int, together bool) tileSize {
	s := tileSize{tr: tr, tc: tc}
	for i := range layers {
		l := &layers[i]
		rows, cols := extent(l, t)
		r, c := int64(min(tr, rows)), int64(min(tc, cols))
		s.tiles = append(s.tiles, ceilDiv(int64(rows), r)*ceilDiv(int64(cols), c))
		s.area = append(s.area, computed(l, r, c, t))
		s.read = append(s.read, readPixels(l, r, c, t))
		in, out := bankBlocks(l, tr, tc, t)
		if together && i > 0 {
			s.in[0], s.out[0] = max(s.in[0], in), max(s.out[0], out)
		} else {
			s.in, s.out = append(s.in, in), append(s.out, out)
		}
	}
	return s
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

func dot(a, b []int64) (s int64) {
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

func sum(a []int64) (s int64) {
	for _, v := range a {
		s += v
	}
	return s
}
