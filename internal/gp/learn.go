package gp

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

// A Prior is what is thought of the hyperparameters before anything is measured: the
// logarithm of each is normal. With many points it hardly matters; with few it keeps the
// likelihood from running away.
type Prior struct {
	Median Hyper   // Length with one for each group
	Spread float64 // standard deviation of the logarithms
}

// maxIterations is how many steps Learn takes at most.
const maxIterations = 60

// Learn finds the hyperparameters that are most probable given the values y at the
// points x: those that maximize the marginal likelihood (Rasmussen and Williams,
// equation 5.8) times the prior, by the BFGS method with exact gradients (their equation
// 5.9) from the prior's medians. They are the medians where there are no points. A step
// takes O(n^3) for n points. It depends on nothing but its arguments.
func (m *Model) Learn(x [][]float64, y []float64) (Hyper, error) {
	if err := m.check(x, y); err != nil {
		return Hyper{}, err
	}
	if n := m.groups(); len(m.Prior.Median.Length) != n {
		return Hyper{}, fmt.Errorf("gp: a prior for %d lengths, there are %d groups of features", len(m.Prior.Median.Length), n)
	}
	e := newEvidence(m, x, y)
	start := logs(&m.Prior.Median)
	if len(x) == 0 {
		return m.Prior.Median, nil
	}
	settings := &optimize.Settings{MajorIterations: maxIterations, GradientThreshold: 1e-3}
	result, err := optimize.Minimize(optimize.Problem{Func: e.loss, Grad: e.gradient}, start, settings, &optimize.BFGS{})
	if result == nil {
		return Hyper{}, fmt.Errorf("gp: %w", err)
	}
	return ofLogs(result.X), nil // a line search that ended early leaves the best so far
}

// logs are the logarithms of the hyperparameters, in the order of Learn: lengths,
// signal, trend, noise.
func logs(h *Hyper) []float64 {
	var list []float64
	for _, v := range append(append([]float64(nil), h.Length...), h.Signal, h.Trend, h.Noise) {
		list = append(list, math.Log(v))
	}
	return list
}

// ofLogs is the inverse of logs.
func ofLogs(list []float64) Hyper {
	v := make([]float64, len(list))
	for i := range list {
		v[i] = math.Exp(list[i])
	}
	n := len(v) - 3
	return Hyper{Length: v[:n:n], Signal: v[n], Trend: v[n+1], Noise: v[n+2]}
}

// An evidence works out how well hyperparameters explain measured values, and what to
// change. It remembers the last that it worked out.
type evidence struct {
	model   *Model
	values  *mat.VecDense
	squared [][]float64 // by group, the squared distance of each pair i > j in it
	product []float64   // of each pair i >= j, those of features with a trend
	median  []float64   // of the logarithms

	at    []float64 // where all below is worked out for
	value float64   // loss
	slope []float64

	k       *mat.SymDense
	chol    mat.Cholesky
	weight  *mat.VecDense
	inverse mat.SymDense
}

func newEvidence(m *Model, x [][]float64, y []float64) *evidence {
	n := len(x)
	e := &evidence{model: m, squared: make([][]float64, m.groups()), median: logs(&m.Prior.Median)}
	if n == 0 {
		return e
	}
	e.values, e.weight, e.k = mat.NewVecDense(n, y), mat.NewVecDense(n, nil), mat.NewSymDense(n, nil)
	e.slope = make([]float64, len(e.median))
	for i := range n {
		for j := range i {
			sums := make([]float64, len(e.squared))
			for f, g := range m.Group {
				sums[g] += m.difference(x[i], x[j], f)
			}
			for g, s := range sums {
				e.squared[g] = append(e.squared[g], s)
			}
			e.product = append(e.product, m.product(x[i], x[j]))
		}
		e.product = append(e.product, m.product(x[i], x[i]))
	}
	return e
}

// loss is the negative logarithm of likelihood times prior, but for a constant;
// infinite where the covariance is not positive definite.
func (e *evidence) loss(at []float64) float64 {
	e.work(at)
	return e.value
}

// gradient is the derivative of loss by the logarithms.
func (e *evidence) gradient(grad, at []float64) {
	e.work(at)
	copy(grad, e.slope)
}

// work works out loss and gradient.
func (e *evidence) work(at []float64) {
	if e.at != nil && equal(e.at, at) {
		return
	}
	e.at = append(e.at[:0], at...)
	h := ofLogs(at)
	likelihood, ok := e.likelihood(&h)
	if !ok {
		e.value = math.Inf(1)
		clear(e.slope)
		return
	}
	e.value = -likelihood
	for i, v := range at {
		d := (v - e.median[i]) / e.model.Prior.Spread
		e.value += float64(d*d) / 2
		e.slope[i] += d / e.model.Prior.Spread
	}
}

func equal(a, b []float64) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// likelihood is the logarithm of the marginal likelihood, and sets slope to the
// derivatives of its negative by the logarithms of the hyperparameters: half the trace
// of (K^-1 - K^-1 y y^T K^-1) times the derivative of K. It is false where the
// covariance is not positive definite.
func (e *evidence) likelihood(h *Hyper) (float64, bool) {
	n, groups := e.values.Len(), len(e.squared)
	signal, trend, noise := h.Signal*h.Signal, h.Trend*h.Trend, h.Noise*h.Noise
	constant := e.model.Constant * e.model.Constant
	pair, entry := 0, 0
	for i := range n {
		for j := range i {
			e.k.SetSym(i, j, constant+float64(trend*e.product[entry])+float64(signal*correlation(e.distance(h, pair))))
			pair++
			entry++
		}
		e.k.SetSym(i, i, constant+float64(trend*e.product[entry])+signal+noise)
		entry++
	}
	if !e.chol.Factorize(e.k) || e.chol.SolveVecTo(e.weight, e.values) != nil || e.chol.InverseTo(&e.inverse) != nil {
		return 0, false
	}
	clear(e.slope)
	pair, entry = 0, 0
	for i := range n {
		for j := range i {
			// Twice: the pair stands in the matrix twice.
			w := e.inverse.At(i, j) - float64(e.weight.AtVec(i)*e.weight.AtVec(j))
			squared := e.distance(h, pair)
			for g := range groups {
				e.slope[g] -= float64(2*w*signal*correlationSlope(squared)) * e.squared[g][pair] / (h.Length[g] * h.Length[g])
			}
			e.slope[groups] += float64(2 * w * signal * correlation(squared))
			e.slope[groups+1] += float64(2 * w * trend * e.product[entry])
			pair++
			entry++
		}
		w := e.inverse.At(i, i) - float64(e.weight.AtVec(i)*e.weight.AtVec(i))
		e.slope[groups] += float64(w * signal)
		e.slope[groups+1] += float64(w * trend * e.product[entry])
		e.slope[groups+2] += float64(w * noise)
		entry++
	}
	return -(mat.Dot(e.values, e.weight)+e.chol.LogDet())/2 - float64(n)/2*math.Log(2*math.Pi), true
}

// distance is the squared distance of a pair.
func (e *evidence) distance(h *Hyper, pair int) float64 {
	sum := 0.0
	for g := range e.squared {
		sum += e.squared[g][pair] / (h.Length[g] * h.Length[g])
	}
	return sum
}
