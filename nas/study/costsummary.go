package study

import (
	"slices"

	"coexplore/nas/results"
)

// A CostSummary is what a study of cost says of one method over its seeds. Arrays of
// three are the lower quartile, the median and the upper quartile.
type CostSummary struct {
	Method   string `json:"method"`
	Searches int    `json:"searches"`
	Reached  int    `json:"reached"` // of them, the goal
	// Children are the networks trained until the goal was reached, or in all where it
	// was not, and Ratio those of the reference by them, 0 where it was not.
	Children [3]float64 `json:"children"`
	Ratio    [3]float64 `json:"ratio"`
	Plans    [3]float64 `json:"plans"` // made until then
}

// SummarizeCost sums searches up, method by method in the order in which they come.
func SummarizeCost(searches []CostSearch) []CostSummary {
	var list []CostSummary
	var children, ratios, plans [][]float64
	for i := range searches {
		s := &searches[i]
		k := slices.IndexFunc(list, func(c CostSummary) bool { return c.Method == s.Method })
		if k < 0 {
			k = len(list)
			list = append(list, CostSummary{Method: s.Method})
			children, ratios, plans = append(children, nil), append(ratios, nil), append(plans, nil)
		}
		list[k].Searches++
		if s.Reached {
			list[k].Reached++
		}
		children[k], ratios[k] = append(children[k], float64(s.Children)), append(ratios[k], s.Ratio)
		plans[k] = append(plans[k], float64(s.Plans))
	}
	for k := range list {
		c := &list[k]
		c.Children, c.Ratio, c.Plans = results.Quartiles(children[k]), results.Quartiles(ratios[k]), results.Quartiles(plans[k])
	}
	return list
}
