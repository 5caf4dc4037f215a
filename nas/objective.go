package nas

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"coexplore/nas/pareto"
)

// An Objective is a figure of designs that a search looks for the best of.
type Objective struct {
	Name string `json:"name"`
	Unit string `json:"unit,omitempty"`
	// Of is the figure of a trial with a known accuracy; it is never NaN, and infinite
	// where the trial does not have it, which counts as Worst. Nil means the figure of
	// that name: see [Figures].
	Of       func(*Trial) float64 `json:"-"`
	Maximize bool                 `json:"maximize"` // more is better; otherwise less is
	// Worst is the reference for hypervolumes, in the figure's unit: a design adds
	// nothing unless it is better than it.
	Worst float64 `json:"worst"`
}

// Objectives are what designs are judged by. None means accuracy and efficiency,
// above 0 and 0.
type Objectives []Objective

var accuracyAndEfficiency = Objectives{{Name: "accuracy", Maximize: true}, {Name: "efficiency", Maximize: true}}

// A Figure is a figure of designs that has a name.
type Figure struct {
	Name     string
	Unit     string
	Maximize bool // more is better
	of       func(*Trial) float64
}

// Figures are the figures that an Objective can be made of by name: those that
// every design has, and those that are among its Metrics where its hardware knows
// them.
func Figures() []Figure { return slices.Clone(figures) }

var figures = []Figure{
	{"accuracy", "", true, func(t *Trial) float64 { return t.Accuracy }},
	{"efficiency", "", true, func(t *Trial) float64 { return t.Efficiency }},
	{"throughput", "frames/s", true, func(t *Trial) float64 { return t.Throughput }},
	{"params", "", false, func(t *Trial) float64 { return float64(t.Params) }},
	{"macs", "", false, func(t *Trial) float64 { return float64(t.MACs) }},
	{"fpgas", "", false, func(t *Trial) float64 { return float64(t.FPGAs) }},
	{"latency", "ms", false, metric("latency_ms")},
	{"energy", "mJ a frame", false, metric("energy_mj")},
	{"power", "W", false, metric("power_w")},
	{"dsp", "", false, metric("dsp")},
	{"bram18", "", false, metric("bram18")},
	{"price", "", false, metric("price")},
}

// metric is the metric of that name, infinite where it is not known.
func metric(name string) func(*Trial) float64 {
	return func(t *Trial) float64 {
		if v, ok := t.Metrics[name]; ok {
			return v
		}
		return math.Inf(1)
	}
}

// NamedObjectives makes objectives of figures by name. Worst has the reference of
// each figure that is known; others are refused.
func NamedObjectives(worst map[string]float64, names ...string) (Objectives, error) {
	var list Objectives
	for _, name := range names {
		i := slices.IndexFunc(figures, func(f Figure) bool { return f.Name == name })
		reference, known := worst[name]
		if i < 0 || !known {
			var can []string
			for _, f := range figures {
				if _, ok := worst[f.Name]; ok {
					can = append(can, f.Name)
				}
			}
			return nil, fmt.Errorf("nas: unknown objective %q; the objectives are %s", name, strings.Join(can, ", "))
		}
		list = append(list, Objective{Name: name, Unit: figures[i].Unit, Maximize: figures[i].Maximize, Worst: reference})
	}
	return list, list.Validate()
}

// Validate says what is wrong with the objectives, or nil.
func (o Objectives) Validate() error {
	if len(o) == 1 {
		return errors.New("nas: a front needs 2 objectives or more, there is 1")
	}
	for i, x := range o {
		switch {
		case x.Name == "":
			return errors.New("nas: an objective has no name")
		case slices.ContainsFunc(o[:i], func(y Objective) bool { return y.Name == x.Name }):
			return fmt.Errorf("nas: objective %s stands twice", x.Name)
		case math.IsNaN(x.Worst) || math.IsInf(x.Worst, 0):
			return fmt.Errorf("nas: the worst value of objective %s must be finite, is %g", x.Name, x.Worst)
		case x.Of == nil && !slices.ContainsFunc(figures, func(f Figure) bool { return f.Name == x.Name }):
			return fmt.Errorf("nas: objective %s has no Of, and there is no figure of that name", x.Name)
		}
	}
	return nil
}

// OrDefault are the objectives, or accuracy and efficiency where there are none.
func (o Objectives) OrDefault() Objectives {
	if len(o) == 0 {
		return accuracyAndEfficiency
	}
	return o
}

// Values are a trial's figures, one an objective.
func (o Objectives) Values(t *Trial) []float64 {
	o = o.OrDefault()
	values := make([]float64, len(o))
	for i := range o {
		of := o[i].Of
		if of == nil {
			of = figures[slices.IndexFunc(figures, func(f Figure) bool { return f.Name == o[i].Name })].of
		}
		values[i] = of(t)
		if math.IsInf(values[i], 0) {
			values[i] = o[i].Worst
		}
	}
	return values
}

// Directions are the objectives' directions, for package pareto.
func (o Objectives) Directions() []pareto.Direction {
	o = o.OrDefault()
	list := make([]pareto.Direction, len(o))
	for i := range o {
		if !o[i].Maximize {
			list[i] = pareto.Minimize
		}
	}
	return list
}

// Front returns the trials that no other exceeds in one objective without falling
// short in another, the best in the first objective first. Of several with equal
// figures the first stays. It panics if a figure is NaN.
func (o Objectives) Front(trials []Trial) []Trial {
	points := o.points(trials)
	index, err := pareto.Front(points, o.Directions()...)
	if err != nil {
		panic("nas: " + err.Error())
	}
	index = pareto.Distinct(points, index)
	sign := 1.0
	if o.OrDefault()[0].Maximize {
		sign = -1
	}
	slices.SortStableFunc(index, func(a, b int) int { return cmp.Compare(sign*points[a][0], sign*points[b][0]) })
	front := make([]Trial, len(index))
	for i, k := range index {
		front[i] = trials[k]
	}
	return front
}

// Hypervolume is the volume that trials dominate, down to the objectives' worst
// values. It panics if a figure is NaN.
func (o Objectives) Hypervolume(trials []Trial) float64 {
	o = o.OrDefault()
	reference := make([]float64, len(o))
	for i := range o {
		reference[i] = o[i].Worst
	}
	volume, err := pareto.Hypervolume(o.points(trials), reference, o.Directions()...)
	if err != nil {
		panic("nas: " + err.Error())
	}
	return volume
}

func (o Objectives) points(trials []Trial) [][]float64 {
	list := make([][]float64, len(trials))
	for i := range trials {
		list[i] = o.Values(&trials[i])
	}
	return list
}
