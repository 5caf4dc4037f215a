package method_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"

	"coexplore/internal/searchtest"
	"coexplore/nas"
)

// TestLongerIsWhole ends searches of every method by each of the limits at several
// places, goes on with higher ones, and compares with the search in one piece. What was
// evaluated before is not evaluated again.
func TestLongerIsWhole(t *testing.T) {
	for name, make := range searchtest.Methods {
		search := func(e nas.Evaluator, s nas.Settings) *nas.Result {
			t.Helper()
			s.Seed = 6
			r, err := nas.Explore(context.Background(), searchtest.Problem(t, e), s, make())
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return r
		}
		for _, limits := range [][2]nas.Settings{
			{{Episodes: 1}, {Episodes: 30}},
			{{Episodes: 9}, {Episodes: 10}},
			{{Episodes: 10}, {Episodes: 10}},
			{{Episodes: 18}, {Episodes: 30}},
			{{Episodes: 30, MaxTrained: 3}, {Episodes: 30}},
			{{Episodes: 30, MaxTrained: 6}, {Episodes: 30, MaxTrained: 7}},
		} {
			what := fmt.Sprintf("%s, %d episodes with %d trained and then %d with %d", name,
				limits[0].Episodes, limits[0].MaxTrained, limits[1].Episodes, limits[1].MaxTrained)
			whole, both := &searchtest.Counting{}, &searchtest.Counting{}
			want := search(whole, limits[1])
			last := &searchtest.LastState{}
			limits[0].Recorder = last
			short := search(both, limits[0])
			limits[1].Resume, limits[1].Evaluated = last.State, short.Trials
			searchtest.SameTrials(t, what, search(both, limits[1]).Trials, want.Trials)
			if !reflect.DeepEqual(both.Calls, whole.Calls) {
				t.Errorf("%s: evaluated %v, in one piece %v", what, both.Calls, whole.Calls)
			}
		}
	}
}
