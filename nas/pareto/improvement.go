package pareto

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// A Staircase is the edge of what points dominate above a reference, in two objectives.
type Staircase struct {
	reference [2]float64
	front     [][]float64 // by rising second and falling first objective
}

// NewStaircase makes the staircase of points, which it keeps; those that are not above
// the reference add nothing. It takes O(n log n) for n points. An error says which point
// is not finite or not of two objectives.
func NewStaircase(points [][]float64, reference [2]float64) (*Staircase, error) {
	if err := finite(append(slices.Clone(points), reference[:])); err != nil {
		return nil, err
	}
	s := &Staircase{reference: reference}
	for n, p := range points {
		if len(p) != 2 {
			return nil, fmt.Errorf("pareto: point %d has %d objectives, must have 2", n, len(p))
		}
		if p[0] > reference[0] && p[1] > reference[1] {
			s.front = append(s.front, p)
		}
	}
	s.front = distinctFront(s.front)
	slices.SortFunc(s.front, func(a, b []float64) int { return cmp.Compare(a[1], b[1]) })
	return s, nil
}

// ExpectedImprovement is the expected hypervolume improvement of a design in two
// objectives, more of both being better, whose first is uncertain and whose second is
// known: how much the design is expected to add to the hypervolume of the points above
// the reference.
//
// What is known of the first objective X is excess(a) = E[max(0, X-a)] for any level a:
// [NormalExcess], [LogNormalExcess], or that of a distribution of one's own. In the strip
// of second objectives between two neighbours of the front, the design adds what its
// first exceeds the front's by, so that
//
//	EHVI = sum over strips below second of width * excess(first of the front there)
//
// which is exact but for rounding, and takes O(n) for n points of the front. It is the formula
// of Emmerich, Deutz and Klinkenberg ("Hypervolume-based expected improvement", CEC 2011)
// in the form of Yang, Emmerich, Deutz and Bäck (Swarm and Evolutionary Computation 44,
// 2019), where one of the two objectives has no variance.
func (s *Staircase) ExpectedImprovement(excess func(level float64) float64, second float64) float64 {
	sum, low := 0.0, s.reference[1]
	for _, p := range s.front {
		if low >= second {
			return sum
		}
		sum += float64((min(p[1], second) - low) * excess(p[0]))
		low = p[1]
	}
	return sum + float64(max(0, second-low)*excess(s.reference[0]))
}

// NormalExcess is E[max(0, X-level)] of a normal X: the expected improvement of one
// objective,
//
//	(mean-level)*Phi(z) + deviation*phi(z),  z = (mean-level)/deviation
//
// with the distribution function Phi and the density phi of the standard normal. A
// deviation of 0 gives the improvement itself.
func NormalExcess(mean, deviation float64) func(level float64) float64 {
	return func(level float64) float64 {
		if deviation <= 0 {
			return max(0, mean-level)
		}
		z := (mean - level) / deviation
		return max(0, float64((mean-level)*phi(z))+float64(deviation*math.Exp(-z*z/2)/math.Sqrt(2*math.Pi)))
	}
}

// LogNormalExcess is E[max(0, X-level)] of X = top - L, where the logarithm of L is
// normal, with a mean and a deviation: an objective that stays below top, and comes near
// it the harder the nearer it is. With K = top-level it is E[max(0, K-L)],
//
//	K*Phi(d) - exp(mean + deviation^2/2)*Phi(d-deviation),  d = (log K - mean)/deviation
//
// the formula of a put option (Black and Scholes, J. Political Economy 81(3), 1973). A
// deviation of 0 gives the improvement itself.
func LogNormalExcess(top, mean, deviation float64) func(level float64) float64 {
	return func(level float64) float64 {
		k := top - level
		if k <= 0 {
			return 0
		}
		if deviation <= 0 {
			return max(0, k-math.Exp(mean))
		}
		d := (math.Log(k) - mean) / deviation
		return max(0, float64(k*phi(d))-float64(math.Exp(mean+deviation*deviation/2)*phi(d-deviation)))
	}
}

// phi is the distribution function of the standard normal.
func phi(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }
