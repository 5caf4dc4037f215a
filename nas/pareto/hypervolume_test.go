package pareto

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"
)

// inclusionExclusion adds the volumes of all intersections of the boxes
// between the points and the reference, with alternating signs.
func inclusionExclusion(points [][]float64, reference []float64, directions []Direction) float64 {
	total := 0.0
	for set := uint(1); set < 1<<len(points); set++ {
		v := 1.0
		for i, r := range reference {
			side := math.Inf(1)
			for n, p := range points {
				if set>>n&1 == 1 {
					d := p[i] - r
					if directions != nil && directions[i] == Minimize {
						d = -d
					}
					side = min(side, max(0, d))
				}
			}
			v *= side
		}
		if bits.OnesCount(set)%2 == 1 {
			total += v
		} else {
			total -= v
		}
	}
	return total
}

func TestHypervolumeAgreesWithInclusionExclusion(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for dim := 1; dim <= 5; dim++ {
		for _, levels := range []int{0, 3, 6} {
			for range 60 {
				points := randomPoints(rng, rng.IntN(10), dim, levels)
				directions := randomDirections(rng, dim)
				reference := randomPoints(rng, 1, dim, 0)[0] // some points are outside
				got, err := Hypervolume(points, reference, directions...)
				want := inclusionExclusion(points, reference, directions)
				if err != nil || math.Abs(got-want) > 1e-12 {
					t.Fatalf("%v down to %v %v: volume %v (%v), by inclusion-exclusion %v", points, reference, directions, got, err, want)
				}
			}
		}
	}
}

func TestHypervolumeAgreesWithMonteCarlo(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for dim := 2; dim <= 4; dim++ {
		points := randomPoints(rng, 60, dim, 0)
		for _, p := range points { // near a sphere, so that most are on the front
			norm := 0.0
			for _, v := range p {
				norm = math.Hypot(norm, v)
			}
			for i := range p {
				p[i] /= norm
			}
		}
		got, err := Hypervolume(points, make([]float64, dim))
		if err != nil {
			t.Fatal(err)
		}
		const samples = 200000
		hits := 0
		x := make([]float64, dim)
		for range samples {
			for i := range x {
				x[i] = rng.Float64()
			}
			for _, p := range points {
				if noWorse(p, x) {
					hits++
					break
				}
			}
		}
		share := float64(hits) / samples
		if sigma := math.Sqrt(share * (1 - share) / samples); math.Abs(got-share) > 4*sigma {
			t.Errorf("dimension %d: volume %v, by %d random points %v +- %v", dim, got, samples, share, sigma)
		}
	}
}

func TestHypervolumeByHand(t *testing.T) {
	for _, c := range []struct {
		points     [][]float64
		reference  []float64
		directions []Direction
		want       float64
	}{
		{[][]float64{{3, 1}, {2, 2}, {1, 3}}, []float64{0, 0}, nil, 6},
		{[][]float64{{3, 1}, {2, 2}, {1, 3}, {2, 2}, {1, 1}}, []float64{0, 0}, nil, 6},
		{[][]float64{{3, 1}, {2, 2}, {1, 3}}, []float64{1, 1}, nil, 1},
		{[][]float64{{3, 1}}, []float64{3, 0}, nil, 0},
		{[][]float64{{1, 1}}, []float64{3, 5}, []Direction{Minimize, Minimize}, 8},
		{[][]float64{{1, 1, 1}, {2, 2, 0}}, []float64{0, 0, 0}, nil, 1},
		{[][]float64{{1, 1, 3}, {2, 2, 1}}, []float64{0, 0, 0}, nil, 6},
		{[][]float64{{math.Inf(-1), 9}, {1, 1}}, []float64{0, 0}, nil, 1},
	} {
		got, err := Hypervolume(c.points, c.reference, c.directions...)
		if err != nil || got != c.want {
			t.Errorf("%v down to %v: volume %v (%v), want %v", c.points, c.reference, got, err, c.want)
		}
	}
}

func TestIGDPlus(t *testing.T) {
	known := [][]float64{{3, 1}, {1, 3}}
	for _, c := range []struct {
		points [][]float64
		scale  []float64
		dirs   []Direction
		want   float64
	}{
		{known, nil, nil, 0},
		{[][]float64{{3, 3}}, nil, nil, 0},                          // better than known is no distance
		{[][]float64{{3, 1}}, nil, nil, 1},                          // reached one; two short of the other
		{[][]float64{{3, 1}}, []float64{1, 4}, nil, 0.25},           // in units of 4
		{[][]float64{{0, 0}, {-9, -9}}, nil, nil, math.Hypot(3, 1)}, // both short in both
		{[][]float64{{3, 1}}, nil, []Direction{Minimize, Maximize}, (0 + math.Hypot(2, 2)) / 2},
	} {
		got, err := IGDPlus(c.points, known, c.scale, c.dirs...)
		if err != nil || math.Abs(got-c.want) > 1e-15 {
			t.Errorf("%v: distance %v (%v), want %v", c.points, got, err, c.want)
		}
	}
	// A dominating set is never farther away.
	rng := rand.New(rand.NewPCG(6, 6))
	for range 200 {
		known, points := randomPoints(rng, 5, 3, 0), randomPoints(rng, 5, 3, 0)
		far, err := IGDPlus(points, known, nil)
		if err != nil {
			t.Fatal(err)
		}
		points[rng.IntN(5)][rng.IntN(3)] += rng.Float64()
		if near, err := IGDPlus(points, known, nil); err != nil || near > far {
			t.Fatalf("distance rose from %v to %v (%v) when a point got better", far, near, err)
		}
	}
}

func BenchmarkHypervolume(b *testing.B) {
	rng := rand.New(rand.NewPCG(7, 7))
	for _, c := range []struct {
		name   string
		points [][]float64
	}{
		{"dim=2/n=1000", randomPoints(rng, 1000, 2, 0)},
		{"dim=3/n=300", randomPoints(rng, 300, 3, 0)},
		{"dim=4/n=100", randomPoints(rng, 100, 4, 0)},
	} {
		b.Run(c.name, func(b *testing.B) {
			reference := make([]float64, len(c.points[0]))
			for b.Loop() {
				if _, err := Hypervolume(c.points, reference); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
