package study

import (
	"slices"

	"gonum.org/v1/gonum/stat"

	"coexplore/internal/wilcoxon"
)

// A Summary is what a comparison says of one method. Arrays of three are the lower
// quartile, the median and the upper quartile over the searches.
type Summary struct {
	Method      string     `json:"method"`
	Hypervolume [3]float64 `json:"hypervolume"`
	Regret      [3]float64 `json:"regret"`          // share of the true front's hypervolume that is missing
	Arrived     int        `json:"arrived"`         // searches that came within the wanted share
	Children    float64    `json:"children_median"` // networks trained until then, the median; 0 if under half arrived
	// P is that of the two-sided Wilcoxon signed-rank test of the hypervolume
	// against random search with the same seeds; 1 where there is none.
	P      float64   `json:"p_against_random"`
	Final  []float64 `json:"final"`
	Needed []int     `json:"needed"`
}

// Summaries sums up each row of the comparison. Regret needs the true front.
func (c *Comparison) Summaries() ([]Summary, error) {
	random := slices.IndexFunc(c.Rows, func(r Row) bool { return r.Method == "random" })
	var list []Summary
	for i := range c.Rows {
		row := &c.Rows[i]
		s := Summary{Method: row.Method, Final: row.Final, Needed: row.Arrived, P: 1}
		lower, median, upper := Quartiles(row.Final)
		s.Hypervolume = [3]float64{lower, median, upper}
		s.Regret = [3]float64{1 - upper/c.Hypervolume, 1 - median/c.Hypervolume, 1 - lower/c.Hypervolume}
		var needed []float64
		for _, n := range row.Arrived {
			if n > 0 {
				s.Arrived++
				needed = append(needed, float64(n))
			} else {
				needed = append(needed, float64(c.Trained+1)) // more than were trained
			}
		}
		if _, median, _ := Quartiles(needed); median <= float64(c.Trained) {
			s.Children = median
		}
		if random >= 0 && i != random {
			test, err := wilcoxon.SignedRank(row.Final, c.Rows[random].Final, wilcoxon.TwoSided)
			if err != nil {
				return nil, err
			}
			s.P = test.P
		}
		list = append(list, s)
	}
	return list, nil
}

// Quartiles are the lower quartile, the median and the upper quartile of values,
// of which there must be at least one: the empirical quantiles of gonum's stat.
func Quartiles(values []float64) (lower, median, upper float64) {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	at := func(p float64) float64 { return stat.Quantile(p, stat.Empirical, sorted, nil) }
	return at(0.25), at(0.5), at(0.75)
}
