package pareto

import (
	"fmt"
	"math"
)

// A Direction says whether more or less of an objective is better.
type Direction int

// The directions. Functions that are given none maximise every objective.
const (
	Maximize Direction = iota
	Minimize
)

// String returns "maximize" or "minimize".
func (d Direction) String() string {
	switch d {
	case Maximize:
		return "maximize"
	case Minimize:
		return "minimize"
	}
	return fmt.Sprintf("Direction(%d)", int(d))
}

// Dominates reports whether a is no worse than b in every objective and better
// in at least one. There is one direction for each objective, or none at all.
// It panics if lengths differ or a number is NaN.
func Dominates(a, b []float64, directions ...Direction) bool {
	if err := check([][]float64{a, b}, directions); err != nil {
		panic(err.Error())
	}
	better := false
	for i := range a {
		x, y := a[i], b[i]
		if directions != nil && directions[i] == Minimize {
			x, y = y, x
		}
		if x < y {
			return false
		}
		better = better || x > y
	}
	return better
}

// check returns an error that names the first fault of the input.
func check(points [][]float64, directions []Direction) error {
	for i, d := range directions {
		if d != Maximize && d != Minimize {
			return fmt.Errorf("pareto: objective %d has direction %d, must be Maximize or Minimize", i, int(d))
		}
	}
	for n, p := range points {
		switch {
		case len(p) == 0:
			return fmt.Errorf("pareto: point %d has no objectives", n)
		case len(p) != len(points[0]):
			return fmt.Errorf("pareto: point %d has %d objectives, point 0 has %d", n, len(p), len(points[0]))
		case directions != nil && len(p) != len(directions):
			return fmt.Errorf("pareto: point %d has %d objectives, but there are %d directions", n, len(p), len(directions))
		}
		for i, v := range p {
			if math.IsNaN(v) {
				return fmt.Errorf("pareto: point %d, objective %d is NaN", n, i)
			}
		}
	}
	return nil
}

// maximized returns the points with minimised objectives negated, so that
// more is better in all of them. Points that need no change are not copied.
func maximized(points [][]float64, directions []Direction) [][]float64 {
	negate := false
	for _, d := range directions {
		negate = negate || d == Minimize
	}
	if !negate {
		return points
	}
	out := make([][]float64, len(points))
	for n, p := range points {
		q := make([]float64, len(p))
		for i, v := range p {
			q[i] = v
			if directions[i] == Minimize {
				q[i] = -v
			}
		}
		out[n] = q
	}
	return out
}

// noWorse reports whether a is at least b in every objective.
func noWorse(a, b []float64) bool {
	for i, v := range a {
		if v < b[i] {
			return false
		}
	}
	return true
}
