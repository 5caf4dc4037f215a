package controller

import (
	"math"
	"testing"
)

func TestElementaryFunctions(t *testing.T) {
	rng := newRand(1)
	worst := map[string]float64{}
	note := func(name string, err float64) { worst[name] = max(worst[name], err) }
	for range 200000 {
		x := (rng.Float64()*2 - 1) * math.Exp(rng.Float64()*16-10) // from tiny to +-400
		note("exp", math.Abs(exp(x)/math.Exp(x)-1))
		note("sigmoid", math.Abs(sigmoid(x)-1/(1+math.Exp(-x))))
		note("tanh", math.Abs(tanh(x)-math.Tanh(x)))
		y := math.Exp(x)
		note("log", math.Abs(log(y)-math.Log(y))/max(1, math.Abs(math.Log(y))))
	}
	for name, err := range worst {
		if !(err <= 1e-15) {
			t.Errorf("%s: error %.3g", name, err)
		}
	}
	for _, x := range []float64{0, math.Copysign(0, -1)} {
		if exp(x) != 1 || sigmoid(x) != 0.5 || tanh(x) != 0 {
			t.Errorf("at %v: exp %v, sigmoid %v, tanh %v", x, exp(x), sigmoid(x), tanh(x))
		}
	}
	for _, x := range []float64{1e3, 1e300, math.Inf(1)} {
		if exp(x) != exp(700) || exp(-x) != exp(-700) || sigmoid(x) != 1 || tanh(x) != 1 || tanh(-x) != -1 {
			t.Errorf("beyond the limits, at %v: %v %v %v", x, exp(x), sigmoid(x), tanh(x))
		}
	}
	if log(1) != 0 {
		t.Errorf("log 1 = %v", log(1))
	}
}
