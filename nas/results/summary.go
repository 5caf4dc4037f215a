package results

import (
	"slices"

	"gonum.org/v1/gonum/stat"

	"coexplore/internal/wilcoxon"
	"coexplore/nas"
	"coexplore/nas/pareto"
)

// A Summary is what a comparison says of one method. Arrays of three are the lower
// quartile, the median and the upper quartile over the searches.
type Summary struct {
	Method      string     `json:"method"`
	Hypervolume [3]float64 `json:"hypervolume"`
	Regret      [3]float64 `json:"regret"`          // share of the true front's hypervolume that is missing
	Arrived     int        `json:"arrived"`         // searches that came within the wanted share
	Children    float64    `json:"children_median"` // networks trained until then, the median; 0 if under half arrived
	// What was found, by the measures of Measures.
	Corner            [3]float64 `json:"corner_share"`
	IGDPlus           [3]float64 `json:"igd_plus"`
	EfficientAccuracy [3]float64 `json:"efficient_accuracy"`
	// What a search cost: plans for each network trained, networks trained, and seconds.
	PlansPerChild [3]float64 `json:"plans_per_child"`
	Trained       [3]float64 `json:"trained"`
	Seconds       [3]float64 `json:"seconds"`
	Collapsed     int        `json:"collapsed"` // searches whose policy collapsed: see nas.Collapse
	// Attained is what 25, 50 and 75 % of the searches attain in the plane of accuracy
	// and efficiency: see pareto.Attainment.
	Attained [3][][]float64 `json:"attained"`
	// Curve is the median of CornerCurves, a value for each network trained.
	Curve []float64 `json:"corner_curve_median"`
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
		s.Hypervolume = Quartiles(row.Final)
		for k, h := range s.Hypervolume {
			s.Regret[2-k] = 1 - h/c.Hypervolume
		}
		var needed []float64
		for _, n := range row.Arrived {
			if n > 0 {
				s.Arrived++
				needed = append(needed, float64(n))
			} else {
				needed = append(needed, float64(c.Trained+1)) // more than were trained
			}
		}
		if median := Quartiles(needed)[1]; median <= float64(c.Trained) {
			s.Children = median
		}
		if err := s.measure(row, c.Trained); err != nil {
			return nil, err
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

// measure works out a summary's measures, costs, attainment and curve.
func (s *Summary) measure(row *Row, trained int) error {
	three := func(of func(i int) float64) [3]float64 {
		values := make([]float64, len(row.Results))
		for i := range values {
			values[i] = of(i)
		}
		return Quartiles(values)
	}
	s.Corner = three(func(i int) float64 { return row.Measures[i].Corner })
	s.IGDPlus = three(func(i int) float64 { return row.Measures[i].IGDPlus })
	s.EfficientAccuracy = three(func(i int) float64 { return row.Measures[i].EfficientAccuracy })
	s.PlansPerChild = three(func(i int) float64 { return float64(row.Spent[i].Plans) / float64(max(1, row.Spent[i].Children)) })
	s.Trained = three(func(i int) float64 { return float64(row.Spent[i].Children) })
	s.Seconds = three(func(i int) float64 { return row.Spent[i].Seconds })
	fronts := make([][][]float64, len(row.Results))
	for i, r := range row.Results {
		if r.Collapse != nil {
			s.Collapsed++
		}
		for _, d := range nas.Front(r.Designs()) {
			fronts[i] = append(fronts[i], []float64{d.Accuracy, d.Efficiency})
		}
	}
	for i, share := range []float64{0.25, 0.5, 0.75} {
		var err error
		if s.Attained[i], err = pareto.Attainment(fronts, share); err != nil {
			return err
		}
	}
	for k := range trained {
		s.Curve = append(s.Curve, three(func(i int) float64 { return after(row.CornerCurves[i], k) })[1])
	}
	return nil
}

// after is a curve's value at k, its last one where it ended before, 0 if it is empty.
func after(curve []float64, k int) float64 {
	if len(curve) == 0 {
		return 0
	}
	return curve[min(k, len(curve)-1)]
}

// Quartiles are the lower quartile, the median and the upper quartile of values,
// of which there must be at least one: the empirical quantiles of gonum's stat.
func Quartiles(values []float64) [3]float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	at := func(p float64) float64 { return stat.Quantile(p, stat.Empirical, sorted, nil) }
	return [3]float64{at(0.25), at(0.5), at(0.75)}
}
