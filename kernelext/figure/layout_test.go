package figure

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"coexplore/kernelext/figure/canvas"
	"coexplore/nas"
	"coexplore/nas/space"
)

// nasty are figures of data that are hard to lay out.
func nasty() map[string]*Figure {
	long := "a method whose name is so long that it fills more than one line of a column, with-a-word-that-cannot-be-broken-anywhere-sensible"
	many := func(n int) (trials []nas.Trial) {
		for i := range n {
			trials = append(trials, nas.Trial{Episode: i, Status: nas.Trained, Reward: 0.5,
				Design: nas.Design{Network: fmt.Sprint(i), Accuracy: 0.5, Efficiency: 0.5}})
		}
		return trials
	}
	equal := sampleResult("coexplore", 1, 40)
	for i := range equal.Trials {
		equal.Trials[i].Accuracy, equal.Trials[i].Efficiency, equal.Trials[i].Reward = 0.7, 0.7, 0.7
	}
	equal = nas.NewResult(&nas.Problem{Space: space.Tiny(), Spec: 35}, &nas.Settings{Seed: 1}, "coexplore", equal.Trials)
	var nine []*nas.Result
	for i := range 9 {
		nine = append(nine, sampleResult(fmt.Sprintf("%s %d", long[:30], i), uint64(i), 40))
	}
	stages := samplePipeline(1, 0.9, 0.8, 0.7, 0.6, 0.9, 0.95, 0.99, 0.7)
	for i := range stages.Stages {
		stages.Stages[i].Device = "XCZU9EG-2FFVB1156E"
	}
	one := sampleResult("coexplore", 2, 1)
	one.Trials[0].Status = nas.Trained
	crowd := make([]CurveSet, 9)
	for i := range crowd {
		crowd[i] = CurveSet{Name: fmt.Sprint(long[:90], i), Curves: [][]float64{{1, 2, 3}}[:min(1, i)]}
	}
	renamed := Hypervolumes(sampleResult("a", 1, 30), sampleResult("a", 1, 30))
	renamed.Series[0] = long
	renamed.Title = long
	return map[string]*Figure{
		"parallel":          ParallelTrials(sampleResult("coexplore", 1, 60)),
		"nine fronts":       Fronts(nine...),
		"nine stages":       Utilization(stages, 35),
		"one trial":         Reward(one.Trials),
		"ten thousand":      Reward(many(10000)),
		"all equal":         Pareto(equal),
		"equal fronts":      Fronts(equal, equal),
		"long names":        renamed,
		"a bar of nothing":  Bars(long, "time (s)", " s", []Bar{{long, 0}}),
		"one point":         Bands("one", "x (s)", "y (s)", CurveSet{Name: long, Curves: [][]float64{{1}}}),
		"nine methods":      Bands(long, "x (s)", long+" (s)", crowd...),
		"panels of nine":    Panels(1, Bands("one", "x (s)", "y (s)", crowd...)),
		"one front":         Attainment("x (%)", "y (%)", FrontSet{Name: long, Fronts: []plotter.XYs{{{X: 1, Y: 1}}}}),
		"one choice":        Policy([]Decision{{Name: long[:40], Choices: []string{"1"}, Probabilities: [][]float64{{1}}}}),
		"one picture":       Pictures(samplePictures(1)),
		"forty classes":     Confusion(sampleConfusion(40), strings.Split(strings.Repeat("quadruped,", 39)+"x", ",")),
		"one beta":          BetaSweep([]BetaRun{{0.5, 0.9, 0.9}}),
		"one pull":          Timeline([]nas.Trial{{TrainSeconds: 1}}),
		"one parallel line": Parallel([]string{long, long}, []ParallelLine{{Values: []float64{1, 1}, Rank: 1}}),
	}
}

// A box of letters, turned or not.
func box4(m *canvas.Mark) [4]vg.Point {
	sin, cos := math.Sincos(m.Angle)
	w, h := float64(m.Face.Width(m.Text)), float64(m.Face.Font.Size)*0.7 // of capitals
	at := func(x, y float64) vg.Point {
		return vg.Point{X: m.At.X + vg.Length(x*cos-y*sin), Y: m.At.Y + vg.Length(x*sin+y*cos)}
	}
	return [4]vg.Point{at(0, 0), at(w, 0), at(w, h), at(0, h)}
}

// meet tells whether two boxes overlap by more than a fifth of a point, by the
// separating axis theorem.
func meet(a, b [4]vg.Point) bool {
	for _, p := range [][4]vg.Point{a, b} {
		for i := range 2 {
			nx, ny := float64(p[i+1].Y-p[i].Y), float64(p[i].X-p[i+1].X)
			n := math.Hypot(nx, ny)
			if n == 0 {
				return false
			}
			on := func(q [4]vg.Point) (lo, hi float64) {
				lo, hi = math.Inf(1), math.Inf(-1)
				for _, v := range q {
					d := (float64(v.X)*nx + float64(v.Y)*ny) / n
					lo, hi = min(lo, d), max(hi, d)
				}
				return lo, hi
			}
			alo, ahi := on(a)
			blo, bhi := on(b)
			if ahi < blo+0.2 || bhi < alo+0.2 {
				return false
			}
		}
	}
	return true
}

// TestLayout draws nasty data, and every figure of the golden pictures, at three
// widths: no letters on letters, none beyond the page, nothing that is no number.
func TestLayout(t *testing.T) {
	figures := nasty()
	for name, build := range builders {
		figures[name] = build()
	}
	for name, f := range figures {
		for size, s := range map[string]Size{"default": Default, "column": Column, "85 mm": {Width: 85 * vg.Millimeter}} {
			r, err := f.record(s)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			var boxes [][4]vg.Point
			var texts []string
			for _, m := range r.Marks {
				for _, c := range m.Path {
					if math.IsNaN(float64(c.Pos.X)) || math.IsNaN(float64(c.Pos.Y)) {
						t.Fatalf("%s, %s: a path with a point that is no number", name, size)
					}
				}
				if m.Text == "" {
					continue
				}
				b := box4(&m)
				for _, p := range b {
					if !(p.X > -1 && p.X < r.Width+1 && p.Y > -1 && p.Y < r.Height+1) {
						t.Errorf("%s, %s: %q is cut by the page's edge", name, size, m.Text)
						break
					}
				}
				for i, other := range boxes {
					if meet(b, other) {
						t.Errorf("%s, %s: %q lies on %q", name, size, m.Text, texts[i])
					}
				}
				boxes, texts = append(boxes, b), append(texts, m.Text)
			}
		}
	}
}

// TestNotFinite refuses values that no axis shows, by their name.
func TestNotFinite(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	trial := func(v float64) []nas.Trial { return []nas.Trial{{Status: nas.Trained, Reward: v}} }
	for want, f := range map[string]*Figure{
		"reward of trial 0":        Reward(trial(nan)),
		"coexplore":                Bands("t", "x", "y", CurveSet{"coexplore", [][]float64{{1, inf}}}),
		"a front of random":        Attainment("x", "y", FrontSet{"random", []plotter.XYs{{{X: nan, Y: 1}}}}),
		"network 1":                Parallel([]string{"a", "b"}, []ParallelLine{{Values: []float64{1, nan}}}),
		"cheap":                    Bars("t", "x", "", []Bar{{"cheap", inf}}),
		"dear":                     SearchCost([]CostBar{{Name: "dear", Hours: nan}}),
		"a run of β":               BetaSweep([]BetaRun{{Beta: nan}}),
		"seconds of trial 0":       Timeline([]nas.Trial{{TrainSeconds: inf}}),
		"1 FPGA":                   ValidShare([]float64{1}, []ShareCurve{{"1 FPGA", []float64{nan}}}),
		"kernel: choice 1 has the": Policy([]Decision{{"kernel", []string{"1"}, [][]float64{{nan}}}}),
	} {
		if err := f.Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that names %q", err, want)
		}
	}
}

// TestAttained compares attainment surfaces with their definition on a grid.
func TestAttained(t *testing.T) {
	fronts := []plotter.XYs{{{X: 1, Y: 5}, {X: 3, Y: 2}}, {{X: 2, Y: 4}}, {{X: 4, Y: 1}, {X: 1, Y: 3}}, {}}
	for _, share := range []float64{0.25, 0.5, 0.75, 1} {
		corners := attained(fronts, share)
		for x := 0.5; x < 5; x++ {
			for y := 0.5; y < 6; y++ {
				n, under := 0, false
				for _, f := range fronts {
					for _, p := range f {
						if p.X >= x && p.Y >= y {
							n++
							break
						}
					}
				}
				for _, p := range corners {
					under = under || p.X >= x && p.Y >= y
				}
				if want := float64(n) >= share*4; under != want {
					t.Errorf("share %g: (%g, %g) is attained by %d of 4: under the surface %v", share, x, y, n, under)
				}
			}
		}
	}
}

// TestExplained compares the correlation ratio with values worked out by hand.
func TestExplained(t *testing.T) {
	for _, c := range []struct {
		choices, values []float64
		want            float64
	}{
		{[]float64{1, 1, 2, 2}, []float64{0, 0, 1, 1}, 1},
		{[]float64{1, 2, 1, 2}, []float64{0, 0, 1, 1}, 0},
		{[]float64{1, 1, 2, 2}, []float64{0, 1, 1, 2}, 0.5},
		{[]float64{1, 2}, []float64{3, 3}, 0},
	} {
		if got := explained(c.choices, c.values); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("explained %v by %v: %g, want %g", c.values, c.choices, got, c.want)
		}
	}
}
