package study

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"coexplore/nas"
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
	// Corner is from where hypervolume counts as useful; zero means UsefulCorner.
	Corner Corner
	// Searches is how many searches run at once; zero means one for each core. It
	// does not change the result.
	Searches int
	// Explore runs one search, as nas.Explore does with a method of the contender; nil:
	// that does. Another has it done elsewhere.
	Explore func(ctx context.Context, c *Contender, p nas.Problem, s nas.Settings) (*nas.Result, error)
}

// A Comparison is what several methods reached on the same problem with equally
// many trained networks.
type Comparison struct {
	Problem     string         `json:"problem"`
	Seeds       int            `json:"seeds"`
	Trained     int            `json:"trained"`
	Plans       int            `json:"plans"`       // allowed for each network trained; 0: no limit
	Hypervolume float64        `json:"hypervolume"` // of the true front; 0 where it is unknown
	Within      float64        `json:"within"`
	Corner      Corner         `json:"corner"`
	Rows        []Row          `json:"rows"`
	Objectives  nas.Objectives `json:"objectives,omitempty"` // none: accuracy and efficiency
}

// A Row is what one method reached.
type Row struct {
	Method string `json:"method"`
	// Results has the result of each search, by seed.
	Results []*nas.Result `json:"-"`
	// Final is the hypervolume of each search's front, down to the objectives' worst
	// values, and Curves how it rose: Curves[s][k] is that of search s once k+1
	// networks were trained. Sequential optimization adds a design at the very end,
	// which only Final counts.
	Final  []float64   `json:"final"`
	Curves [][]float64 `json:"curves"`
	// Arrived is, for each search, how many networks were trained when it first
	// came within the wanted share of the true front; 0 where it never did or the
	// front is unknown.
	Arrived []int `json:"arrived"`
	// Measures are what each search found, Spent what it cost, and CornerCurves its
	// hypervolume above the useful corner, as a share of the true front's, once k+1
	// networks were trained.
	Measures     []Measures  `json:"measures"`
	Spent        []Spent     `json:"spent"`
	CornerCurves [][]float64 `json:"corner_curves"`
}

// Spent is what a search cost, in the three currencies that there are.
type Spent struct {
	Plans    int     `json:"plans"`
	Children int     `json:"children"` // networks really trained
	Seconds  float64 `json:"seconds"`  // of planning, learning and training
}

// Compare runs each contender on the problem with each seed until equally many
// networks are trained. The problem is made anew for each search, for hardware
// serves one search at a time.
func Compare(ctx context.Context, problem func() (nas.Problem, error), contenders []Contender, s CompareSettings) (*Comparison, error) {
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
	if s.Corner == (Corner{}) {
		s.Corner = UsefulCorner(&first, s.Front)
	}
	truth := make([]nas.Trial, len(s.Front))
	for i := range truth {
		truth[i].Design = s.Front[i]
	}
	c := &Comparison{
		Problem: first.Space.Name(), Seeds: s.Seeds, Trained: s.Trained, Plans: s.Plans, Corner: s.Corner,
		Hypervolume: first.Objectives.Hypervolume(truth), Within: s.Within, Rows: make([]Row, len(contenders)), Objectives: first.Objectives,
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
	for i := range c.Rows {
		c.Rows[i].sum(c.Hypervolume*s.Within, s.Front, c.Corner)
	}
	return c, nil
}

// sum works out a row's figures from its results.
func (r *Row) sum(goal float64, front []nas.Design, corner Corner) {
	for _, result := range r.Results {
		curve := HypervolumeCurve(result)
		arrived := 0
		if goal > 0 {
			arrived = slices.IndexFunc(curve, func(h float64) bool { return h >= goal }) + 1
		}
		r.Curves, r.Final, r.Arrived = append(r.Curves, curve), append(r.Final, result.Hypervolume), append(r.Arrived, arrived)
		r.Measures = append(r.Measures, Measure(result, front, corner))
		r.Spent = append(r.Spent, Spent{result.Plans, result.Trained, result.FastSeconds + result.TrainSeconds})
		r.CornerCurves = append(r.CornerCurves, cornerCurve(result, corner, corner.Hypervolume(front)))
	}
}

// HypervolumeCurve is the hypervolume of a search's front, down to its objectives'
// worst values, after each network that it trained.
func HypervolumeCurve(r *nas.Result) []float64 {
	return trainedCurve(r, r.Objectives, r.Objectives.Hypervolume)
}

// cornerCurve is the hypervolume above the corner, as a share of whole.
func cornerCurve(r *nas.Result, corner Corner, whole float64) []float64 {
	if whole == 0 {
		return nil
	}
	return trainedCurve(r, nil, func(front []nas.Trial) float64 {
		designs := make([]nas.Design, len(front))
		for i := range front {
			designs[i] = front[i].Design
		}
		return corner.Hypervolume(designs) / whole
	})
}

// trainedCurve is a measure of a search's front, by the objectives, after each network
// that it trained.
func trainedCurve(r *nas.Result, objectives nas.Objectives, measure func(front []nas.Trial) float64) []float64 {
	var curve []float64
	var front []nas.Trial
	for i := range r.Trials {
		t := &r.Trials[i]
		if t.Status != nas.Trained && t.Status != nas.Reused {
			continue
		}
		if r.Meets(t) {
			front = objectives.Front(append(front, *t))
		}
		if t.Status == nas.Trained {
			curve = append(curve, measure(front))
		}
	}
	return curve
}
