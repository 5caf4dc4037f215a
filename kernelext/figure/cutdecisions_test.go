package figure

import (
	"testing"

	"coexplore/hw"
	"coexplore/hw/blast"
)

func init() {
	builders["cuts-throughput"] = func() *Figure { return sampleCuts("XC7Z015:2,ZU3EG:1", 300, hw.MaxUtilization) }
	builders["cuts-cost"] = func() *Figure { return sampleCuts("XC7Z015:2", 39, hw.MinCost) }
}

// sampleCuts are those of a published network of 14 convolutions.
func sampleCuts(fpgas string, fps float64, obj hw.Objective) *Figure {
	net, err := hw.ReferenceNetwork("cifar10-optsw", hw.Shape{}, 0)
	if err != nil {
		return &Figure{err: err}
	}
	pool, err := hw.ParsePool(fpgas)
	if err != nil {
		return &Figure{err: err}
	}
	planner, err := blast.New(blast.Options{Pool: pool, Target: hw.DefaultTarget(), FPS: fps, Objective: obj, Explain: true})
	if err != nil {
		return &Figure{err: err}
	}
	a, err := planner.Plan(net)
	if err != nil {
		return &Figure{err: err}
	}
	return CutDecisions(a.Trace)
}

func TestCutDecisionsRefuses(t *testing.T) {
	if err := CutDecisions(&blast.Trace{}).Err(); err == nil {
		t.Error("a trace without cuts is drawn")
	}
	if err := CutDecisions(&blast.Trace{Partial: true, Cuts: make([]blast.CutDecision, 2)}).Err(); err == nil {
		t.Error("a partial trace is drawn")
	}
}
