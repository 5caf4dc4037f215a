package figure

import (
	"fmt"
	"testing"

	"gonum.org/v1/plot"

	"coexplore/hw"
	"coexplore/hw/blast"
)

func init() {
	builders["cuts"] = func() (*plot.Plot, error) { return sampleCuts("XC7Z015:3", 35, hw.MaxUtilization) }
	builders["cuts-throughput"] = func() (*plot.Plot, error) { return sampleCuts("XC7Z015:2,ZU3EG:1", 300, hw.MaxUtilization) }
	builders["cuts-cost"] = func() (*plot.Plot, error) { return sampleCuts("XC7Z015:2", 39, hw.MinCost) }
}

// sampleCuts are those of a published network of 14 convolutions.
func sampleCuts(fpgas string, fps float64, obj hw.Objective) (*plot.Plot, error) {
	net, err := hw.ReferenceNetwork("cifar10-optsw", hw.Shape{}, 0)
	if err != nil {
		return nil, err
	}
	pool, err := hw.ParsePool(fpgas)
	if err != nil {
		return nil, err
	}
	planner, err := blast.New(blast.Options{Pool: pool, Target: hw.DefaultTarget(), FPS: fps, Objective: obj, Explain: true})
	if err != nil {
		return nil, err
	}
	a, err := planner.Plan(net)
	if err != nil {
		return nil, err
	}
	return Cuts(a.Trace)
}

func ExampleCuts() {
	p, err := sampleCuts("XC7Z015:3", 35, hw.MaxUtilization)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Title.Text)
	// Output: The best pipeline with a cut at each place, 35 frames/s
}

func TestCutsRefuses(t *testing.T) {
	if _, err := Cuts(&blast.Trace{}); err == nil {
		t.Error("a trace without cuts is drawn")
	}
	if _, err := Cuts(&blast.Trace{Partial: true, Cuts: make([]blast.CutDecision, 2)}); err == nil {
		t.Error("a partial trace is drawn")
	}
}
