package study_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/method"
	"coexplore/nas/results"
	"coexplore/nas/study"
)

// TestTune compares a tuning with searching every point of the grid by hand, one seed
// after the other.
func TestTune(t *testing.T) {
	problem := func() (nas.Problem, error) { return searchtest.Problem(t, &searchtest.Counting{}), nil }
	p, _ := problem()
	front, err := nas.TrueFront(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	s := study.TuneSettings{Rates: []float64{0.003, 0.03}, Entropies: []float64{0, 0.1, 1}, FirstSeed: 7, Seeds: 3, Trained: 12, Plans: 30, Front: front}
	registry := method.Standard()
	corner := results.UsefulCorner(&p, front)
	for _, c := range []struct {
		name   string
		points int
	}{{"hwaware", 6}, {"coexplore-paper", 2}} {
		d, err := registry.Lookup(c.name)
		if err != nil {
			t.Fatal(err)
		}
		tuning, err := study.Tune(context.Background(), problem, d, s)
		if err != nil {
			t.Fatal(err)
		}
		if len(tuning.Tried) != c.points || tuning.Method != c.name {
			t.Fatalf("%s: %+v, want %d points", c.name, tuning, c.points)
		}
		for _, point := range tuning.Tried {
			v := method.Values{method.ControllerRate: point.Rate}
			if c.points == 6 {
				v[method.EntropyBonus] = point.Entropy
			}
			var corners []float64
			for seed := range uint64(3) {
				m, err := d.Make(v)
				if err != nil {
					t.Fatal(err)
				}
				p, _ := problem()
				r, err := nas.Explore(context.Background(), p, nas.Settings{Seed: 7 + seed, Episodes: 240, MaxTrained: 12, MaxPlans: 360}, m)
				if err != nil {
					t.Fatal(err)
				}
				corners = append(corners, corner.Hypervolume(r.Designs())/corner.Hypervolume(front))
			}
			median := results.Quartiles(corners)[1]
			m := (corners[0] + corners[1] + corners[2]) / 3
			if math.Abs(point.Corner[1]-median) > 1e-12 || math.Abs(point.Mean-m) > 1e-12 {
				t.Errorf("%s at %g, %g: median %g, mean %g; want %g, %g", c.name, point.Rate, point.Entropy, point.Corner[1], point.Mean, median, m)
			}
		}
	}
	d, err := registry.Lookup("random")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := study.Tune(context.Background(), problem, d, s); err == nil || !strings.Contains(err.Error(), "does not learn") {
		t.Errorf("random search was tuned: %v", err)
	}
}

// TestTuneChoice checks which of made-up points is chosen.
func TestTuneChoice(t *testing.T) {
	point := func(rate, entropy, median, mean float64) study.TunePoint {
		return study.TunePoint{Rate: rate, Entropy: entropy, Corner: [3]float64{0, median, 1}, Mean: mean}
	}
	for _, c := range []struct {
		name  string
		tried []study.TunePoint
		want  int
	}{
		{"the best", []study.TunePoint{point(0.1, 0, 0.3, 0.9), point(0.01, 0, 0.5, 0.4), point(0.1, 1, 0.4, 0.9)}, 1},
		{"learns faster", []study.TunePoint{point(0.01, 1, 0.5, 0.4), point(0.1, 1, 0.495, 0.395), point(0.03, 0, 0.495, 0.4)}, 1},
		{"a smaller bonus", []study.TunePoint{point(0.01, 1, 0.5, 0.4), point(0.01, 0.1, 0.491, 0.395), point(0.01, 0, 0.489, 0.9)}, 1},
		{"a lower mean", []study.TunePoint{point(0.01, 1, 0.5, 0.4), point(0.1, 1, 0.495, 0.38)}, 0},
		{"nothing found", []study.TunePoint{point(0.01, 1, 0, 0), point(0.01, 0.1, 0, 0.2), point(0.1, 0, 0, 0.1)}, 1},
	} {
		if got := study.Choose(c.tried); got != c.want {
			t.Errorf("%s: point %d, want %d", c.name, got, c.want)
		}
	}
}
