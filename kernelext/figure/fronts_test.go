package figure

import (
	"testing"

	"coexplore/nas"
)

func init() {
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
