package pareto

import (
	"cmp"
	"slices"
)

// Front returns the indices of the points that no other point dominates, in
// increasing order. Of equal points it holds all or none. It takes O(n log n)
// comparisons in two dimensions, and O(n log n + n*f) for a front of f points
// in more.
//
// An error says which point has a NaN or a length that does not fit.
func Front(points [][]float64, directions ...Direction) ([]int, error) {
	if err := check(points, directions); err != nil {
		return nil, err
	}
	points = maximized(points, directions)
	var front []int
	for _, n := range lexicographic(points) {
		if !dominatedBy(points, front, n) {
			front = append(front, n)
		}
	}
	slices.Sort(front)
	return front, nil
}

// Sort returns the fronts of the points: the first is Front of all, the second
// is Front of what remains without the first, and so on, each as indices in
// increasing order. Every point is in exactly one of them. This is the ranking
// of NSGA-II (Deb et al., IEEE Trans. Evolutionary Computation 6(2), 2002,
// section III-A), found by inserting the points in lexicographic order, with
// binary search for the front (Zhang et al., the same journal, 19(2), 2015).
//
// An error says which point has a NaN or a length that does not fit.
func Sort(points [][]float64, directions ...Direction) ([][]int, error) {
	if err := check(points, directions); err != nil {
		return nil, err
	}
	points = maximized(points, directions)
	var fronts [][]int
	for _, n := range lexicographic(points) {
		// A point dominated by some point of a front is dominated by some
		// point of every front before it: search for the first that has none.
		lo, hi := 0, len(fronts)
		for lo < hi {
			mid := (lo + hi) / 2
			if dominatedBy(points, fronts[mid], n) {
				lo = mid + 1
			} else {
				hi = mid
			}
		}
		if lo == len(fronts) {
			fronts = append(fronts, nil)
		}
		fronts[lo] = append(fronts[lo], n)
	}
	for _, f := range fronts {
		slices.Sort(f)
	}
	return fronts, nil
}

// lexicographic returns the indices of the points by falling first objective,
// then falling second, and so on; equal points by index. No point is dominated
// by one after it.
func lexicographic(points [][]float64) []int {
	order := make([]int, len(points))
	for n := range order {
		order[n] = n
	}
	slices.SortFunc(order, func(a, b int) int {
		if c := slices.Compare(points[b], points[a]); c != 0 {
			return c
		}
		return cmp.Compare(a, b)
	})
	return order
}

// dominatedBy reports whether a member of front dominates point n. The members
// come before n in lexicographic order, in that order, and do not dominate
// each other.
func dominatedBy(points [][]float64, front []int, n int) bool {
	p := points[n]
	if len(p) <= 2 {
		// The last member has the largest second objective, and no smaller a
		// first objective than p.
		if len(front) == 0 {
			return false
		}
		q := points[front[len(front)-1]]
		return noWorse(q, p) && !slices.Equal(q, p)
	}
	// The latest members are the most like p.
	for i := len(front) - 1; i >= 0; i-- {
		q := points[front[i]]
		if noWorse(q, p) && !slices.Equal(q, p) {
			return true
		}
	}
	return false
}

// Distinct returns the indices without those of points that equal a point of
// an earlier index in the list: one design for each place on a front. It
// panics if an index is not one of a point.
func Distinct(points [][]float64, indices []int) []int {
	var out []int
	order := make([]int, len(indices)) // places in indices, equal points side by side
	for k := range order {
		order[k] = k
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(slices.Compare(points[indices[a]], points[indices[b]]), cmp.Compare(a, b))
	})
	for i, k := range order {
		if i == 0 || slices.Compare(points[indices[k]], points[indices[order[i-1]]]) != 0 {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	for i, k := range out {
		out[i] = indices[k]
	}
	return out
}
