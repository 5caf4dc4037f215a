package results

import (
	"math"

	"coexplore/nas"
	"coexplore/nas/pareto"
)

// A Corner is the least that makes a design useful. Hypervolume above (0, 0) is nearly
// all won by the first design of fair accuracy on a busy pipeline; above a useful corner
// it tells fronts apart.
type Corner struct {
	Accuracy   float64 `json:"accuracy"`
	Efficiency float64 `json:"efficiency"`
}

// DefaultEfficiencyFloor is the efficiency of the useful corner where none is stated:
// FPGAs that stand still half of the time.
const DefaultEfficiencyFloor = 0.5

// Efficient is the efficiency from which a design counts for the best accuracy of an
// efficient one.
const Efficient = 0.9

// UsefulCorner is the corner of a problem whose true front is known: the problem's
// accuracy floor, or nas.DefaultFloor below the best accuracy of the front, and
// DefaultEfficiencyFloor.
func UsefulCorner(p *nas.Problem, front []nas.Design) Corner {
	c := Corner{p.AccuracyFloor, DefaultEfficiencyFloor}
	if c.Accuracy == 0 {
		for i := range front {
			c.Accuracy = max(c.Accuracy, front[i].Accuracy-nas.DefaultFloor)
		}
	}
	return c
}

// Hypervolume is the area that designs dominate in the plane of accuracy and
// efficiency, above the corner.
func (c Corner) Hypervolume(designs []nas.Design) float64 {
	points := make([][]float64, len(designs))
	for i := range designs {
		points[i] = []float64{designs[i].Accuracy, designs[i].Efficiency}
	}
	area, err := pareto.Hypervolume(points, []float64{c.Accuracy, c.Efficiency})
	if err != nil {
		panic("results: " + err.Error()) // accuracies and efficiencies are finite
	}
	return area
}

// Measures are what a search found, each by its own measure.
type Measures struct {
	// Hypervolume is the hypervolume of the front, down to the objectives' worst values,
	// and Corner that above the useful corner, as a share of the true front's.
	Hypervolume float64 `json:"hypervolume"`
	Corner      float64 `json:"corner_share"`
	// IGDPlus is the modified inverted generational distance from the true front: see
	// pareto.IGDPlus, each objective scaled by its range over the true front. 1 where
	// the search found nothing, and 0 if the true front is not known.
	IGDPlus float64 `json:"igd_plus"`
	// EfficientAccuracy is the best accuracy at an efficiency of Efficient or more; 0 if
	// there is no such design.
	EfficientAccuracy float64 `json:"efficient_accuracy"`
}

// Measure works out what a search found. The true front may be unknown.
func Measure(r *nas.Result, front []nas.Design, corner Corner) Measures {
	m := Measures{Hypervolume: r.Hypervolume}
	designs := r.Designs()
	if whole := corner.Hypervolume(front); whole > 0 {
		m.Corner = corner.Hypervolume(designs) / whole
	}
	for i := range designs {
		if designs[i].Efficiency >= Efficient {
			m.EfficientAccuracy = max(m.EfficientAccuracy, designs[i].Accuracy)
		}
	}
	if len(front) > 0 {
		m.IGDPlus = igdPlus(r.Objectives, designs, front)
	}
	return m
}

// igdPlus is the distance of designs from the front, each objective scaled by its range
// over the front.
func igdPlus(o nas.Objectives, designs, front []nas.Design) float64 {
	if len(designs) == 0 {
		return 1
	}
	values := func(designs []nas.Design) [][]float64 {
		points := make([][]float64, len(designs))
		for i := range designs {
			points[i] = o.Values(&nas.Trial{Design: designs[i]})
		}
		return points
	}
	known := values(front)
	scale := make([]float64, len(known[0]))
	for i := range scale {
		low, high := math.Inf(1), math.Inf(-1)
		for _, p := range known {
			low, high = min(low, p[i]), max(high, p[i])
		}
		if scale[i] = high - low; scale[i] == 0 {
			scale[i] = 1 // all alike: there is no range to scale by
		}
	}
	d, err := pareto.IGDPlus(values(designs), known, scale, o.Directions()...)
	if err != nil {
		panic("results: " + err.Error()) // objectives' values are finite
	}
	return d
}
