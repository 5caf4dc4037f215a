package study_test

import (
	"context"
	"math"
	"testing"

	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/study"
)

// TestMeasures compares the measures of a small search with working them out by hand.
func TestMeasures(t *testing.T) {
	design := func(accuracy, efficiency float64) nas.Design {
		return nas.Design{Network: "x", Accuracy: accuracy, Efficiency: efficiency, Throughput: 10}
	}
	front := []nas.Design{design(0.9, 0.6), design(0.8, 0.95)}
	p := &nas.Problem{Spec: 10}
	corner := study.UsefulCorner(p, front)
	if math.Abs(corner.Accuracy-0.85) > 1e-12 || corner.Efficiency != 0.5 {
		t.Errorf("the useful corner is %+v", corner)
	}
	corner = study.Corner{Accuracy: 0.7, Efficiency: 0.5}
	if got, want := corner.Hypervolume(front), 0.2*0.1+0.1*0.35; math.Abs(got-want) > 1e-12 {
		t.Errorf("hypervolume above the corner %g, want %g", got, want)
	}
	r := &nas.Result{Spec: 10, Trials: []nas.Trial{
		{Status: nas.Trained, Design: design(0.85, 0.6)},
		{Status: nas.Trained, Design: nas.Design{Network: "y", Accuracy: 0.75, Efficiency: 0.92, Throughput: 10}},
		{Status: nas.Trained, Design: nas.Design{Network: "z", Accuracy: 0.99, Efficiency: 0.99, Throughput: 5}}, // too slow
	}}
	m := study.Measure(r, front, corner)
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

// TestPairs checks that a comparison keeps the plans that it allows, that all pairs are
// there, and its summary against its rows.
func TestPairs(t *testing.T) {
	problem := func() (nas.Problem, error) { return searchtest.Problem(t, &searchtest.Counting{}), nil }
	first, _ := problem()
	front, err := nas.TrueFront(context.Background(), first)
	if err != nil {
		t.Fatal(err)
	}
	const trained, plans, seeds = 15, 60, 5
	var contenders []study.Contender
	for _, name := range []string{"random", "coexplore", "hillclimb", "screened-random"} {
		contenders = append(contenders, study.Contender{New: searchtest.Methods[name]})
	}
	c, err := study.Compare(context.Background(), problem, contenders,
		study.CompareSettings{Seeds: seeds, Trained: trained, Plans: plans, Front: front})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := c.Summaries()
	if err != nil {
		t.Fatal(err)
	}
	for i := range c.Rows {
		row, s := &c.Rows[i], &rows[i]
		for k, spent := range row.Spent {
			if spent.Plans > plans*trained || spent.Children != trained || row.Results[k].Plans != spent.Plans {
				t.Errorf("%s, search %d: %+v", row.Method, k, spent)
			}
			if last := row.CornerCurves[k][trained-1]; math.Abs(last-row.Measures[k].Corner) > 1e-12 {
				t.Errorf("%s, search %d: the curve ends at %g, the share is %g", row.Method, k, last, row.Measures[k].Corner)
			}
		}
		if s.Corner[1] != s.Curve[trained-1] || len(s.Curve) != trained || s.Trained[1] != trained {
			t.Errorf("%s: %+v", s.Method, s)
		}
		for k := range 2 { // more searches attain less
			if area := (study.Corner{}).Hypervolume; area(designs(s.Attained[k])) < area(designs(s.Attained[k+1])) {
				t.Errorf("%s: attainment grows with the share: %v", s.Method, s.Attained)
			}
		}
	}
	pairs, err := c.Pairs((*study.Row).Corners)
	if err != nil || len(pairs) != 6 {
		t.Fatalf("%d pairs (%v)", len(pairs), err)
	}
	for _, p := range pairs {
		if p.Holm < p.P || p.Holm > 1 || math.Abs(p.Effect) > 1 {
			t.Errorf("%+v", p)
		}
	}
}

func designs(points [][]float64) []nas.Design {
	list := make([]nas.Design, len(points))
	for i, p := range points {
		list[i] = nas.Design{Accuracy: p[0], Efficiency: p[1]}
	}
	return list
}
