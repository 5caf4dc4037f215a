package study

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"coexplore/nas"
	"coexplore/nas/results"
)

// CompareSettings are the limits of a comparison.
type CompareSettings struct {
	Seeds int // searches of each method, with as many seeds
	// FirstSeed is the first of the seeds; zero means 1.
	FirstSeed uint64
	Trained   int // networks that a search may train
	// Episodes is the most networks that a search may propose; zero means 20 for
	// each one it may train.
	Episodes int
	// Plans is how many plans a search may make for each network it may train, whatever
	// its method does with them: see nas.Settings.MaxPlans. Zero: no limit.
	Plans int
	// Front is the true Pareto front, if it is known.
	Front []nas.Design
	// Within is the share of the true front's hypervolume that counts as having
	// arrived; zero means 0.99.
	Within float64
	// Corner is from where hypervolume counts as useful; zero means results.UsefulCorner.
	Corner results.Corner
	// Searches is how many searches run at once; zero means one for each core. It
	// does not change the result.
	Searches int
	// Explore runs one search, as nas.Explore does with a method of the contender; nil:
	// that does. Another has it done elsewhere.
	Explore func(ctx context.Context, c *Contender, p nas.Problem, s nas.Settings) (*nas.Result, error)
}

// Compare runs each contender on the problem with each seed until equally many
// networks are trained. The problem is made anew for each search, for hardware
// serves one search at a time.
func Compare(ctx context.Context, problem func() (nas.Problem, error), contenders []Contender, s CompareSettings) (*results.Comparison, error) {
	if s.Seeds < 1 || s.Trained < 1 || len(contenders) == 0 {
		return nil, fmt.Errorf("study: a comparison needs at least one method, seed and trained network; has %d, %d and %d",
			len(contenders), s.Seeds, s.Trained)
	}
	if s.Episodes == 0 {
		s.Episodes = 20 * s.Trained
	}
	if s.Within == 0 {
		s.Within = 0.99
	}
	if s.Explore == nil {
		s.Explore = func(ctx context.Context, c *Contender, p nas.Problem, s nas.Settings) (*nas.Result, error) {
			return nas.Explore(ctx, p, s, c.New())
		}
	}
	if s.Searches <= 0 {
		s.Searches = runtime.GOMAXPROCS(0)
	}
	first, err := problem()
	if err != nil {
		return nil, err
	}
	if s.Corner == (results.Corner{}) {
		s.Corner = results.UsefulCorner(&first, s.Front)
	}
	truth := make([]nas.Trial, len(s.Front))
	for i := range truth {
		truth[i].Design = s.Front[i]
	}
	c := &results.Comparison{
		Problem: first.Space.Name(), Seeds: s.Seeds, Trained: s.Trained, Plans: s.Plans, Corner: s.Corner,
		Hypervolume: first.Objectives.Hypervolume(truth), Within: s.Within, Rows: make([]results.Row, len(contenders)), Objectives: first.Objectives,
	}
	errs := make([]error, len(contenders)*s.Seeds)
	slots := make(chan struct{}, s.Searches)
	var wg sync.WaitGroup
	for i, contender := range contenders {
		row := &c.Rows[i]
		row.Method = contender.name()
		row.Results = make([]*nas.Result, s.Seeds)
		for k := range s.Seeds {
			slots <- struct{}{}
			wg.Go(func() {
				defer func() { <-slots }()
				settings := nas.Settings{Seed: max(1, s.FirstSeed) + uint64(k), Episodes: s.Episodes, MaxTrained: s.Trained, MaxPlans: s.Plans * s.Trained}
				p, err := problem()
				if err != nil {
					errs[i*s.Seeds+k] = err
					return
				}
				result, err := s.Explore(ctx, &contender, p, settings)
				row.Results[k] = result
				if err != nil {
					errs[i*s.Seeds+k] = fmt.Errorf("%s, seed %d: %w", row.Method, settings.Seed, err)
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
	c.Sum(s.Front)
	return c, nil
}
