package gp

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distmv"
)

// model has two groups of features; the second feature is a category, the last has a
// trend.
var model = Model{
	Group: []int{0, 0, 1}, Category: []bool{false, true, false}, Linear: []int{2}, Constant: 0.8,
	Prior: Prior{Median: Hyper{Length: []float64{1, 1}, Signal: 0.5, Trend: 0.3, Noise: 0.1}, Spread: 1},
}

// sample is points, and values of a function that waves in the first feature, differs
// between the three categories of the second and falls in the last.
func sample(n int, rng *rand.Rand) (x [][]float64, y []float64) {
	for range n {
		p := []float64{rng.Float64(), float64(rng.IntN(3)), 2*rng.Float64() - 1}
		x = append(x, p)
		y = append(y, 0.5+0.7*math.Sin(5*p[0])+0.2*math.Pow(p[1]-1, 2)-0.6*p[2]+0.05*rng.NormFloat64())
	}
	return x, y
}

// kernel is the covariance of the package comment, written out for model.
func kernel(a, b []float64, h Hyper) float64 {
	differ := 0.0
	if a[1] != b[1] {
		differ = 1
	}
	r := math.Sqrt((math.Pow(a[0]-b[0], 2)+differ)/math.Pow(h.Length[0], 2) + math.Pow(a[2]-b[2], 2)/math.Pow(h.Length[1], 2))
	c := (1 + math.Sqrt(5)*r + 5.0/3*r*r) * math.Exp(-math.Sqrt(5)*r)
	return 0.64 + math.Pow(h.Trend, 2)*a[2]*b[2] + math.Pow(h.Signal, 2)*c
}

// gram is the covariance of measurements at points.
func gram(x [][]float64, h Hyper) *mat.SymDense {
	k := mat.NewSymDense(len(x), nil)
	for i := range x {
		for j := range i + 1 {
			k.SetSym(i, j, kernel(x[i], x[j], h))
		}
		k.SetSym(i, i, k.At(i, i)+h.Noise*h.Noise)
	}
	return k
}

// TestPredict compares predictions with the formulas written out with an inverse.
func TestPredict(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	x, y := sample(12, rng)
	h := Hyper{Length: []float64{0.7, 2}, Signal: 1.3, Trend: 0.4, Noise: 0.1}
	p, err := model.Condition(x, y, h)
	if err != nil {
		t.Fatal(err)
	}
	var inverse mat.Dense
	if err := inverse.Inverse(gram(x, h)); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		at := []float64{rng.Float64(), float64(rng.IntN(3)), rng.Float64()}
		cross := mat.NewVecDense(len(x), nil)
		for i := range x {
			cross.SetVec(i, kernel(x[i], at, h))
		}
		var w mat.VecDense
		w.MulVec(&inverse, cross)
		wantMean, wantVariance := mat.Dot(&w, mat.NewVecDense(len(y), y)), kernel(at, at, h)-mat.Dot(&w, cross)
		gotMean, gotVariance := p.Predict(at)
		if math.Abs(gotMean-wantMean) > 1e-9 || math.Abs(gotVariance-wantVariance) > 1e-9 {
			t.Fatalf("mean %g and variance %g, want %g and %g", gotMean, gotVariance, wantMean, wantVariance)
		}
	}
}

// TestPrior checks a process that nothing was measured of.
func TestPrior(t *testing.T) {
	h, err := model.Learn(nil, nil)
	if err != nil || fmt.Sprint(h) != fmt.Sprint(model.Prior.Median) {
		t.Fatalf("learned %+v (%v) from nothing", h, err)
	}
	p, err := model.Condition(nil, nil, h)
	if err != nil {
		t.Fatal(err)
	}
	at := []float64{0.1, 0.2, 0.3}
	if mean, variance := p.Predict(at); mean != 0 || math.Abs(variance-kernel(at, at, h)) > 1e-12 {
		t.Errorf("mean %g and variance %g, want 0 and %g", mean, variance, kernel(at, at, h))
	}
}

// TestEvidence compares the marginal likelihood with the density of a multivariate
// normal distribution, and its gradient with differences.
func TestEvidence(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	x, y := sample(9, rng)
	e := newEvidence(&model, x, y)
	for range 20 {
		at := make([]float64, len(e.median))
		for i := range at {
			at[i] = e.median[i] + rng.NormFloat64()
		}
		h := ofLogs(at)
		got, ok := e.likelihood(&h)
		normal, known := distmv.NewNormal(make([]float64, len(x)), gram(x, h), nil)
		if !ok || !known {
			t.Fatalf("no distribution with %+v", h)
		}
		if want := normal.LogProb(y); math.Abs(got-want) > 1e-8*max(1, math.Abs(want)) {
			t.Errorf("log likelihood %g with %+v, want %g", got, h, want)
		}
		gradient := make([]float64, len(at))
		e.gradient(gradient, at)
		for i := range at {
			const d = 1e-5
			up, down := slices.Clone(at), slices.Clone(at)
			up[i] += d
			down[i] -= d
			want := (e.loss(up) - e.loss(down)) / (2 * d)
			if math.Abs(gradient[i]-want) > 1e-4*max(1, math.Abs(want)) {
				t.Errorf("derivative %d with %+v is %g, differences give %g", i, h, gradient[i], want)
			}
		}
	}
}

// TestLearn checks that no hyperparameters of a grid are more probable than what was
// learned, and that the noise is found.
func TestLearn(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	x, y := sample(40, rng)
	h, err := model.Learn(x, y)
	if err != nil {
		t.Fatal(err)
	}
	e := newEvidence(&model, x, y)
	best := e.loss(logs(&h))
	for _, a := range []float64{0.2, 0.5, 1, 2, 5} {
		for _, b := range []float64{0.5, 1, 2, 5, 20} {
			for _, s := range []float64{0.3, 0.6, 1, 2} {
				for _, trend := range []float64{0.1, 0.4, 1} {
					for _, n := range []float64{0.02, 0.05, 0.1, 0.5} {
						if loss := e.loss(logs(&Hyper{[]float64{a, b}, s, trend, n})); loss < best-1e-6 {
							t.Errorf("lengths %g and %g, signal %g, trend %g, noise %g are better: %g, learned %g (%+v)", a, b, s, trend, n, loss, best, h)
						}
					}
				}
			}
		}
	}
	if h.Noise < 0.03 || h.Noise > 0.08 {
		t.Errorf("noise %g, the values have 0.05", h.Noise)
	}
}

func TestErrors(t *testing.T) {
	twice := [][]float64{{0, 0, 0}, {0, 0, 0}}
	sharp := model
	sharp.Linear = []int{3}
	for _, c := range []struct {
		model Model
		x     [][]float64
		y     []float64
		want  string
	}{
		{model, twice, []float64{1}, "2 points and 1 values"},
		{model, [][]float64{{1}}, []float64{1}, "1 features"},
		{sharp, twice, []float64{1, 2}, "feature 3, of 3"},
		{model, twice, []float64{1, 2}, "not positive definite"},
	} {
		h := model.Prior.Median
		h.Noise = 0
		if _, err := c.model.Condition(c.x, c.y, h); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one that says %q", err, c.want)
		}
	}
	bad := model
	bad.Category = []bool{true}
	if _, err := bad.Learn(twice, []float64{1, 2}); err == nil || !strings.Contains(err.Error(), "categories of 1") {
		t.Errorf("error %v", err)
	}
	bad = model
	bad.Prior.Median.Length = []float64{1}
	if _, err := bad.Learn(twice, []float64{1, 2}); err == nil || !strings.Contains(err.Error(), "1 lengths") {
		t.Errorf("error %v", err)
	}
}

// A curve from six points.
func Example() {
	var x [][]float64
	var y []float64
	for i := range 6 {
		x = append(x, []float64{float64(i) / 5})
		y = append(y, math.Sin(3*x[i][0]))
	}
	m := Model{
		Group: []int{0}, Constant: 1,
		Prior: Prior{Median: Hyper{Length: []float64{0.5}, Signal: 1, Trend: 1, Noise: 0.01}, Spread: 1},
	}
	h, err := m.Learn(x, y)
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := m.Condition(x, y, h)
	if err != nil {
		fmt.Println(err)
		return
	}
	mean, inside := p.Predict([]float64{0.5})
	_, outside := p.Predict([]float64{2})
	fmt.Printf("%.2f, the sine is %.2f; less sure farther away: %t\n", mean, math.Sin(1.5), outside > inside)
	// Output: 1.00, the sine is 1.00; less sure farther away: true
}
