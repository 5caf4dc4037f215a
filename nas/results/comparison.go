package results

import (
	"slices"

	"coexplore/nas"
)

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

// Sum works out each row's figures from its results and the true front, if it is known.
func (c *Comparison) Sum(front []nas.Design) {
	for i := range c.Rows {
		c.Rows[i].sum(c.Hypervolume*c.Within, front, c.Corner)
	}
}

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
