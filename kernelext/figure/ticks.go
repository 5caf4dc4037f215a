package figure

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// ticks are about six round values with labels of equal precision.
type ticks struct {
	whole bool    // integers only
	top   float64 // no tick above, where positive
	most  float64 // about as many at most; 0: 6.5
}

// Ticks implements plot.Ticker.
func (t ticks) Ticks(lo, hi float64) []plot.Tick {
	if !(hi > lo) || math.IsInf(lo, 0) || math.IsInf(hi, 0) {
		return nil
	}
	most := 6.5
	if t.most > 0 {
		most = min(most, t.most)
	}
	decade := math.Pow(10, math.Floor(math.Log10((hi-lo)/(most+0.5))))
	step := decade
	for _, s := range []float64{1, 2, 2.5, 5, 10} {
		if step = decade * s; (hi-lo)/step <= most {
			break
		}
	}
	if t.whole {
		step = max(1, math.Ceil(step))
	}
	digits := 0
	for s := step; digits < 6 && math.Abs(s-math.Round(s)) > 1e-6; digits++ {
		s *= 10
	}
	var list []plot.Tick
	for i := math.Ceil(lo/step - 1e-9); i*step <= hi+1e-9*step; i++ {
		if t.top > 0 && i*step > t.top*(1+1e-9) {
			break
		}
		list = append(list, plot.Tick{Value: i * step, Label: strconv.FormatFloat(i*step+0, 'f', digits, 64)})
	}
	return list
}
