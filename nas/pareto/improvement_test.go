package pareto

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestExpectedImprovement compares with the mean gain in hypervolume over draws of the
// uncertain objective, of both distributions, within 5 standard errors; and without
// deviation with the gain itself.
func TestExpectedImprovement(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 4))
	for range 30 {
		var points [][]float64
		for range rng.IntN(6) {
			points = append(points, []float64{rng.Float64(), rng.Float64()})
		}
		reference := [2]float64{0.2 * rng.Float64(), 0.2 * rng.Float64()}
		deviation, second := 0.02+0.3*rng.Float64(), rng.Float64()
		normal, logNormal := rng.Float64(), math.Log(0.05+0.9*rng.Float64())
		before, err := Hypervolume(points, reference[:])
		if err != nil {
			t.Fatal(err)
		}
		gain := func(first float64) float64 {
			after, err := Hypervolume(append(points[:len(points):len(points)], []float64{first, second}), reference[:])
			if err != nil {
				t.Fatal(err)
			}
			return after - before
		}
		for _, c := range []struct {
			name   string
			excess func(mean, deviation float64) func(float64) float64
			mean   float64
			value  func(z float64) float64
		}{
			{"normal", NormalExcess, normal, func(x float64) float64 { return x }},
			{"log-normal", func(m, d float64) func(float64) float64 { return LogNormalExcess(1.01, m, d) }, logNormal,
				func(x float64) float64 { return 1.01 - math.Exp(x) }},
		} {
			const draws = 10000
			sum, squares := 0.0, 0.0
			for range draws {
				g := gain(c.value(c.mean + deviation*rng.NormFloat64()))
				sum, squares = sum+g, squares+g*g
			}
			want := sum / draws
			deviance := math.Sqrt(max(0, squares/draws-want*want) / draws)
			stairs, err := NewStaircase(points, reference)
			if err != nil {
				t.Fatal(err)
			}
			got := stairs.ExpectedImprovement(c.excess(c.mean, deviation), second)
			if math.Abs(got-want) > 5*deviance+1e-6 { // rare gains are never drawn
				t.Fatalf("%s, %v above %v, mean %g, deviation %g, second %g: %g, drawing gives %g ± %g",
					c.name, points, reference, c.mean, deviation, second, got, want, deviance)
			}
			if got := stairs.ExpectedImprovement(c.excess(c.mean, 0), second); math.Abs(got-gain(c.value(c.mean))) > 1e-12 {
				t.Fatalf("%s without deviation: %g, want %g", c.name, got, gain(c.value(c.mean)))
			}
		}
	}
}

// TestExcess compares both with integrating over the distribution.
func TestExcess(t *testing.T) {
	for _, mean := range []float64{-3, -1, 0.2, 0.9} {
		for _, deviation := range []float64{0.01, 0.3, 2} {
			for _, level := range []float64{-1, 0, 0.5, 0.97, 1, 1.5} {
				normal, logNormal := 0.0, 0.0
				const steps = 40000
				for i := range steps {
					z := -9 + 18*(float64(i)+0.5)/steps
					density := math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) * 18 / steps
					normal += max(0, mean+deviation*z-level) * density
					logNormal += max(0, 1-math.Exp(mean+deviation*z)-level) * density
				}
				if got := NormalExcess(mean, deviation)(level); math.Abs(got-normal) > 1e-6 {
					t.Errorf("normal %g, %g above %g: %g, integrating gives %g", mean, deviation, level, got, normal)
				}
				if got := LogNormalExcess(1, mean, deviation)(level); math.Abs(got-logNormal) > 1e-6 {
					t.Errorf("log-normal %g, %g above %g: %g, integrating gives %g", mean, deviation, level, got, logNormal)
				}
			}
		}
	}
}

func TestStaircaseErrors(t *testing.T) {
	for _, c := range []struct {
		points    [][]float64
		reference [2]float64
		want      string
	}{
		{[][]float64{{1, 1}, {1, 2, 3}}, [2]float64{}, "point 1 has 3 objectives"},
		{[][]float64{{1, math.NaN()}}, [2]float64{}, "finite"},
		{nil, [2]float64{math.Inf(-1), 0}, "finite"},
	} {
		if _, err := NewStaircase(c.points, c.reference); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one that says %q", err, c.want)
		}
	}
}

// What an uncertain design may add to a front of one.
func ExampleStaircase_ExpectedImprovement() {
	front, err := NewStaircase([][]float64{{0.9, 0.8}}, [2]float64{0, 0})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, deviation := range []float64{0, 0.05} {
		fmt.Printf("%.4f\n", front.ExpectedImprovement(NormalExcess(0.88, deviation), 0.75))
	}
	// Output:
	// 0.0000
	// 0.0086
}
