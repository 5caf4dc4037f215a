package figure

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/plot/cmpimg"

	"coexplore/nas"
	"coexplore/nas/study"
)

var update = flag.Bool("update", false, "write the golden images anew")

// builders draw one figure each, as the golden images show it.
var builders = map[string]func() *Figure{
	"reward":      func() *Figure { return Reward(sampleResult("coexplore", 1, 60).Trials) },
	"reward-few":  func() *Figure { return Reward(sampleResult("coexplore", 2, 3).Trials) },
	"pareto":      func() *Figure { return Pareto(sampleResult("coexplore", 1, 60)) },
	"pareto-few":  func() *Figure { return Pareto(sampleResult("coexplore", 5, 6)) },
	"utilization": func() *Figure { return Utilization(samplePipeline(0.98, 0.913, 1), 35) },
	"utilization-slow": func() *Figure {
		return Utilization(samplePipeline(1.42, 0.03, 0.6, 0.8, 0.71), 35)
	},
	"fast": func() *Figure { return FastSteps(sampleSteps(3, 100)) },
	"compare": func() *Figure {
		return Hypervolumes(sampleResult("coexplore", 1, 60), sampleResult("random", 4, 60), sampleResult("hwaware", 7, 40))
	},
	"reach": func() *Figure {
		return FastReach(&study.Reach{
			Pipelines: 50,
			Split:     []float64{0.6, 0.8, 0.9, 0.95, 0.97, 0.98, 0.985, 0.99},
			Single:    []float64{0.6, 0.7, 0.75, 0.8, 0.83, 0.86, 0.88, 0.9},
		})
	},
	"comparison": func() *Figure { return MethodHypervolume(sampleComparison()) },
	"valid-share": func() *Figure {
		return ValidShare([]float64{20, 40, 60, 80, 100}, []ShareCurve{
			{"fixed stride, 1 FPGA", []float64{0.62, 0.21, 0.08, 0.02, 0}},
			{"fixed stride, 2 FPGAs", []float64{0.85, 0.44, 0.2, 0.1, 0.03}},
			{"fixed stride, 3 FPGAs", []float64{0.95, 0.62, 0.35, 0.2, 0.11}},
			{"predicted stride, 3 FPGAs", []float64{1, 0.97, 0.9, 0.82, 0.7}},
		})
	},
	"learning":     func() *Figure { return Learning(sampleHistory(10)) },
	"learning-one": func() *Figure { return Learning(sampleHistory(1)) },
	"loss":         func() *Figure { return Loss(sampleHistory(10)) },
	"learning-validation": func() *Figure {
		history := sampleHistory(10)
		for i := range history {
			e := &history[i]
			e.ValidationAccuracy, e.ValidationLoss, e.TestAccuracy, e.TestLoss = e.TestAccuracy, e.TestLoss, 0, 0
		}
		return Learning(history)
	},
	"loss-not-measured": func() *Figure {
		history := sampleHistory(60)
		for i := range history {
			history[i].TestAccuracy, history[i].TestLoss = 0, 0
		}
		return Loss(history)
	},
	"confusion": func() *Figure { return Confusion(sampleConfusion(10), sampleClasses) },
	"confusion-many": func() *Figure {
		return Confusion(sampleConfusion(26), strings.Split("abcdefghijklmnopqrstuvwxyz", ""))
	},
	"reward-refused": func() *Figure {
		trials := sampleResult("coexplore", 1, 30).Trials
		for i := 4; i < len(trials); i += 7 {
			trials[i].Status, trials[i].Accuracy, trials[i].Reward = nas.Refused, 0, -1
		}
		return Reward(trials)
	},
	"reward-all-pruned": func() *Figure {
		return Reward([]nas.Trial{{Episode: 0, Status: nas.Pruned, Reward: -1}, {Episode: 1, Status: nas.Pruned, Reward: -1}})
	},
}

// golden draws at half a screen's resolution: enough to see every letter.
func golden(t *testing.T, f *Figure) []byte {
	t.Helper()
	r, err := f.record(Default)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := r.png(96)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestGolden(t *testing.T) {
	for name, build := range builders {
		t.Run(name, func(t *testing.T) {
			got := golden(t, build())
			file := filepath.Join("testdata", name+"_golden.png")
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			same, err := cmpimg.EqualApprox("png", got, want, 0.2)
			if err != nil {
				t.Fatal(err)
			}
			if !same {
				seen := filepath.Join(os.TempDir(), name+".png")
				os.WriteFile(seen, got, 0o644)
				t.Errorf("the figure differs from %s: see %s", file, seen)
			}
		})
	}
}

// TestNotATraining hands the builders histories and matrices that cannot be drawn.
func TestNotATraining(t *testing.T) {
	for want, build := range map[string]func() *Figure{
		"figure: no epoch was finished: there is no history to draw":       func() *Figure { return Learning(nil) },
		"figure: a confusion matrix of 2 rows for 3 classes":               func() *Figure { return Confusion(make([][]int, 2), []string{"a", "b", "c"}) },
		"figure: row 2 of the confusion matrix has 1 values for 2 classes": func() *Figure { return Confusion([][]int{{1, 0}, {0}}, []string{"a", "b"}) },
		"figure: row 1 of the confusion matrix has the count -1":           func() *Figure { return Confusion([][]int{{1, -1}, {0, 1}}, []string{"a", "b"}) },
		"figure: a confusion matrix of no images":                          func() *Figure { return Confusion([][]int{{0, 0}, {0, 0}}, []string{"a", "b"}) },
	} {
		if err := build().Err(); err == nil || err.Error() != want {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
