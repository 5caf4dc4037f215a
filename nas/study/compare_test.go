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

// TestCompare checks a comparison's figures against its searches.
func TestCompare(t *testing.T) {
	problem := func() (nas.Problem, error) { return searchtest.Problem(t, &searchtest.Counting{}), nil }
	front, err := nas.TrueFront(context.Background(), searchtest.Problem(t, &searchtest.Counting{}))
	if err != nil {
		t.Fatal(err)
	}
	contenders := []study.Contender{
		{New: searchtest.Methods["random"]},
		{Name: "evolution of 5", New: searchtest.Methods["evolution"]},
	}
	run := func(searches int) *results.Comparison {
		c, err := study.Compare(context.Background(), problem, contenders,
			study.CompareSettings{Seeds: 3, Trained: 25, Front: front, Within: 0.9, Searches: searches})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := run(1)
	if c.Rows[0].Method != "random" || c.Rows[1].Method != "evolution of 5" {
		t.Errorf("methods %s and %s", c.Rows[0].Method, c.Rows[1].Method)
	}
	for _, row := range c.Rows {
		for k, r := range row.Results {
			if r.Seed != uint64(k+1) || r.Trained != 25 || len(row.Curves[k]) != 25 {
				t.Errorf("%s: search %d has seed %d, %d trained, a curve of %d", row.Method, k, r.Seed, r.Trained, len(row.Curves[k]))
			}
			if math.Abs(row.Curves[k][len(row.Curves[k])-1]-r.Hypervolume) > 1e-12 {
				t.Errorf("%s: the curve ends at %g, the result's hypervolume is %g", row.Method, row.Curves[k], r.Hypervolume)
			}
			arrived := 0
			for i := len(row.Curves[k]) - 1; i >= 0; i-- {
				if i > 0 && row.Curves[k][i] < row.Curves[k][i-1] {
					t.Errorf("%s: the hypervolume falls at %d", row.Method, i)
				}
				if row.Curves[k][i] >= 0.9*c.Hypervolume {
					arrived = i + 1
				}
			}
			if row.Arrived[k] != arrived {
				t.Errorf("%s: arrived after %d, want %d", row.Method, row.Arrived[k], arrived)
			}
		}
	}
	again := run(4)
	for i, row := range again.Rows {
		for k := range row.Results {
			searchtest.SameTrials(t, row.Method, row.Results[k].Trials, c.Rows[i].Results[k].Trials)
		}
	}
}
