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
	blank bool    // without numbers
}

// Ticks implements plot.Ticker. Two at least, since one says nothing of a scale, where
// six would have two.
func (t ticks) Ticks(lo, hi float64) (list []plot.Tick) {
	if !(hi > lo) || math.IsInf(lo, 0) || math.IsInf(hi, 0) {
		return nil
	}
	const usual = 6.5
	most := usual
	if t.most > 0 {
		most = min(most, t.most)
	}
	for list = t.about(most, lo, hi); len(list) < 2 && most < usual; {
		most = min(most+1, usual)
		list = t.about(most, lo, hi)
	}
	return list
}

// about are so many ticks at most.
func (t ticks) about(most, lo, hi float64) []plot.Tick {
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
		label := strconv.FormatFloat(i*step+0, 'f', digits, 64)
		if t.blank {
			label = " " // without any it would be a tick of less worth, which has no grid line
		}
		list = append(list, plot.Tick{Value: i * step, Label: label})
	}
	return list
}

// plain is a number with three digits that count, without an exponent where that
// is readable.
func plain(v float64) string {
	s := strconv.FormatFloat(v, 'g', 3, 64)
	if a := math.Abs(v); a < 1e9 && (a >= 1e-4 || v == 0) {
		if r, err := strconv.ParseFloat(s, 64); err == nil {
			s = strconv.FormatFloat(r, 'f', -1, 64)
		}
	}
	return s
}

// amount is a large number in words.
func amount(v float64) string {
	switch {
	case v >= 1e9:
		return plain(v/1e9) + " billion"
	case v >= 1e6:
		return plain(v/1e6) + " million"
	case v >= 1e4:
		return plain(v/1e3) + " thousand"
	}
	return plain(v)
}
