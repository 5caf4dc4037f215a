package results_test

import (
	"math"
	"testing"

	"coexplore/nas"
	"coexplore/nas/results"
)

// TestMeasures compares the measures of a small search with working them out by hand.
func TestMeasures(t *testing.T) {
	design := func(accuracy, efficiency float64) nas.Design {
		return nas.Design{Network: "x", Accuracy: accuracy, Efficiency: efficiency, Throughput: 10}
	}
	front := []nas.Design{design(0.9, 0.6), design(0.8, 0.95)}
	p := &nas.Problem{Spec: 10}
	corner := results.UsefulCorner(p, front)
	if math.Abs(corner.Accuracy-0.85) > 1e-12 || corner.Efficiency != 0.5 {
		t.Errorf("the useful corner is %+v", corner)
	}
	corner = results.Corner{Accuracy: 0.7, Efficiency: 0.5}
	if got, want := corner.Hypervolume(front), 0.2*0.1+0.1*0.35; math.Abs(got-want) > 1e-12 {
		t.Errorf("hypervolume above the corner %g, want %g", got, want)
	}
	r := &nas.Result{Spec: 10, Trials: []nas.Trial{
		{Status: nas.Trained, Design: design(0.85, 0.6)},
		{Status: nas.Trained, Design: nas.Design{Network: "y", Accuracy: 0.75, Efficiency: 0.92, Throughput: 10}},
		{Status: nas.Trained, Design: nas.Design{Network: "z", Accuracy: 0.99, Efficiency: 0.99, Throughput: 5}}, // too slow
	}}
	m := results.Measure(r, front, corner)
	if want := (0.15*0.1 + 0.05*0.32) / (0.2*0.1 + 0.1*0.35); math.Abs(m.Corner-want) > 1e-12 {
		t.Errorf("share above the corner %g, want %g", m.Corner, want)
	}
	if m.EfficientAccuracy != 0.75 {
		t.Errorf("best accuracy of an efficient design %g, want 0.75", m.EfficientAccuracy)
	}
	// The front's range is 0.1 in accuracy and 0.35 in efficiency.
	first := math.Hypot(0.05/0.1, 0)
	second := math.Hypot(0.05/0.1, 0.03/0.35)
	if want := (first + second) / 2; math.Abs(m.IGDPlus-want) > 1e-12 {
		t.Errorf("IGD+ %g, want %g", m.IGDPlus, want)
	}
}
