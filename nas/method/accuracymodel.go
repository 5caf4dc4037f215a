package method

import (
	"math"

	"coexplore/internal/gp"
	"coexplore/nas"
	"coexplore/nas/pareto"
)

// An AccuracyModel predicts the accuracy of networks from those that were trained. The
// logarithm of the error, 1 less accuracy, is a Gaussian process (Rasmussen and
// Williams, "Gaussian Processes for Machine Learning", 2006): so an accuracy stays below
// 1, and comes near it the harder the nearer it is. Its features are those of any
// nas.Space and plan: which value each decision has and how large that is, parameters
// and multiply-accumulates. Each of the three kinds has a length of its own.
//
// Before anything is trained the model believes that networks with more
// multiply-accumulates are more accurate: the error falls by the factor
// 2^-0.4, to 76 %, where they double. By how much it really falls, and all else, is
// learned from the accuracies that are added, by marginal likelihood, under weak priors
// that are the same for all spaces.
type AccuracyModel struct {
	features *features
	process  gp.Model
	x        [][]float64
	y        []float64 // logarithms of errors

	fitted  *gp.Process
	center  *[2]float64 // of the cost features: their means over the networks that were added; nil: unknown
	hyper   gp.Hyper
	learned int // accuracies that hyper was learned from
}

// What the model believes before anything is trained. Logarithms are natural.
const (
	// errorShift is added to errors: one of 0 has a logarithm too.
	errorShift = 0.005
	// typicalError is the error of a network of which nothing is known, by a factor of e
	// up or down.
	typicalError      = 0.3
	constantDeviation = 1
	// errorSlope is by how much the logarithm of the error falls where that of the
	// multiply-accumulates rises by 1.
	errorSlope = 0.4
)

// accuracyPrior is what the model believes of its hyperparameters.
func accuracyPrior() gp.Prior {
	length := make([]float64, featureGroups)
	length[choiceFeatures], length[sizeFeatures], length[costFeatures] = 2, 1, 1
	return gp.Prior{Median: gp.Hyper{Length: length, Signal: 0.3, Trend: 0.3, Noise: 0.1}, Spread: 1}
}

// NewAccuracyModel returns a model for networks of a space that knows of no accuracy.
func NewAccuracyModel(s nas.Space) *AccuracyModel {
	f := newFeatures(s)
	return &AccuracyModel{
		features: f, learned: -1,
		process: gp.Model{
			Group: f.group, Category: f.category, Linear: []int{f.cost(), f.cost() + 1},
			Constant: constantDeviation, Prior: accuracyPrior(),
		},
	}
}

// Add adds the accuracy, 0 to 1, of the network of actions.
func (m *AccuracyModel) Add(actions []int, params, macs int64, accuracy float64) {
	m.x = append(m.x, m.features.of(actions, params, macs))
	m.y = append(m.y, math.Log(1-accuracy+errorShift))
	m.fitted = nil
}

// Len is how many accuracies were added.
func (m *AccuracyModel) Len() int { return len(m.y) }

// Typical says what a network of middling size costs, until accuracies were added: larger
// ones are expected to be more accurate, smaller ones less. Without it they are all
// alike at first. It is to be called before Fit.
func (m *AccuracyModel) Typical(params, macs int64) {
	if len(m.y) == 0 {
		m.center, m.fitted = &[2]float64{math.Log1p(float64(params)), math.Log1p(float64(macs))}, nil
	}
}

// Fit prepares for Predict after accuracies were added, or none. The hyperparameters are
// learned anew with each accuracy up to 20, and then more and more rarely, from the
// first accuracies up to a number that depends on how many there are: so the model
// depends on the accuracies and their order alone, whether it was fitted on the way or
// not.
func (m *AccuracyModel) Fit() error {
	if m.fitted != nil {
		return nil
	}
	n := len(m.y)
	n -= n % (1 + n/20)
	if n > 0 {
		m.center = &[2]float64{}
	}
	at := m.features.cost()
	for _, x := range m.x[:n] {
		for i := range m.center {
			m.center[i] += x[at+i] / float64(n)
		}
	}
	x, y := make([][]float64, len(m.y)), make([]float64, len(m.y))
	for i := range x {
		x[i] = m.centered(m.x[i])
		y[i] = m.y[i] - m.expected(x[i])
	}
	var err error
	if m.learned != n {
		if m.hyper, err = m.process.Learn(x[:n], y[:n]); err != nil {
			return err
		}
		m.learned = n
	}
	m.fitted, err = m.process.Condition(x, y, m.hyper)
	return err
}

// centered are features with the center taken off, copied.
func (m *AccuracyModel) centered(x []float64) []float64 {
	x = append([]float64(nil), x...)
	at := m.features.cost()
	for i := range 2 {
		if m.center == nil {
			x[at+i] = 0
		} else {
			x[at+i] -= m.center[i]
		}
	}
	return x
}

// expected is the mean of the process before anything is trained, at centered features.
func (m *AccuracyModel) expected(x []float64) float64 {
	return math.Log(typicalError) - float64(errorSlope*x[m.features.cost()+1])
}

// A Prediction is what is known of the accuracy that a training of a network will
// reach: log(1-accuracy+0.005) is normal.
type Prediction struct {
	Mean      float64 // of that logarithm
	Deviation float64 // its standard deviation, that between trainings included
}

// Predict is what is known of a training of the network of actions. It needs a model
// that is fitted, and must not be called concurrently.
func (m *AccuracyModel) Predict(actions []int, params, macs int64) Prediction {
	return m.predict(m.features.of(actions, params, macs))
}

func (m *AccuracyModel) predict(features []float64) Prediction {
	x := m.centered(features)
	mean, variance := m.fitted.Predict(x)
	return Prediction{mean + m.expected(x), math.Sqrt(variance + m.hyper.Noise*m.hyper.Noise)}
}

// Excess is E[max(0, accuracy-level)]: see pareto.Staircase.
func (p Prediction) Excess() func(level float64) float64 {
	return pareto.LogNormalExcess(1+errorShift, p.Mean, p.Deviation)
}

// Forecast is the median and the interval that 80 % of trainings should be in.
func (p Prediction) Forecast() nas.Forecast {
	const tenth = 1.2815515655446004 // deviations above which a tenth of a normal distribution is
	at := func(deviations float64) float64 {
		return min(1, max(0, 1+errorShift-math.Exp(p.Mean+float64(deviations*p.Deviation))))
	}
	return nas.Forecast{Accuracy: at(0), Low: at(tenth), High: at(-tenth)}
}
