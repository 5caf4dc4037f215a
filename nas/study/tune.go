package study

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/stat"

	"coexplore/nas"
	"coexplore/nas/method"
	"coexplore/nas/results"
)

// TuneSettings are the grid that a controller is tuned on, and the searches that judge
// each point of it.
type TuneSettings struct {
	Rates     []float64 // learning rates
	Entropies []float64 // weights of the entropy bonus
	// Searches of each point: Seeds of them, the first with FirstSeed, which train
	// Trained networks and may plan Plans times for each.
	FirstSeed             uint64
	Seeds, Trained, Plans int
	Front                 []nas.Design // the true front
	Searches              int          // run at once; zero means one for each core
}

// DefaultTuneSettings are the grid and the seeds by which the defaults of all methods
// that learn with a controller are chosen: 10 searches a point, as long as those of a
// comparison, with seeds that are none of its.
func DefaultTuneSettings() TuneSettings {
	return TuneSettings{
		Rates: []float64{0.001, 0.003, 0.01, 0.03}, Entropies: []float64{0.001, 0.1, 0.3, 1},
		FirstSeed: 101, Seeds: 10, Trained: 60, Plans: 300,
	}
}

// A Tuning is how a method did with each setting of its controller.
type Tuning struct {
	Method string      `json:"method"`
	Tried  []TunePoint `json:"tried"` // in the order of the grid
	Best   int         `json:"best"`  // the index of the chosen one
}

// A TunePoint is a setting of the controller and what the searches with it reached.
type TunePoint struct {
	Rate    float64    `json:"controller_rate"`
	Entropy float64    `json:"entropy_bonus"`
	Corner  [3]float64 `json:"corner_share"` // lower quartile, median and upper quartile
	Mean    float64    `json:"corner_share_mean"`
	Trained float64    `json:"trained"` // networks, the median
}

// Tune is the one procedure by which the learning rate and the entropy bonus of every
// method that learns with a controller are chosen. Each point of the grid is searched
// with each seed, with the method's other parameters at their defaults, and judged by
// the median over the seeds of its hypervolume above the useful corner, as a share of
// the true front's (see Measures). Of the points whose medians come within 0.01 of the
// highest, those are kept whose means come within 0.01 of their highest; of these the
// one is chosen that learns the most: with the highest learning rate, then the smallest
// entropy bonus. For so few searches tell no smaller differences apart, and where it
// costs nothing a controller is to learn. A method without an entropy bonus is tuned on
// the rates alone.
//
// The defaults of package method are what it chooses on the built-in table of the tiny
// space, on three XC7Z015 at 2,400 frames/s, with DefaultTuneSettings: what is tuned is
// the same for all methods, by the same number of searches, on other seeds than those
// that compare them.
func Tune(ctx context.Context, problem func() (nas.Problem, error), d *method.Description, s TuneSettings) (*Tuning, error) {
	has := func(name string) bool {
		return slices.ContainsFunc(d.Parameters, func(p method.Parameter) bool { return p.Name == name })
	}
	if !has(method.ControllerRate) {
		return nil, fmt.Errorf("study: %s does not learn with a controller: there is nothing to tune", d.Name)
	}
	if len(s.Rates) == 0 || len(s.Entropies) == 0 {
		return nil, fmt.Errorf("study: a grid needs at least one learning rate and one entropy bonus")
	}
	entropies := s.Entropies
	if !has(method.EntropyBonus) {
		entropies = []float64{0}
	}
	t := &Tuning{Method: d.Name}
	var contenders []Contender
	for _, rate := range s.Rates {
		for _, entropy := range entropies {
			t.Tried = append(t.Tried, TunePoint{Rate: rate, Entropy: entropy})
			v, err := d.Values(method.Values{method.ControllerRate: rate, method.EntropyBonus: entropy})
			if err != nil {
				return nil, fmt.Errorf("study: %s: %w", d.Name, err)
			}
			contenders = append(contenders, Contender{Name: d.Name, New: func() nas.Method { return d.New(v) }})
		}
	}
	c, err := Compare(ctx, problem, contenders, CompareSettings{
		FirstSeed: s.FirstSeed, Seeds: s.Seeds, Trained: s.Trained, Plans: s.Plans, Front: s.Front, Searches: s.Searches,
	})
	if err != nil {
		return nil, err
	}
	for i := range t.Tried {
		t.Tried[i].judge(&c.Rows[i])
	}
	t.Best = choose(t.Tried)
	return t, nil
}

// tuneTie is the difference in the share above the corner below which points count as
// equally good.
const tuneTie = 0.01

// choose is the index of the point that is chosen: see Tune.
func choose(tried []TunePoint) int {
	median, mean := 0.0, 0.0
	for i := range tried {
		median = max(median, tried[i].Corner[1])
	}
	near := func(p *TunePoint) bool { return p.Corner[1] >= median-tuneTie }
	for i := range tried {
		if near(&tried[i]) {
			mean = max(mean, tried[i].Mean)
		}
	}
	best := -1
	for i := range tried {
		p := &tried[i]
		if !near(p) || p.Mean < mean-tuneTie {
			continue
		}
		if best < 0 || cmp.Or(cmp.Compare(p.Rate, tried[best].Rate), cmp.Compare(tried[best].Entropy, p.Entropy)) > 0 {
			best = i
		}
	}
	return best
}

// judge fills in what the searches of a point reached.
func (p *TunePoint) judge(r *results.Row) {
	corners := r.Corners()
	p.Corner, p.Mean = results.Quartiles(corners), stat.Mean(corners, nil)
	trained := make([]float64, len(r.Spent))
	for i := range trained {
		trained[i] = float64(r.Spent[i].Children)
	}
	p.Trained = results.Quartiles(trained)[1]
}
