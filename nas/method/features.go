package method

import (
	"math"

	"coexplore/nas"
)

// Groups of features: those of a group are equally important to a model of accuracy.
const (
	choiceFeatures = iota // of every decision, which value was chosen
	sizeFeatures          // of every decision, how large the value is
	costFeatures          // of the whole network, its parameters and multiply-accumulates
	featureGroups
)

// features describe networks of a space to a model of their accuracy. Nothing in them is
// of one space: they are made of decisions and plans alone.
type features struct {
	space     nas.Space
	decisions []nas.Decision
	group     []int  // of each feature
	category  []bool // whether it is the same or differs, and no more
}

func newFeatures(s nas.Space) *features {
	f := &features{space: s, decisions: s.Decisions()}
	for range f.decisions {
		f.group, f.category = append(f.group, choiceFeatures, sizeFeatures), append(f.category, true, false)
	}
	f.group, f.category = append(f.group, costFeatures, costFeatures), append(f.category, false, false)
	return f
}

// cost is the place of the two cost features, parameters first.
func (f *features) cost() int { return len(f.group) - 2 }

// of makes the features of a network. Of each decision they are the value that was
// chosen, by its index, and the logarithm of one more than the value, from 0 for the
// least to 1 for the largest one. A decision that the network does not take has -1 and
// -1/2. Last come the natural logarithms of one more than parameters and
// multiply-accumulates.
func (f *features) of(actions []int, params, macs int64) []float64 {
	x := make([]float64, 0, len(f.group))
	used := f.space.Used(actions)
	for i, d := range f.decisions {
		if i >= used {
			x = append(x, -1, -0.5)
			continue
		}
		x = append(x, float64(actions[i]), size(d.Values, actions[i]))
	}
	return append(x, math.Log1p(float64(params)), math.Log1p(float64(macs)))
}

// size is how large a value is among all, 0 to 1; 0 where some are negative.
func size(values []int, chosen int) float64 {
	low, high := values[0], values[0]
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	if low == high || low < 0 {
		return 0
	}
	log := func(v int) float64 { return math.Log1p(float64(v)) }
	return (log(values[chosen]) - log(low)) / (log(high) - log(low))
}
