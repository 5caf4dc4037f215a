package wilcoxon

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestHolm compares with the table that R's p.adjust(p, "holm") gives, and with the
// step-down procedure at every level: a test is rejected if and only if its corrected
// probability is at most the level.
func TestHolm(t *testing.T) {
	got := Holm([]float64{0.01, 0.04, 0.03, 0.005})
	for i, want := range []float64{0.03, 0.06, 0.06, 0.02} {
		if math.Abs(got[i]-want) > 1e-12 {
			t.Errorf("test %d: %g, want %g", i, got[i], want)
		}
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		p := make([]float64, 1+rng.IntN(6))
		for i := range p {
			p[i] = float64(rng.IntN(40)) / 100
		}
		corrected := Holm(p)
		for _, level := range []float64{0.011, 0.053, 0.117, 0.411} {
			rejected := make([]bool, len(p))
			for left := len(p); left > 0; left-- {
				smallest := -1
				for i := range p {
					if !rejected[i] && (smallest < 0 || p[i] < p[smallest]) {
						smallest = i
					}
				}
				if p[smallest] > level/float64(left) {
					break
				}
				rejected[smallest] = true
			}
			for i := range p {
				if rejected[i] != (corrected[i] <= level) {
					t.Fatalf("%v at level %g: test %d is rejected: %t, corrected %g", p, level, i, rejected[i], corrected[i])
				}
			}
		}
	}
}

// TestRankBiserial compares with adding up the ranks of positive and negative
// differences.
func TestRankBiserial(t *testing.T) {
	for _, c := range []struct {
		x, y []float64
		want float64
	}{
		{[]float64{2, 3, 4}, []float64{1, 1, 1}, 1},
		{[]float64{1, 1}, []float64{2, 3}, -1},
		{[]float64{1, 5}, []float64{1, 5}, 0},
		{[]float64{1, 4, 0}, []float64{0, 1, 2}, (1.0 + 3 - 2) / 6},
	} {
		if got, err := RankBiserial(c.x, c.y); err != nil || math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v and %v: %g (%v), want %g", c.x, c.y, got, err, c.want)
		}
	}
}
