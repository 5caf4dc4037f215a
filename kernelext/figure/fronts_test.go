package figure

import (
	"testing"

	"gonum.org/v1/plot"

	"coexplore/nas"
)

func init() {
	builders["fronts"] = func() (*plot.Plot, error) {
		return Fronts(sampleResult("hwaware", 7, 60), sampleResult("coexplore", 1, 60))
	}
	builders["fronts-one-empty"] = func() (*plot.Plot, error) {
		return Fronts(&nas.Result{Method: "hwaware", Spec: 35}, sampleResult("coexplore", 5, 8))
	}
}

func TestFrontsRefuses(t *testing.T) {
	if _, err := Fronts(); err == nil {
		t.Error("no results: no error")
	}
	if _, err := Fronts(&nas.Result{Method: "random", Spec: 35}); err == nil {
		t.Error("nothing trained: no error")
	}
}
