package pareto

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// randomPoints draws n points. With few levels there are many ties and copies;
// with levels 0 there are almost surely none.
func randomPoints(rng *rand.Rand, n, dim, levels int) [][]float64 {
	points := make([][]float64, n)
	for k := range points {
		points[k] = make([]float64, dim)
		for i := range points[k] {
			if levels > 0 {
				points[k][i] = float64(rng.IntN(levels)) / float64(levels)
			} else {
				points[k][i] = rng.Float64()
			}
		}
	}
	return points
}

func randomDirections(rng *rand.Rand, dim int) []Direction {
	if rng.IntN(3) == 0 {
		return nil
	}
	d := make([]Direction, dim)
	for i := range d {
		d[i] = Direction(rng.IntN(2))
	}
	return d
}

// eachCase runs f on many random sets of points in one to five dimensions.
func eachCase(f func(rng *rand.Rand, points [][]float64, directions []Direction)) {
	rng := rand.New(rand.NewPCG(1, 1))
	for dim := 1; dim <= 5; dim++ {
		for _, levels := range []int{0, 2, 4, 10} {
			for range 40 {
				f(rng, randomPoints(rng, rng.IntN(40), dim, levels), randomDirections(rng, dim))
			}
		}
	}
}

// bruteFront compares every point in left with every other.
func bruteFront(points [][]float64, left []int, directions []Direction) (front []int) {
	for _, n := range left {
		dominated := false
		for _, k := range left {
			dominated = dominated || Dominates(points[k], points[n], directions...)
		}
		if !dominated {
			front = append(front, n)
		}
	}
	return front
}

func TestDominates(t *testing.T) {
	for _, c := range []struct {
		a, b       []float64
		directions []Direction
		want       bool
	}{
		{[]float64{1, 2}, []float64{1, 2}, nil, false},
		{[]float64{1, 3}, []float64{1, 2}, nil, true},
		{[]float64{1, 2}, []float64{1, 3}, nil, false},
		{[]float64{2, 1}, []float64{1, 2}, nil, false},
		{[]float64{2, 1}, []float64{1, 2}, []Direction{Maximize, Minimize}, true},
		{[]float64{2, 2}, []float64{1, 2}, []Direction{Minimize, Minimize}, false},
		{[]float64{1, 2}, []float64{2, 2}, []Direction{Minimize, Minimize}, true},
		{[]float64{math.Inf(1)}, []float64{1}, nil, true},
		{[]float64{math.Inf(-1)}, []float64{math.Inf(-1)}, nil, false},
		{[]float64{0}, []float64{math.Copysign(0, -1)}, nil, false},
	} {
		if got := Dominates(c.a, c.b, c.directions...); got != c.want {
			t.Errorf("%v dominates %v %v: %v", c.a, c.b, c.directions, got)
		}
	}
}

func TestFrontAgreesWithBruteForce(t *testing.T) {
	eachCase(func(rng *rand.Rand, points [][]float64, directions []Direction) {
		all := make([]int, len(points))
		for n := range all {
			all[n] = n
		}
		got, err := Front(points, directions...)
		if want := bruteFront(points, all, directions); err != nil || !slices.Equal(got, want) {
			t.Fatalf("front of %v %v: %v (%v), brute force %v", points, directions, got, err, want)
		}
	})
}

func TestSortAgreesWithPeeling(t *testing.T) {
	eachCase(func(rng *rand.Rand, points [][]float64, directions []Direction) {
		var left []int
		for n := range points {
			left = append(left, n)
		}
		got, err := Sort(points, directions...)
		if err != nil {
			t.Fatal(err)
		}
		for r := 0; len(left) > 0; r++ {
			want := bruteFront(points, left, directions)
			if r >= len(got) || !slices.Equal(got[r], want) {
				t.Fatalf("front %d of %v %v: %v, by peeling %v", r, points, directions, got, want)
			}
			left = slices.DeleteFunc(left, func(n int) bool { return slices.Contains(want, n) })
			if len(left) == 0 && len(got) != r+1 {
				t.Fatalf("%d fronts, by peeling %d", len(got), r+1)
			}
		}
	})
}

func TestInputIsLeftAlone(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	points := randomPoints(rng, 30, 3, 5)
	var was [][]float64
	for _, p := range points {
		was = append(was, slices.Clone(p))
	}
	d := []Direction{Minimize, Maximize, Minimize}
	Front(points, d...)
	Sort(points, d...)
	Crowding(points)
	Hypervolume(points, []float64{1, 0, 1}, d...)
	IGDPlus(points, points, nil, d...)
	for n := range points {
		if !slices.Equal(points[n], was[n]) {
			t.Fatalf("point %d was changed", n)
		}
	}
}

// crowdingByDefinition looks for each point's neighbours anew.
func crowdingByDefinition(points [][]float64, n int) float64 {
	sum := 0.0
	for i := range points[n] {
		below, above := -1, -1 // neighbours in the order of (value, index)
		less := func(a, b int) bool {
			x, y := points[a][i], points[b][i]
			return x < y || x == y && a < b
		}
		low, high := math.Inf(1), math.Inf(-1)
		for k := range points {
			low, high = min(low, points[k][i]), max(high, points[k][i])
			if less(k, n) && (below < 0 || less(below, k)) {
				below = k
			}
			if less(n, k) && (above < 0 || less(k, above)) {
				above = k
			}
		}
		switch {
		case low == high:
		case below < 0 || above < 0:
			sum = math.Inf(1)
		default:
			sum += (points[above][i] - points[below][i]) / (high - low)
		}
	}
	return sum
}

func TestCrowdingAgreesWithDefinition(t *testing.T) {
	eachCase(func(rng *rand.Rand, points [][]float64, _ []Direction) {
		got, err := Crowding(points)
		if err != nil || len(got) != len(points) {
			t.Fatalf("%d distances for %d points (%v)", len(got), len(points), err)
		}
		for n := range points {
			if want := crowdingByDefinition(points, n); got[n] != want && !(math.Abs(got[n]-want) < 1e-12) {
				t.Fatalf("point %d of %v: distance %v, want %v", n, points, got[n], want)
			}
		}
	})
	// Five points on a line, worked out by hand.
	got, err := Crowding([][]float64{{0, 4}, {1, 3}, {2, 2}, {4, 0}, {2, 2}})
	if err != nil || !slices.Equal(got, []float64{math.Inf(1), 1, 0.75 /* 1/4 + 2/4 */, math.Inf(1), 0.75}) {
		t.Errorf("distances %v (%v)", got, err)
	}
}

func TestBadInputIsRefused(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	good := [][]float64{{1, 2}, {2, 1}}
	for _, c := range []struct {
		name string
		call func() error
		want string
	}{
		{"front NaN", func() error { _, err := Front([][]float64{{1, 2}, {1, nan}}); return err }, "point 1, objective 1 is NaN"},
		{"front ragged", func() error { _, err := Front([][]float64{{1, 2}, {1}}); return err }, "point 1 has 1 objectives, point 0 has 2"},
		{"front empty point", func() error { _, err := Front([][]float64{{}}); return err }, "point 0 has no objectives"},
		{"front directions", func() error { _, err := Front(good, Maximize); return err }, "there are 1 directions"},
		{"front direction 7", func() error { _, err := Front(good, Maximize, 7); return err }, "direction 7"},
		{"sort NaN", func() error { _, err := Sort([][]float64{{nan}}); return err }, "point 0, objective 0 is NaN"},
		{"crowding NaN", func() error { _, err := Crowding([][]float64{{nan}}); return err }, "NaN"},
		{"crowding infinite", func() error { _, err := Crowding([][]float64{{1}, {inf}}); return err }, "point 1, objective 0 is +Inf"},
		{"volume NaN", func() error { _, err := Hypervolume([][]float64{{1, nan}}, []float64{0, 0}); return err }, "NaN"},
		{"volume reference", func() error { _, err := Hypervolume(good, []float64{0}); return err }, "the reference has 1 objectives"},
		{"volume reference NaN", func() error { _, err := Hypervolume(good, []float64{0, nan}); return err }, "must be finite"},
		{"volume reference infinite", func() error { _, err := Hypervolume(nil, []float64{-inf}); return err }, "must be finite"},
		{"volume infinite", func() error { _, err := Hypervolume([][]float64{{1, inf}}, []float64{0, 0}); return err }, "infinite"},
		{"volume overflow", func() error {
			_, err := Hypervolume([][]float64{{1e300, 1e300}, {1e301, 1e299}}, []float64{0, 0})
			return err
		}, "overflows"},
		{"distance no front", func() error { _, err := IGDPlus(good, nil, nil); return err }, "the known front is empty"},
		{"distance NaN", func() error { _, err := IGDPlus(good, [][]float64{{1, nan}}, nil); return err }, "(of the known front)"},
		{"distance infinite", func() error { _, err := IGDPlus([][]float64{{1, inf}}, good, nil); return err }, "+Inf"},
		{"distance lengths", func() error { _, err := IGDPlus([][]float64{{1}}, good, nil); return err }, "points have 1 objectives"},
		{"distance scales", func() error { _, err := IGDPlus(good, good, []float64{1}); return err }, "1 scales"},
		{"distance scale 0", func() error { _, err := IGDPlus(good, good, []float64{1, 0}); return err }, "scale 1 is 0"},
	} {
		err := c.call()
		if err == nil || !strings.HasPrefix(err.Error(), "pareto: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
	for _, pair := range [][2][]float64{{{1}, {1, 2}}, {{nan}, {1}}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Dominates(%v, %v) did not panic", pair[0], pair[1])
				}
			}()
			Dominates(pair[0], pair[1])
		}()
	}
}

func TestNoPoints(t *testing.T) {
	if f, err := Front(nil); len(f) != 0 || err != nil {
		t.Errorf("front %v, %v", f, err)
	}
	if f, err := Sort(nil); len(f) != 0 || err != nil {
		t.Errorf("fronts %v, %v", f, err)
	}
	if v, err := Hypervolume(nil, []float64{0, 0}); v != 0 || err != nil {
		t.Errorf("volume %v, %v", v, err)
	}
	if d, err := Crowding(nil); len(d) != 0 || err != nil {
		t.Errorf("distances %v, %v", d, err)
	}
	if d, err := IGDPlus(nil, [][]float64{{1}}, nil); !math.IsInf(d, 1) || err != nil {
		t.Errorf("distance %v, %v", d, err)
	}
}

func BenchmarkFront(b *testing.B) {
	rng := rand.New(rand.NewPCG(3, 3))
	for _, c := range []struct {
		name   string
		points [][]float64
	}{
		{"dim=2/n=15625", randomPoints(rng, 15625, 2, 0)},
		{"dim=3/n=15625", randomPoints(rng, 15625, 3, 0)},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Front(c.points); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestDistinctAgreesWithBruteForce(t *testing.T) {
	eachCase(func(rng *rand.Rand, points [][]float64, directions []Direction) {
		front, err := Front(points, directions...)
		if err != nil {
			t.Fatal(err)
		}
		rng.Shuffle(len(front), func(i, j int) { front[i], front[j] = front[j], front[i] })
		var want []int
		for _, n := range front {
			if !slices.ContainsFunc(want, func(k int) bool { return slices.Equal(points[k], points[n]) }) {
				want = append(want, n)
			}
		}
		if got := Distinct(points, front); !slices.Equal(got, want) {
			t.Fatalf("distinct of %v in %v: %v, want %v", front, points, got, want)
		}
	})
}
