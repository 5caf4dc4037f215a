package wilcoxon

import (
	"cmp"
	"slices"
)

// Holm returns the probabilities of several tests, corrected so that the chance of any
// false finding among all of them stays below the level that each is held against
// (Holm, Scandinavian Journal of Statistics 6(2), 1979): the k-th smallest of n is
// multiplied by n-k+1, no corrected one is less than that of a smaller one, or more
// than 1. The order stays; p is not changed.
func Holm(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	corrected := make([]float64, len(p))
	least := 0.0
	for k, i := range order {
		least = max(least, min(1, p[i]*float64(len(p)-k)))
		corrected[i] = least
	}
	return corrected
}

// RankBiserial is the effect size that belongs to [SignedRank]: of the ranks of all
// pairs that differ the share in which x is larger, less the share in which y is
// (Kerby, Comprehensive Psychology 3, 2014). It is from -1 to 1: 1 means that x is
// larger in every pair, and 0 that neither is, as without any pair that differs.
func RankBiserial(x, y []float64) (float64, error) {
	r, err := SignedRank(x, y, TwoSided)
	if err != nil {
		return 0, err
	}
	if r.N == 0 {
		return 0, nil
	}
	all := float64(r.N) * float64(r.N+1) / 2
	return 2*r.Statistic/all - 1, nil
}
