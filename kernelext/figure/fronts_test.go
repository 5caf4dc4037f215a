package figure

import (
	"testing"

	"coexplore/nas"
)

func init() {
	builders["panels"] = func() *Figure {
		a, b := sampleResult("coexplore", 1, 60), sampleResult("random", 4, 60)
		return Panels(3, Fronts(a, b), Hypervolumes(a, b), Reward(a.Trials))
	}
	builders["fronts"] = func() *Figure {
		return Fronts(sampleResult("hwaware", 7, 60), sampleResult("coexplore", 1, 60))
	}
	builders["fronts-one-empty"] = func() *Figure {
		return Fronts(&nas.Result{Method: "hwaware", Spec: 35}, sampleResult("coexplore", 5, 8))
	}
}

func TestFrontsRefuses(t *testing.T) {
	if err := Fronts().Err(); err == nil {
		t.Error("no results: no error")
	}
	if err := Fronts(&nas.Result{Method: "random", Spec: 35}).Err(); err == nil {
		t.Error("nothing trained: no error")
	}
}
