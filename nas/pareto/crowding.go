package pareto

import (
	"cmp"
	"math"
	"slices"
)

// Crowding returns the crowding distance of each point among all the given
// points, normally those of one front: how far apart its neighbours are,
// summed over the objectives, each in units of that objective's range (Deb et
// al., IEEE Trans. Evolutionary Computation 6(2), 2002, section III-B). The
// first and the last point of an objective get +Inf. The direction of an
// objective makes no difference.
//
// Points with equal values of an objective are taken in the order of their
// indices. An objective that has one value for all points adds nothing, not
// even to the first and the last. Infinite objectives have no range; they and
// NaN are refused with an error.
func Crowding(points [][]float64) ([]float64, error) {
	if err := check(points, nil); err != nil {
		return nil, err
	}
	if err := finite(points); err != nil {
		return nil, err
	}
	distance := make([]float64, len(points))
	if len(points) == 0 {
		return distance, nil
	}
	order := make([]int, len(points))
	for n := range order {
		order[n] = n
	}
	for i := range points[0] {
		slices.SortFunc(order, func(a, b int) int {
			return cmp.Or(cmp.Compare(points[a][i], points[b][i]), cmp.Compare(a, b))
		})
		first, last := order[0], order[len(order)-1]
		low, high := points[first][i], points[last][i]
		if low == high {
			continue
		}
		distance[first], distance[last] = math.Inf(1), math.Inf(1)
		for k := 1; k < len(order)-1; k++ {
			before, after := points[order[k-1]][i], points[order[k+1]][i]
			// Halves, lest the range of very large numbers overflow.
			distance[order[k]] += (after/2 - before/2) / (high/2 - low/2)
		}
	}
	return distance, nil
}
