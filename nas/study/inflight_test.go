package study_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/method"
	"coexplore/nas/study"
)

// TestSchedule checks schedules against trying every moment at which a node may become
// free, in small cases; and what can be said of them: one node is never idle, and with
// enough nodes and nothing to wait for all begin at once.
func TestSchedule(t *testing.T) {
	rng := rand.New(rand.NewPCG(18, 5))
	for range 300 {
		n, nodes := 1+rng.IntN(12), 1+rng.IntN(4)
		times, after := make([]float64, n), make([]int, n)
		for i := range times {
			times[i] = float64(1 + rng.IntN(9))
			if i > 0 {
				after[i] = min(i, after[i-1]+rng.IntN(3))
			}
		}
		got := study.Schedule(times, after, nodes)
		if want := schedule(times, after, nodes); !slices.Equal(got, want) {
			t.Fatalf("times %v after %v on %d nodes: %v, want %v", times, after, nodes, got, want)
		}
	}
	times := []float64{3, 1, 2}
	if got := study.Schedule(times, []int{0, 1, 2}, 9); !slices.Equal(got, []float64{3, 4, 6}) {
		t.Errorf("one after the other: %v", got)
	}
	if got := study.Schedule(times, []int{0, 0, 0}, 9); !slices.Equal(got, times) {
		t.Errorf("all at once: %v", got)
	}
	if got := study.Schedule(times, []int{0, 0, 0}, 1); !slices.Equal(got, []float64{3, 4, 6}) {
		t.Errorf("on one node: %v", got)
	}
}

// schedule is study.Schedule the long way: each training begins at the first moment, of
// those at which anything ends, at which what it has to wait for has ended and fewer than
// nodes of those before it run then or later.
func schedule(times []float64, after []int, nodes int) []float64 {
	starts, ends := make([]float64, len(times)), make([]float64, len(times))
	for i := range times {
		ready := 0.0
		for _, end := range ends[:after[i]] {
			ready = max(ready, end)
		}
		moments := append([]float64{ready}, ends[:i]...)
		slices.Sort(moments)
		for _, at := range moments {
			running := 0
			for _, end := range ends[:i] {
				if end > at {
					running++
				}
			}
			if at >= ready && running < nodes {
				starts[i], ends[i] = at, at+times[i]
				break
			}
		}
	}
	return ends
}

// TestInFlight simulates searches on the tiny space: with one in flight nodes work one
// after the other, whatever the method; with more the same is done in less time, and
// the nodes are less idle; and a second simulation is the same.
func TestInFlight(t *testing.T) {
	problem := func() (nas.Problem, error) { return searchtest.Problem(t, &searchtest.Counting{}), nil }
	p, err := problem()
	if err != nil {
		t.Fatal(err)
	}
	front, err := nas.TrueFront(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	contenders := []study.Contender{
		{Name: "coexplore", New: func() nas.Method { return &method.CoExploration{Beta: 0.5} }},
		{Name: "random", New: func() nas.Method { return &method.Random{Beta: 0.5} }},
		{Name: "evolution", New: func() nas.Method { return &method.Evolution{Beta: 0.5} }},
	}
	s := study.InFlightSettings{InFlight: []int{1, 4, 16}, Nodes: 8, Trained: 40, Plans: 100, Seeds: 3, Spread: 0.3, Front: front, Within: 0.9}
	f, err := study.InFlight(context.Background(), problem, contenders, s)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Rows) != 9 {
		t.Fatalf("%d rows", len(f.Rows))
	}
	for i, r := range f.Rows {
		for k := range r.Whole {
			least := 40.0 / float64(min(8, r.InFlight))
			if r.Whole[k] < least-1e-9 || r.InFlight == 1 && math.Abs(r.Whole[k]-40) > 1e-9 {
				t.Errorf("%s, %d in flight: all is trained after %g trainings' time, which takes at least %g", r.Method, r.InFlight, r.Whole[k], least)
			}
			if math.Abs(r.Idle[k]-(1-40/(8*r.Whole[k]))) > 1e-9 {
				t.Errorf("%s, %d in flight: idle for %g of %g", r.Method, r.InFlight, r.Idle[k], r.Whole[k])
			}
			if r.InFlight > 1 && r.Whole[k] >= f.Rows[i-1].Whole[k] {
				t.Errorf("%s, %d in flight: %g, no less than %g with fewer", r.Method, r.InFlight, r.Whole[k], f.Rows[i-1].Whole[k])
			}
			if (r.Children[k] == 0) != (r.Time[k] == 0) || r.Time[k] > r.Whole[k] || !(r.Hypervolume[k] > 0 && r.Hypervolume[k] <= 1+1e-9) {
				t.Errorf("%s, %d in flight: %+v", r.Method, r.InFlight, r)
			}
		}
	}
	s.Searches = 1
	again, err := study.InFlight(context.Background(), problem, contenders, s)
	if err != nil {
		t.Fatal(err)
	}
	for i := range f.Rows {
		if !slices.Equal(f.Rows[i].Time, again.Rows[i].Time) || !slices.Equal(f.Rows[i].Idle, again.Rows[i].Idle) {
			t.Errorf("%s: another result when simulated again", f.Rows[i].Method)
		}
	}
}

// TestInFlightErrors checks settings that make no sense.
func TestInFlightErrors(t *testing.T) {
	problem := func() (nas.Problem, error) { return searchtest.Problem(t, &searchtest.Counting{}), nil }
	random := []study.Contender{{Name: "random", New: func() nas.Method { return &method.Random{Beta: 0.5} }}}
	for _, s := range []study.InFlightSettings{
		{InFlight: []int{1}, Nodes: 0, Trained: 1, Seeds: 1}, {InFlight: []int{0}, Nodes: 1, Trained: 1, Seeds: 1},
		{Nodes: 1, Trained: 1, Seeds: 1}, {InFlight: []int{1}, Nodes: 1, Trained: 1, Seeds: 1, Spread: -1},
	} {
		if _, err := study.InFlight(context.Background(), problem, random, s); err == nil {
			t.Errorf("%+v: no error", s)
		}
	}
}
