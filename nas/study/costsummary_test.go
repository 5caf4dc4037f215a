package study_test

import (
	"reflect"
	"testing"

	"coexplore/nas/results"
	"coexplore/nas/study"
)

func TestSummarizeCost(t *testing.T) {
	search := func(method string, reached bool, children int, ratio float64) study.CostSearch {
		return study.CostSearch{Method: method, SearchCost: study.SearchCost{Reached: reached, Children: children, Plans: 10 * children}, Ratio: ratio}
	}
	got := study.SummarizeCost([]study.CostSearch{
		search("hwaware", true, 40, 1), search("random", true, 20, 2),
		search("hwaware", true, 60, 1), search("random", false, 100, 0),
		search("hwaware", true, 50, 1), search("random", true, 10, 5),
	})
	want := []study.CostSummary{
		{Method: "hwaware", Searches: 3, Reached: 3, Ratio: [3]float64{1, 1, 1}},
		{Method: "random", Searches: 3, Reached: 2},
	}
	want[0].Children = results.Quartiles([]float64{40, 50, 60})
	want[1].Children = results.Quartiles([]float64{10, 20, 100})
	want[1].Ratio = results.Quartiles([]float64{0, 2, 5})
	want[0].Plans = results.Quartiles([]float64{400, 500, 600})
	want[1].Plans = results.Quartiles([]float64{100, 200, 1000})
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := study.SummarizeCost(nil); got != nil {
		t.Errorf("%+v of nothing", got)
	}
}
