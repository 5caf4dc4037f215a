package pareto

import (
	"fmt"
	"math"
)

// IGDPlus returns the modified inverted generational distance of the points
// from a known front: the mean, over the points of the known front, of how far
// the nearest of the points falls short of it, counting only the objectives in
// which it does (Ishibuchi et al., EMO 2015). 0 means that the known front is
// reached everywhere; adding a point never makes it larger. Each objective is
// divided by its scale, normally its range over the known front, so that units
// do not matter; a nil scale divides by 1.
//
// It is +Inf for no points. An error says what is NaN, infinite, not positive
// (a scale), or of a length that does not fit; the known front must not be empty.
func IGDPlus(points, known [][]float64, scale []float64, directions ...Direction) (float64, error) {
	if len(known) == 0 {
		return 0, fmt.Errorf("pareto: the known front is empty")
	}
	if err := check(known, directions); err != nil {
		return 0, fmt.Errorf("%w (of the known front)", err)
	}
	if err := finite(known); err != nil {
		return 0, fmt.Errorf("%w (of the known front)", err)
	}
	if err := check(points, directions); err != nil {
		return 0, err
	}
	if err := finite(points); err != nil {
		return 0, err
	}
	if len(points) > 0 && len(points[0]) != len(known[0]) {
		return 0, fmt.Errorf("pareto: points have %d objectives, the known front has %d", len(points[0]), len(known[0]))
	}
	if scale != nil && len(scale) != len(known[0]) {
		return 0, fmt.Errorf("pareto: %d scales for %d objectives", len(scale), len(known[0]))
	}
	for i, s := range scale {
		if !(s > 0) || math.IsInf(s, 0) {
			return 0, fmt.Errorf("pareto: scale %d is %v, must be positive", i, s)
		}
	}
	points, known = maximized(points, directions), maximized(known, directions)
	sum := 0.0
	for _, k := range known {
		nearest := math.Inf(1)
		for _, p := range points {
			d := 0.0
			for i, v := range k {
				short := max(0, v-p[i])
				if scale != nil {
					short /= scale[i]
				}
				d = math.Hypot(d, short)
			}
			nearest = min(nearest, d)
		}
		sum += nearest
	}
	return sum / float64(len(known)), nil
}
