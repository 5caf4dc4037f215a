package accel

import (
	"math"

	"coexplore/hw"
)

// Bounds bounds the cycles of groups of layers from below: for every
// array (Tm, Tn) that the device holds, the layers' cycles with one tile over
// all rows and columns, which no tiling and no ports better.
type Bounds struct {
	sums  []int64 // running sums over the layers, of every array
	count int
}

// NewBounds works the bounds for layers that were checked out.
func NewBounds(layers []hw.Loops, dev *hw.Device, t hw.Target) Bounds {
	s := newSearch(layers, dev, t)
	var arrays []array
	if s.budget.words > 0 {
		arrays = s.arrays(1) // all that fit some layer
	}
	a := Bounds{sums: make([]int64, (len(layers)+1)*len(arrays)), count: len(arrays)}
	for i := range layers {
		row := a.sums[(i+1)*a.count:]
		if j := indexOf(layers[:i], layers[i]); j >= 0 {
			for k := range arrays {
				row[k] = a.sums[i*a.count+k] + a.sums[(j+1)*a.count+k] - a.sums[j*a.count+k]
			}
			continue
		}
		for k, x := range arrays {
			row[k] = a.sums[i*a.count+k] + s.layerArrayBound(&layers[i], x.tm, x.tn)
		}
	}
	return a
}

func indexOf(in []hw.Loops, l hw.Loops) int {
	for i := range in {
		if in[i] == l {
			return i
		}
	}
	return -1
}

// Group is the bound for layers [i, j).
func (a *Bounds) Group(i, j int) int64 {
	if a.count == 0 {
		return hw.NeverCycles
	}
	x, y := a.sums[i*a.count:(i+1)*a.count], a.sums[j*a.count:(j+1)*a.count]
	y = y[:len(x)]
	best := int64(math.MaxInt64)
	for k, v := range x {
		best = min(best, y[k]-v)
	}
	return best
}
