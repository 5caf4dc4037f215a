package study_test

import (
	"context"
	"math"
	"testing"

	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/results"
	"coexplore/nas/study"
)

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
			if area := (results.Corner{}).Hypervolume; area(designs(s.Attained[k])) < area(designs(s.Attained[k+1])) {
				t.Errorf("%s: attainment grows with the share: %v", s.Method, s.Attained)
			}
		}
	}
	pairs, err := c.Pairs((*results.Row).Corners)
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
