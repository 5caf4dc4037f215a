package pareto

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Hypervolume returns the volume of the region that the points dominate down
// to the reference point: in two dimensions an area, in the product of the
// objectives' units. The reference is worse than every point of interest; a
// point that is not better than it in every objective adds nothing. State the
// reference wherever the figure is shown: volumes compare only under the same.
//
// It is exact but for rounding: a sweep in two dimensions, O(n log n); in more,
// the exclusive volumes of While et al. (IEEE Trans. Evolutionary Computation
// 16(1), 2012), whose cost grows steeply with the number of objectives, and
// which is meant for up to four.
//
// An error says which point has a NaN, a length that does not fit, or a part
// in the volume although it is infinite. The reference must be finite.
func Hypervolume(points [][]float64, reference []float64, directions ...Direction) (float64, error) {
	if err := check(points, directions); err != nil {
		return 0, err
	}
	if len(points) > 0 && len(reference) != len(points[0]) {
		return 0, fmt.Errorf("pareto: the reference has %d objectives, the points have %d", len(reference), len(points[0]))
	}
	if err := finite([][]float64{reference}); err != nil {
		return 0, fmt.Errorf("pareto: the reference %v must be finite", reference)
	}
	var inside [][]float64 // distances from the reference, all positive
	for n, p := range points {
		q := make([]float64, len(p))
		in := true
		for i, v := range p {
			q[i] = v - reference[i]
			if directions != nil && directions[i] == Minimize {
				q[i] = -q[i]
			}
			in = in && q[i] > 0
		}
		if !in {
			continue
		}
		for i, v := range q {
			if math.IsInf(v, 0) {
				return 0, fmt.Errorf("pareto: point %d, objective %d is %v: its volume is infinite", n, i, p[i])
			}
		}
		inside = append(inside, q)
	}
	if len(inside) == 0 {
		return 0, nil
	}
	v := volume(inside)
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return 0, fmt.Errorf("pareto: the volume down to %v overflows: scale the objectives", reference)
	}
	return v, nil
}

// volume returns the volume that the points, all positive, dominate down to 0.
func volume(points [][]float64) float64 {
	if len(points) == 1 {
		return box(points[0])
	}
	switch len(points[0]) {
	case 1:
		top := 0.0
		for _, p := range points {
			top = max(top, p[0])
		}
		return top
	case 2:
		return area(points)
	}
	// By falling last objective, every point is the lowest of those up to it.
	// What it adds to them is its own box less the part that they cover, which
	// lies within its height: a volume of one dimension less, times the height.
	points = distinctFront(points)
	last := len(points[0]) - 1
	slices.SortFunc(points, func(a, b []float64) int {
		return cmp.Or(cmp.Compare(b[last], a[last]), slices.Compare(b, a))
	})
	total := 0.0
	for n, p := range points {
		base := p[:last]
		exclusive := box(base)
		if n > 0 {
			covered := make([][]float64, n)
			for k := range covered {
				q := make([]float64, last)
				for i := range q {
					q[i] = min(points[k][i], base[i])
				}
				covered[k] = q
			}
			exclusive -= volume(covered)
		}
		total += float64(exclusive * p[last])
	}
	return total
}

func box(p []float64) float64 {
	v := 1.0
	for _, x := range p {
		v *= x
	}
	return float64(v) // rounded: the same on machines that fuse products into sums
}

// area is volume in two dimensions: strips from right to left.
func area(points [][]float64) float64 {
	points = slices.Clone(points)
	slices.SortFunc(points, func(a, b []float64) int { return slices.Compare(b, a) })
	total, top := 0.0, 0.0
	for _, p := range points {
		if p[1] > top {
			total += float64(p[0] * (p[1] - top))
			top = p[1]
		}
	}
	return total
}

// distinctFront returns the points that no other dominates, each once.
func distinctFront(points [][]float64) [][]float64 {
	var front []int
	var out [][]float64
	for _, n := range lexicographic(points) {
		if len(out) > 0 && slices.Equal(out[len(out)-1], points[n]) {
			continue
		}
		if !dominatedBy(points, front, n) {
			front = append(front, n)
			out = append(out, points[n])
		}
	}
	return out
}

// finite returns an error that names the first infinite number.
func finite(points [][]float64) error {
	for n, p := range points {
		for i, v := range p {
			if math.IsInf(v, 0) || math.IsNaN(v) {
				return fmt.Errorf("pareto: point %d, objective %d is %v, must be finite", n, i, v)
			}
		}
	}
	return nil
}
