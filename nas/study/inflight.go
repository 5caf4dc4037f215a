package study

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"coexplore/nas"
	"coexplore/nas/results"
)

// InFlightSettings say how a search on a cluster is simulated: networks are looked up in
// a table, and how long they would have trained is made up.
type InFlightSettings struct {
	InFlight []int // numbers of networks in flight, see nas.Settings
	Nodes    int   // of the cluster; each trains one network at a time
	Trained  int   // networks that a search trains
	Plans    int   // plans that a search may make for each of them; zero: no limit
	Seeds    int   // searches with each method and number in flight, with seeds from 1
	// Spread is the standard deviation of the logarithm of how long equal networks train,
	// on nodes that are not alike. A network's time is that of its MACs, times a factor
	// that is lognormal with mean 1. Zero: nodes are alike.
	Spread float64
	Front  []nas.Design // the true Pareto front
	// Within is the share of the true front's hypervolume that counts as having
	// arrived; zero means 0.99.
	Within float64
	// Searches is how many searches run at once here; zero means one for each core. It
	// does not change the result.
	Searches int
}

// InFlight runs searches of each contender with each number of networks in flight, and
// works out when each network would have been trained on a cluster whose nodes take as
// long as the settings say. The trials are those of real searches; only the clock is
// made up, and planning takes no time of it. The problem is made anew for each search.
func InFlight(ctx context.Context, problem func() (nas.Problem, error), contenders []Contender, s InFlightSettings) (*results.InFlights, error) {
	if s.Seeds < 1 || s.Trained < 1 || s.Nodes < 1 || len(contenders) == 0 || len(s.InFlight) == 0 || slices.Min(s.InFlight) < 1 {
		return nil, fmt.Errorf("study: a simulation needs at least one method, seed, trained network, node and network in flight; has %d, %d, %d, %d and %v",
			len(contenders), s.Seeds, s.Trained, s.Nodes, s.InFlight)
	}
	if !(s.Spread >= 0) || math.IsInf(s.Spread, 0) {
		return nil, fmt.Errorf("study: the spread cannot be negative, is %g", s.Spread)
	}
	if s.Within == 0 {
		s.Within = 0.99
	}
	if s.Searches <= 0 {
		s.Searches = runtime.GOMAXPROCS(0)
	}
	first, err := problem()
	if err != nil {
		return nil, err
	}
	truth := make([]nas.Trial, len(s.Front))
	for i := range truth {
		truth[i].Design = s.Front[i]
	}
	whole := first.Objectives.Hypervolume(truth)
	f := &results.InFlights{Problem: first.Space.Name(), Nodes: s.Nodes, Trained: s.Trained, Plans: s.Plans, Seeds: s.Seeds, Spread: s.Spread, Within: s.Within}
	for _, c := range contenders {
		for _, n := range s.InFlight {
			f.Rows = append(f.Rows, results.InFlightRow{
				Method: c.name(), InFlight: n, Children: make([]int, s.Seeds), Time: make([]float64, s.Seeds),
				Hypervolume: make([]float64, s.Seeds), Whole: make([]float64, s.Seeds), Idle: make([]float64, s.Seeds),
			})
		}
	}
	errs := make([]error, len(f.Rows)*s.Seeds)
	slots := make(chan struct{}, s.Searches)
	var wg sync.WaitGroup
	for i := range f.Rows {
		row, c := &f.Rows[i], contenders[i/len(s.InFlight)]
		for k := range s.Seeds {
			slots <- struct{}{}
			wg.Go(func() {
				defer func() { <-slots }()
				if err := search(ctx, row, k, problem, &c, &s, whole); err != nil {
					errs[i*s.Seeds+k] = fmt.Errorf("%s, %d in flight, seed %d: %w", row.Method, row.InFlight, k+1, err)
				}
			})
		}
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return f, nil
}

// search runs the search of a row with the seed k+1 and fills in what became of it.
func search(ctx context.Context, r *results.InFlightRow, k int, problem func() (nas.Problem, error), c *Contender, s *InFlightSettings, whole float64) error {
	p, err := problem()
	if err != nil {
		return err
	}
	seed := uint64(k + 1)
	m := &watched{Method: c.New()}
	result, err := nas.Explore(ctx, p, nas.Settings{
		Seed: seed, Episodes: 20 * s.Trained, MaxTrained: s.Trained, MaxPlans: s.Plans * s.Trained, InFlight: r.InFlight,
	}, m)
	if err != nil {
		return err
	}
	times, after := trainings(result, m.after, s.Spread, seed)
	ends := Schedule(times, after, s.Nodes)
	told := slices.Clone(ends) // when the search is told of each and all before it
	for i := 1; i < len(told); i++ {
		told[i] = max(told[i], told[i-1])
	}
	curve := results.HypervolumeCurve(result)
	if at := slices.IndexFunc(curve, func(h float64) bool { return h >= whole*s.Within }); at >= 0 && whole > 0 {
		r.Children[k], r.Time[k] = at+1, told[at]
	}
	if n := len(told); n > 0 {
		r.Whole[k] = told[n-1]
		busy := 0.0
		for _, t := range times {
			busy += t
		}
		r.Idle[k] = 1 - busy/(float64(s.Nodes)*told[n-1])
	}
	if whole > 0 {
		r.Hypervolume[k] = result.Hypervolume / whole
	}
	return nil
}

// watched is a method whose steps note what the search knew when they began.
type watched struct {
	nas.Method
	after   []int // for each trial: how many networks had been trained, of which the search was told
	counted int   // trials that trained counts
	trained int
}

// Step implements nas.Method.
func (w *watched) Step(ctx context.Context, s *nas.Search) error {
	for ; w.counted < len(s.Trials()); w.counted++ {
		if s.Trials()[w.counted].Status == nas.Trained {
			w.trained++
		}
	}
	known := w.trained
	err := w.Method.Step(ctx, s)
	for len(w.after) < len(s.Trials()) { // the step's own: those before it have ended
		w.after = append(w.after, known)
	}
	return err
}

// trainings are how long each network that was trained takes, in mean times, and after how
// many others the search proposed it.
func trainings(r *nas.Result, known []int, spread float64, seed uint64) (times []float64, after []int) {
	rng := rand.New(rand.NewPCG(seed, 0x5851f42d4c957f2d))
	sum := 0.0
	for i := range r.Trials {
		t := &r.Trials[i]
		if t.Status != nas.Trained {
			continue
		}
		time := math.Max(1, float64(t.MACs)) * math.Exp(spread*rng.NormFloat64()-spread*spread/2)
		times, after, sum = append(times, time), append(after, known[i]), sum+time
	}
	for i := range times {
		times[i] *= float64(len(times)) / sum
	}
	return times, after
}

// Schedule is when each of a row of trainings ends on so many nodes. Training i takes
// times[i], and cannot begin before the first after[i] of the row have ended, with after
// not falling and at most i. In this order each begins as soon as it may and a node is free.
func Schedule(times []float64, after []int, nodes int) []float64 {
	ends := make([]float64, len(times))
	free := make([]float64, nodes) // a heap: when each node is free, the first at the front
	told, latest := 0, 0.0         // the latest end of the first told
	for i, time := range times {
		for ; told < after[i]; told++ {
			latest = max(latest, ends[told])
		}
		ends[i] = max(latest, free[0]) + time
		free[0] = ends[i]
		for at := 0; ; {
			least := at
			for child := 2*at + 1; child <= 2*at+2 && child < nodes; child++ {
				if free[child] < free[least] {
					least = child
				}
			}
			if least == at {
				break
			}
			free[at], free[least] = free[least], free[at]
			at = least
		}
	}
	return ends
}
