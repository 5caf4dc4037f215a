// Package gp is regression by Gaussian processes: from a few measured points it predicts
// a mean and a variance anywhere (Rasmussen and Williams, "Gaussian Processes for Machine
// Learning", MIT Press 2006, chapters 2 and 5).
//
//	model := gp.Model{Group: []int{0, 0, 1}, Constant: 1, Prior: prior}
//	h, err := model.Learn(x, y)        // hyperparameters, from the marginal likelihood
//	p, err := model.Condition(x, y, h)
//	mean, variance := p.Predict(at)
//
// The function is the sum of an unknown constant, a linear trend in some of the features,
// and a deviation from both that is smooth. Its covariance is
//
//	k(a, b) = Constant^2 + Trend^2 * sum over trend features of a_i*b_i + Signal^2 * c(r)
//	c(r) = (1 + sqrt(5)*r + 5/3*r*r) * exp(-sqrt(5)*r)
//	r*r = sum over features of (a_i - b_i)^2 / Length[Group[i]]^2
//
// with Matérn's correlation of smoothness 5/2 (their equation 4.17) and the trend of
// their section 2.7; of a feature that is a category, (a_i - b_i)^2 stands for 0 where
// both are the same and 1 where they differ. Constant and trend are priors like any other, so that the model can
// be asked before anything is measured.
package gp

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// A Model says what the function is like before anything is measured.
type Model struct {
	// Group has the group of each feature, counted from 0: features of a group share a
	// length.
	Group []int
	// Category tells which features are categories, that are the same or differ; nil:
	// none.
	Category []bool
	// Linear has the features with a linear trend, by their place. They are best
	// centred, for the prior of the trend goes through 0.
	Linear []int
	// Constant is the standard deviation of the function's constant, around 0.
	Constant float64
	// Prior is what is thought of the hyperparameters.
	Prior Prior
}

// Hyper are the hyperparameters of a model.
type Hyper struct {
	Length []float64 // of each group of features, positive, in units of the features
	Signal float64   // standard deviation of the smooth deviation, in units of the values
	Trend  float64   // standard deviation of the slope of a feature with a trend
	Noise  float64   // standard deviation of a measurement
}

// groups is the number of groups of features.
func (m *Model) groups() int {
	n := 0
	for _, g := range m.Group {
		n = max(n, g+1)
	}
	return n
}

// check is an error unless points and values fit the model.
func (m *Model) check(x [][]float64, y []float64) error {
	if len(x) != len(y) {
		return fmt.Errorf("gp: %d points and %d values, must be as many", len(x), len(y))
	}
	if m.Category != nil && len(m.Category) != len(m.Group) {
		return fmt.Errorf("gp: categories of %d features, there are groups for %d", len(m.Category), len(m.Group))
	}
	for _, i := range m.Linear {
		if i < 0 || i >= len(m.Group) {
			return fmt.Errorf("gp: a trend in feature %d, of %d", i, len(m.Group))
		}
	}
	for i := range x {
		if len(x[i]) != len(m.Group) {
			return fmt.Errorf("gp: point %d has %d features, there are groups for %d", i, len(x[i]), len(m.Group))
		}
	}
	return nil
}

// covariance is that of the function at two points.
func (m *Model) covariance(a, b []float64, h *Hyper) float64 {
	squared := 0.0
	for i, g := range m.Group {
		if a[i] != b[i] {
			squared += m.difference(a, b, i) / float64(h.Length[g]*h.Length[g])
		}
	}
	return m.Constant*m.Constant + float64(h.Trend*h.Trend*m.product(a, b)) + float64(h.Signal*h.Signal*correlation(squared))
}

// difference is the square of that of two points in a feature.
func (m *Model) difference(a, b []float64, i int) float64 {
	switch {
	case m.Category == nil || !m.Category[i]:
		d := a[i] - b[i]
		return float64(d * d)
	case a[i] == b[i]:
		return 0
	}
	return 1
}

// product is the sum of the products of the features with a trend.
func (m *Model) product(a, b []float64) float64 {
	sum := 0.0
	for _, i := range m.Linear {
		sum += float64(a[i] * b[i])
	}
	return sum
}

// correlation is Matérn's at a distance whose square is given.
func correlation(squared float64) float64 {
	r := math.Sqrt(5 * squared)
	return (1 + r + float64(r*r)/3) * math.Exp(-r)
}

// correlationSlope is the derivative of correlation by the square of the distance.
func correlationSlope(squared float64) float64 {
	r := math.Sqrt(5 * squared)
	return -5. / 6 * (1 + r) * math.Exp(-r)
}

// A Process is a model conditioned on measured points.
type Process struct {
	model  *Model
	hyper  Hyper
	x      [][]float64
	chol   mat.Cholesky
	weight *mat.VecDense // inverse covariance times values

	cross, solved *mat.VecDense // scratch of Predict
}

// Condition conditions the model on the values y at the points x. There may be none:
// then the process is the prior. An error says what does not fit, or that the
// covariance is not positive definite. It keeps x.
func (m *Model) Condition(x [][]float64, y []float64, h Hyper) (*Process, error) {
	if err := m.check(x, y); err != nil {
		return nil, err
	}
	p := &Process{model: m, hyper: h, x: x}
	n := len(x)
	if n == 0 {
		return p, nil
	}
	k := mat.NewSymDense(n, nil)
	for i := range n {
		for j := range i {
			k.SetSym(i, j, m.covariance(x[i], x[j], &h))
		}
		k.SetSym(i, i, m.covariance(x[i], x[i], &h)+h.Noise*h.Noise)
	}
	p.weight = mat.NewVecDense(n, nil)
	if !p.chol.Factorize(k) || p.chol.SolveVecTo(p.weight, mat.NewVecDense(n, y)) != nil {
		return nil, fmt.Errorf("gp: the covariance of %d points is not positive definite, or nearly so, with %+v", n, h)
	}
	p.cross, p.solved = mat.NewVecDense(n, nil), mat.NewVecDense(n, nil)
	return p, nil
}

// Predict is the mean and the variance of the function at a point (Rasmussen and
// Williams, equations 2.25 and 2.26). The variance of a measurement there is larger by
// the square of Noise. It must not be called concurrently.
func (p *Process) Predict(at []float64) (mean, variance float64) {
	own := p.model.covariance(at, at, &p.hyper)
	if len(p.x) == 0 {
		return 0, own
	}
	for i, x := range p.x {
		p.cross.SetVec(i, p.model.covariance(x, at, &p.hyper))
	}
	if err := p.chol.SolveVecTo(p.solved, p.cross); err != nil {
		panic("gp: " + err.Error()) // the factor was good for the weights
	}
	return mat.Dot(p.cross, p.weight), max(0, own-mat.Dot(p.cross, p.solved))
}
