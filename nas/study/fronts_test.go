package study_test

import (
	"context"
	"testing"

	"coexplore/hw"
	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/space"
	"coexplore/nas/study"
)

// TestFronts checks that each result is that of the search run alone.
func TestFronts(t *testing.T) {
	problem := func(pool hw.Pool) (nas.Problem, error) {
		p := searchtest.Problem(t, &searchtest.Counting{})
		p.Hardware = searchtest.Pipelines(t, space.Tiny(), pool.String())
		return p, nil
	}
	pools := []hw.Pool{searchtest.Pool(t, "XC7Z015:2"), searchtest.Pool(t, "XC7Z015:3")}
	contenders := []study.Contender{{New: searchtest.Methods["random"]}, {New: searchtest.Methods["coexplore"]}}
	fronts, err := study.Fronts(context.Background(), pools, problem, contenders, 7, study.Budget{Trained: 6})
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range fronts {
		if f.Pool != pools[i].String() || len(f.Results) != 2 {
			t.Fatalf("pool %s with %d results", f.Pool, len(f.Results))
		}
		for k, r := range f.Results {
			p, err := problem(pools[i])
			if err != nil {
				t.Fatal(err)
			}
			alone, err := nas.Explore(context.Background(), p, nas.Settings{Seed: 7, Episodes: 120, MaxTrained: 6}, contenders[k].New())
			if err != nil {
				t.Fatal(err)
			}
			searchtest.SameTrials(t, r.Method+" on "+f.Pool, r.Trials, alone.Trials)
		}
	}
}
