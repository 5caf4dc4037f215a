package wilcoxon

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

var alternatives = []Alternative{TwoSided, Greater, Less}

// meanRank is the rank of v[i] by comparison with every value.
func meanRank(v []float64, i int) float64 {
	r := 0.5
	for _, w := range v {
		if w < v[i] {
			r++
		} else if w == v[i] {
			r += 0.5
		}
	}
	return r
}

// tails counts the outcomes as low or lower, and as high or higher.
type tails struct{ all, low, high float64 }

func (t *tails) add(outcome, seen float64) {
	t.all++
	if outcome <= seen {
		t.low++
	}
	if outcome >= seen {
		t.high++
	}
}

func (t *tails) p(a Alternative) float64 {
	switch a {
	case Greater:
		return t.high / t.all
	case Less:
		return t.low / t.all
	}
	return min(1, 2*min(t.low, t.high)/t.all)
}

func sample(rng *rand.Rand, n, levels int) []float64 {
	x := make([]float64, n)
	for i := range x {
		if x[i] = rng.NormFloat64(); levels > 0 {
			x[i] = float64(rng.IntN(levels))
		}
	}
	return x
}

func TestSignedRankAgreesWithAllSigns(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, levels := range []int{0, 3, 8} {
		for range 60 {
			n := rng.IntN(12)
			x, y := sample(rng, n, levels), sample(rng, n, levels)
			var size []float64
			var positive uint
			for i := range x {
				if x[i] != y[i] {
					if x[i] > y[i] {
						positive |= 1 << len(size)
					}
					size = append(size, math.Abs(x[i]-y[i]))
				}
			}
			sum := func(set uint) (s float64) {
				for i := range size {
					if set>>i&1 == 1 {
						s += meanRank(size, i)
					}
				}
				return s
			}
			var count tails
			for set := range uint(1) << len(size) {
				count.add(sum(set), sum(positive))
			}
			for _, a := range alternatives {
				r, err := SignedRank(x, y, a)
				if err != nil || !r.Exact || r.N != len(size) || r.Statistic != sum(positive) || math.Abs(r.P-count.p(a)) > 1e-14 {
					t.Fatalf("%v against %v: %+v (%v), by enumeration W %v, p %v", x, y, r, err, sum(positive), count.p(a))
				}
			}
		}
	}
}

// Critical values of the published tables: the largest statistic that is
// significant at 5%, two-sided, and the next one, which is not.
func TestPublishedCriticalValues(t *testing.T) {
	for n, critical := range map[int]int{6: 0, 7: 2, 8: 3, 9: 5, 10: 8, 12: 13, 15: 25, 20: 52, 25: 89, 30: 137} {
		p := func(w int) float64 {
			ranks := make([]int, n)
			for i := range ranks {
				ranks[i] = 2 * (i + 1)
			}
			return TwoSided.exact(signedRankCounts(ranks), 2*w)
		}
		if a, b := p(critical), p(critical+1); !(a <= 0.05 && b > 0.05) {
			t.Errorf("signed rank, n %d: p(%d) = %.4f, p(%d) = %.4f", n, critical, a, critical+1, b)
		}
	}
}

// At the limit of the exact computation the normal approximation is close.
func TestApproximationMeetsExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for _, levels := range []int{0, 5} {
		for range 10 {
			// The same ranks, once exactly and once by the approximation.
			x, y := sample(rng, maxPairs, levels), sample(rng, maxPairs, levels)
			for i := range x {
				x[i] += rng.Float64() * 0.1 * float64(i%2)
			}
			for _, a := range alternatives {
				exact, err := SignedRank(x, y, a)
				if err != nil {
					t.Fatal(err)
				}
				size := []float64{}
				for i := range x {
					if x[i] != y[i] {
						size = append(size, math.Abs(x[i]-y[i]))
					}
				}
				_, ties := doubleRanks(size)
				n := float64(len(size))
				p := a.normal(exact.Statistic, n*(n+1)/4, n*(n+1)*(2*n+1)/24-ties/48)
				if math.Abs(p-exact.P) > 0.002 {
					t.Errorf("signed rank: exact %v, approximate %v", exact.P, p)
				}
			}
		}
	}
	// Beyond the limit.
	x, y := sample(rng, maxPairs+1, 0), sample(rng, maxPairs+1, 0)
	if r, err := SignedRank(x, y, TwoSided); err != nil || r.Exact || !(r.P > 0 && r.P <= 1) {
		t.Errorf("signed rank: %+v (%v)", r, err)
	}
}

func TestEdges(t *testing.T) {
	inf := math.Inf(1)
	if r, err := SignedRank([]float64{1, 2}, []float64{1, 2}, TwoSided); err != nil || r.P != 1 || r.N != 0 {
		t.Errorf("no differences: %+v (%v)", r, err)
	}
	if r, err := SignedRank([]float64{inf, 2}, []float64{1, 1}, Greater); err != nil || r.P != 0.25 {
		t.Errorf("an infinite difference: %+v (%v)", r, err)
	}
	for want, call := range map[string]func() (Result, error){
		"1 values to pair with 2": func() (Result, error) { return SignedRank([]float64{1}, []float64{1, 2}, TwoSided) },
		"pair 1":                  func() (Result, error) { return SignedRank([]float64{1, inf}, []float64{1, inf}, TwoSided) },
		"alternative 9":           func() (Result, error) { return SignedRank(nil, nil, 9) },
	} {
		if r, err := call(); err == nil || !strings.HasPrefix(err.Error(), "wilcoxon: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v, error %v, want %q", r, err, want)
		}
	}
}
