package results

import (
	"fmt"

	"coexplore/internal/wilcoxon"
)

// A Pair is two methods held against each other on the same seeds.
type Pair struct {
	A string `json:"a"`
	B string `json:"b"`
	// P is that of the two-sided Wilcoxon signed-rank test, and Holm the same corrected
	// for all pairs of the comparison.
	P    float64 `json:"p"`
	Holm float64 `json:"p_holm"`
	// Effect is the rank-biserial correlation, from -1 to 1: 1 means that A has more in
	// every pair of searches that differ.
	Effect float64 `json:"effect"`
}

// Pairs tests every pair of rows on what figure gives for each search, by seed: see
// [Row.Corners] for one.
func (c *Comparison) Pairs(figure func(r *Row) []float64) ([]Pair, error) {
	var pairs []Pair
	var p []float64
	for i := range c.Rows {
		for k := i + 1; k < len(c.Rows); k++ {
			a, b := &c.Rows[i], &c.Rows[k]
			test, err := wilcoxon.SignedRank(figure(a), figure(b), wilcoxon.TwoSided)
			if err != nil {
				return nil, fmt.Errorf("results: %s against %s: %w", a.Method, b.Method, err)
			}
			effect, err := wilcoxon.RankBiserial(figure(a), figure(b))
			if err != nil {
				return nil, err
			}
			pairs, p = append(pairs, Pair{A: a.Method, B: b.Method, P: test.P, Effect: effect}), append(p, test.P)
		}
	}
	for i, corrected := range wilcoxon.Holm(p) {
		pairs[i].Holm = corrected
	}
	return pairs, nil
}

// Corners are the hypervolumes above the useful corner, as shares of the true front's,
// by seed.
func (r *Row) Corners() []float64 {
	return r.each(func(m *Measures) float64 { return m.Corner })
}

// each is a figure of every search, by seed.
func (r *Row) each(of func(*Measures) float64) []float64 {
	values := make([]float64, len(r.Measures))
	for i := range values {
		values[i] = of(&r.Measures[i])
	}
	return values
}
