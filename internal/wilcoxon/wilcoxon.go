// Package wilcoxon tests whether one of two samples of pairs (the same seeds under
// two methods, say) tends to be larger, from ranks alone, by the signed-rank test
// (Wilcoxon, Biometrics Bulletin 1(6), 1945).
//
//	r, err := wilcoxon.SignedRank(ours, theirs, wilcoxon.Greater)
//	fmt.Printf("ours is larger with p = %.2g\n", r.P)
//
// Small samples get exact probabilities, with ties or without: equal values
// share the mean of their ranks, and the distribution is that of the ranks at
// hand under all assignments of signs. Large samples get the
// normal approximation; Result.Exact says which.
package wilcoxon

import (
	"fmt"
	"math"
	"slices"
)

// maxPairs is the most pairs that differ for which P is worked out exactly.
const maxPairs = 200

// An Alternative is what is held against the hypothesis that neither sample
// tends to be larger.
type Alternative int

// The alternatives.
const (
	TwoSided Alternative = iota // x tends to be larger, or smaller
	Greater                     // x tends to be larger than y
	Less                        // x tends to be smaller than y
)

// A Result is the outcome of a test.
type Result struct {
	Statistic float64 // the sum of the ranks of the pairs in which x is larger
	// P is the probability, if neither tends to be larger, of a statistic at
	// least as extreme. For TwoSided it is twice the smaller tail, at most 1.
	P float64
	N int // pairs that differ
	// Exact says that P is the exact probability and not an approximation.
	Exact bool
}

// SignedRank compares x[i] with y[i] for all i. Pairs without a difference
// are left out, as Wilcoxon did; without any other pair, P is 1. Differences
// tie if they are the same float64, so that rounding can part what is equal.
//
// It returns an error if the lengths differ or a difference is not a number.
func SignedRank(x, y []float64, alternative Alternative) (Result, error) {
	if len(x) != len(y) {
		return Result{}, fmt.Errorf("wilcoxon: %d values to pair with %d", len(x), len(y))
	}
	if err := alternative.check(); err != nil {
		return Result{}, err
	}
	var size []float64
	var positive []bool
	for i := range x {
		d := x[i] - y[i]
		if math.IsNaN(d) {
			return Result{}, fmt.Errorf("wilcoxon: pair %d is %v and %v, whose difference is not a number", i, x[i], y[i])
		}
		if d != 0 {
			size = append(size, math.Abs(d))
			positive = append(positive, d > 0)
		}
	}
	ranks, ties := doubleRanks(size)
	n, sum := len(size), 0
	for i, r := range ranks {
		if positive[i] {
			sum += r
		}
	}
	res := Result{Statistic: float64(sum) / 2, N: n, Exact: n <= maxPairs}
	if res.Exact {
		res.P = alternative.exact(signedRankCounts(ranks), sum)
	} else {
		m := float64(n)
		variance := m*(m+1)*(2*m+1)/24 - ties/48
		res.P = alternative.normal(res.Statistic, m*(m+1)/4, variance)
	}
	return res, nil
}

// doubleRanks returns twice the rank of each value, 2 for the smallest; equal
// values share the mean, so that twice the rank is a whole number. ties is the
// sum of t^3-t over the groups of t equal values.
func doubleRanks(v []float64) (ranks []int, ties float64) {
	order := make([]int, len(v))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case v[a] < v[b]:
			return -1
		case v[a] > v[b]:
			return 1
		}
		return a - b
	})
	ranks = make([]int, len(v))
	for i := 0; i < len(order); {
		j := i + 1
		for j < len(order) && v[order[j]] == v[order[i]] {
			j++
		}
		for _, k := range order[i:j] {
			ranks[k] = i + 1 + j // ranks i+1 to j have the mean (i+1+j)/2
		}
		t := float64(j - i)
		ties += t*t*t - t
		i = j
	}
	return ranks, ties
}

// signedRankCounts returns for each sum how many of the 2^n sets of ranks have it.
func signedRankCounts(ranks []int) []float64 {
	total := 0
	for _, r := range ranks {
		total += r
	}
	counts := make([]float64, total+1)
	counts[0] = 1
	top := 0
	for _, r := range ranks {
		top += r
		for s := top; s >= r; s-- {
			counts[s] += counts[s-r]
		}
	}
	return counts
}

func (a Alternative) check() error {
	if a < TwoSided || a > Less {
		return fmt.Errorf("wilcoxon: alternative %d, must be TwoSided, Greater or Less", int(a))
	}
	return nil
}

// exact returns the probability of a sum at least as extreme.
func (a Alternative) exact(counts []float64, sum int) float64 {
	all, low, high := 0.0, 0.0, 0.0
	for s, c := range counts {
		all += c
		if s <= sum {
			low += c
		}
		if s >= sum {
			high += c
		}
	}
	return a.tail(low/all, high/all)
}

// normal approximates it, with a correction of one half for continuity.
func (a Alternative) normal(statistic, mean, variance float64) float64 {
	if !(variance > 0) { // all values equal
		return 1
	}
	below := func(d float64) float64 { return math.Erfc(-d/math.Sqrt(2*variance)) / 2 }
	d := statistic - mean
	return a.tail(below(d+0.5), below(-d+0.5))
}

func (a Alternative) tail(low, high float64) float64 {
	switch a {
	case Greater:
		return high
	case Less:
		return low
	}
	return min(1, 2*min(low, high))
}
