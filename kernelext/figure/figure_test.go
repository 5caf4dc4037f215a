package figure

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/cmpimg"
	"gonum.org/v1/plot/vg/vgimg"

	"coexplore/nas"
	"coexplore/nas/study"
)

var update = flag.Bool("update", false, "write the golden images anew")

// builders draw one figure each, as the golden images show it.
var builders = map[string]func() (*plot.Plot, error){
	"reward":      func() (*plot.Plot, error) { return Reward(sampleResult("coexplore", 1, 60).Trials) },
	"reward-few":  func() (*plot.Plot, error) { return Reward(sampleResult("coexplore", 2, 3).Trials) },
	"pareto":      func() (*plot.Plot, error) { return Pareto(sampleResult("coexplore", 1, 60)) },
	"pareto-few":  func() (*plot.Plot, error) { return Pareto(sampleResult("coexplore", 5, 6)) },
	"utilization": func() (*plot.Plot, error) { return Utilization(samplePipeline(0.98, 0.913, 1)) },
	"utilization-slow": func() (*plot.Plot, error) {
		return Utilization(samplePipeline(1.42, 0.03, 0.6, 0.8, 0.71))
	},
	"fast": func() (*plot.Plot, error) { return Fast(sampleSteps(3, 100)) },
	"compare": func() (*plot.Plot, error) {
		return Compare(sampleResult("coexplore", 1, 60), sampleResult("random", 4, 60), sampleResult("hwaware", 7, 40))
	},
	"reach": func() (*plot.Plot, error) {
		return Reach(&study.Reach{
			Pipelines: 50,
			Split:     []float64{0.6, 0.8, 0.9, 0.95, 0.97, 0.98, 0.985, 0.99},
			Single:    []float64{0.6, 0.7, 0.75, 0.8, 0.83, 0.86, 0.88, 0.9},
		})
	},
	"comparison": func() (*plot.Plot, error) { return Comparison(sampleComparison()) },
	"valid-share": func() (*plot.Plot, error) {
		return ValidShare([]float64{20, 40, 60, 80, 100}, []ShareCurve{
			{"fixed stride, 1 FPGA", []float64{0.62, 0.21, 0.08, 0.02, 0}},
			{"fixed stride, 2 FPGAs", []float64{0.85, 0.44, 0.2, 0.1, 0.03}},
			{"fixed stride, 3 FPGAs", []float64{0.95, 0.62, 0.35, 0.2, 0.11}},
			{"predicted stride, 3 FPGAs", []float64{1, 0.97, 0.9, 0.82, 0.7}},
		})
	},
	"learning":     func() (*plot.Plot, error) { return Learning(sampleHistory(10)) },
	"learning-one": func() (*plot.Plot, error) { return Learning(sampleHistory(1)) },
	"loss":         func() (*plot.Plot, error) { return Loss(sampleHistory(10)) },
	"learning-validation": func() (*plot.Plot, error) {
		history := sampleHistory(10)
		for i := range history {
			e := &history[i]
			e.ValidationAccuracy, e.ValidationLoss, e.TestAccuracy, e.TestLoss = e.TestAccuracy, e.TestLoss, 0, 0
		}
		return Learning(history)
	},
	"loss-not-measured": func() (*plot.Plot, error) {
		history := sampleHistory(60)
		for i := range history {
			history[i].TestAccuracy, history[i].TestLoss = 0, 0
		}
		return Loss(history)
	},
	"confusion": func() (*plot.Plot, error) { return Confusion(sampleConfusion(10), sampleClasses) },
	"confusion-many": func() (*plot.Plot, error) {
		return Confusion(sampleConfusion(26), strings.Split("abcdefghijklmnopqrstuvwxyz", ""))
	},
	"reward-refused": func() (*plot.Plot, error) {
		trials := sampleResult("coexplore", 1, 30).Trials
		for i := 4; i < len(trials); i += 7 {
			trials[i].Status, trials[i].Accuracy, trials[i].Reward = nas.Refused, 0, -1
		}
		return Reward(trials)
	},
	"reward-all-pruned": func() (*plot.Plot, error) {
		return Reward([]nas.Trial{{Episode: 0, Status: nas.Pruned, Reward: -1}, {Episode: 1, Status: nas.Pruned, Reward: -1}})
	},
}

// golden draws at half a screen's resolution: enough to see every letter.
func golden(t *testing.T, p *plot.Plot) []byte {
	t.Helper()
	c := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(Width, Height), vgimg.UseDPI(96))}
	drawOn(p, c)
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	for name, build := range builders {
		t.Run(name, func(t *testing.T) {
			p, err := build()
			if err != nil {
				t.Fatal(err)
			}
			got := golden(t, p)
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
	for want, build := range map[string]func() (*plot.Plot, error){
		"figure: no epoch was finished: there is no history to draw":       func() (*plot.Plot, error) { return Learning(nil) },
		"figure: a confusion matrix of 2 rows for 3 classes":               func() (*plot.Plot, error) { return Confusion(make([][]int, 2), []string{"a", "b", "c"}) },
		"figure: row 2 of the confusion matrix has 1 values for 2 classes": func() (*plot.Plot, error) { return Confusion([][]int{{1, 0}, {0}}, []string{"a", "b"}) },
		"figure: row 1 of the confusion matrix has the count -1":           func() (*plot.Plot, error) { return Confusion([][]int{{1, -1}, {0, 1}}, []string{"a", "b"}) },
		"figure: a confusion matrix of no images":                          func() (*plot.Plot, error) { return Confusion([][]int{{0, 0}, {0, 0}}, []string{"a", "b"}) },
	} {
		if _, err := build(); err == nil || err.Error() != want {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
