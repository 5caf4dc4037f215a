package figure

import (
	"bytes"
	"flag"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/nas"
)

var update = flag.Bool("update", false, "write the golden images anew")
var keepPrinted = flag.String("printed", "", "folder for what other programs draw of EPS, TeX and PDF, as PNG")

// manyMethods are more than there are colours.
var manyMethods = strings.Fields("coexplore surrogate coexplore-paper coexplore-frozen coexplore-nofast coexplore-single coexplore-repeat coexplore-macs " +
	"surrogate-random surrogate-nofast surrogate-mean surrogate-prior random evolution nsga2 screened-random screened-evolution hillclimb hwaware")

// builders draw one figure each, as the golden images show it.
var builders = map[string]func() *Figure{
	"reward-few": func() *Figure { return Reward(sampleResult("coexplore", 2, 3).Trials) },
	"pareto-few": func() *Figure { return Pareto(sampleResult("coexplore", 5, 6)) },
	"utilization-slow": func() *Figure {
		return Utilization(samplePipeline(1.42, 0.03, 0.6, 0.8, 0.71), 35)
	},
	"learning-one": func() *Figure { return Learning(sampleHistory(1)) },
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
	"methodhypervolume-many": func() *Figure { return MethodHypervolume(sampleMethods(manyMethods...)) },
	"reward-all-pruned": func() *Figure {
		return Reward([]nas.Trial{{Episode: 0, Status: nas.Pruned, Reward: -1}, {Episode: 1, Status: nas.Pruned, Reward: -1}})
	},
}

// CheckPicture compares a PNG with the golden one in a file. Edges may be smoothed
// otherwise on another machine: of every channel 20 % may differ, and more in one
// pixel of two thousand.
func CheckPicture(t *testing.T, got []byte, file string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	a, err := png.Decode(bytes.NewReader(got))
	if err != nil {
		t.Fatal(err)
	}
	b, err := png.Decode(bytes.NewReader(want))
	if err != nil {
		t.Fatal(err)
	}
	if a.Bounds() != b.Bounds() {
		t.Fatalf("%s is %v, the figure %v", file, b.Bounds(), a.Bounds())
	}
	other, all := 0, a.Bounds().Dx()*a.Bounds().Dy()
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			r1, g1, b1, _ := a.At(x, y).RGBA()
			r2, g2, b2, _ := b.At(x, y).RGBA()
			for _, d := range []int{int(r1) - int(r2), int(g1) - int(g2), int(b1) - int(b2)} {
				if d > 0xffff/5 || d < -0xffff/5 {
					other++
					break
				}
			}
		}
	}
	if other > all/2000 {
		seen := filepath.Join(os.TempDir(), filepath.Base(file))
		os.WriteFile(seen, got, 0o644)
		t.Errorf("%d of %d pixels differ from %s: see %s", other, all, file, seen)
	}
}

func TestGolden(t *testing.T) {
	for name, build := range builders {
		t.Run(name, func(t *testing.T) {
			got, err := Encode(build(), Default, "png")
			if err != nil {
				t.Fatal(err)
			}
			CheckPicture(t, got, filepath.Join("testdata", name+"_golden.png"))
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
