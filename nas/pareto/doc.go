// Package pareto compares designs that are judged by several figures at once.
//
// A design is a point: one number for each objective, accuracy and pipeline
// efficiency say. More is better, unless a direction says Minimize. A point
// dominates another if it is no worse in every objective and better in at
// least one; the front is the points that none dominates, the best trade-offs.
// The hypervolume turns a front into one number: the volume of the region that
// it dominates, down to a stated reference point.
//
//	points := [][]float64{{0.80, 0.99}, {0.85, 0.92}, {0.79, 0.95}}
//	front, err := pareto.Front(points)                          // 0 and 1
//	volume, err := pareto.Hypervolume(points, []float64{0, 0})
//
//	latencies := [][]float64{{0.90, 6.1}, {0.88, 2.4}}
//	front, err = pareto.Front(latencies, pareto.Maximize, pareto.Minimize)
//
// Equal points do not dominate each other, so a front holds all copies of a
// point or none; Distinct keeps one of each. Infinite objectives are compared as numbers are. NaN compares
// with nothing and is refused, as are points of unequal length.
package pareto
