package pareto

import (
	"fmt"
	"math"
	"slices"
)

// Attainment returns what at least the given share of several sets of points attain,
// one set for each run of a search: the corners of the empirical attainment surface in
// two dimensions (Fonseca and Fleming, PPSN 1996; Grunert da Fonseca et al., EMO 2001),
// best first objective first. A place is attained by a set if a point of it is no worse in
// both objectives. With a share of 0.5 half of the runs reach every corner; the least
// share attains what any run does, and 1 what all do. It is empty where nothing is attained
// by as many.
//
// It takes O(n*m) for n points in m sets, all together. An error says what is NaN, not of
// two objectives, or a share that is not above 0 and at most 1.
func Attainment(sets [][][]float64, share float64, directions ...Direction) ([][]float64, error) {
	if !(share > 0 && share <= 1) {
		return nil, fmt.Errorf("pareto: the share of sets must be above 0 and at most 1, is %v", share)
	}
	sign := []float64{1, 1}
	for i, d := range directions {
		if i < len(sign) && d == Minimize {
			sign[i] = -1
		}
	}
	var places []float64 // of the first objective, where the surface may have a corner
	fronts := make([][][]float64, len(sets))
	for k, set := range sets {
		if err := check(set, directions); err != nil {
			return nil, fmt.Errorf("%w (of set %d)", err, k)
		}
		for n, p := range set {
			if len(p) != 2 {
				return nil, fmt.Errorf("pareto: point %d of set %d has %d objectives, attainment is worked out for 2", n, k, len(p))
			}
			places = append(places, sign[0]*p[0])
		}
		front := distinctFront(maximized(set, directions))
		slices.Reverse(front) // rising first and falling second objective
		fronts[k] = front
	}
	slices.Sort(places)
	places = slices.Compact(places)
	slices.Reverse(places)
	need := int(math.Ceil(share*float64(len(sets)) - 1e-9))
	var corners [][]float64
	top := math.Inf(-1)
	heights := make([]float64, len(fronts))
	for _, x := range places {
		for k, front := range fronts {
			at, _ := slices.BinarySearchFunc(front, x, func(p []float64, x float64) int {
				if p[0] < x {
					return -1
				}
				return 1
			})
			heights[k] = math.Inf(-1)
			if at < len(front) {
				heights[k] = front[at][1]
			}
		}
		slices.Sort(heights)
		if y := heights[len(heights)-need]; y > top {
			top = y
			corners = append(corners, []float64{sign[0] * x, sign[1] * y})
		}
	}
	return corners, nil
}
