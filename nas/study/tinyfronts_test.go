package study_test

import (
	"context"
	"math"
	"testing"

	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/evaluate"
)

// TestTinyTableTells checks that accuracy counts in the shipped table: at specifications
// from loose to tight, the designs of the true front differ in accuracy by at least four
// times the noise of an entry, which is a mean of two trainings; and at two of them there
// are at least eight, ten points of accuracy apart.
func TestTinyTableTells(t *testing.T) {
	table, err := evaluate.TinyTable()
	if err != nil {
		t.Fatal(err)
	}
	for _, network := range table.Networks() {
		if n := len(table.Accuracies(network)); n != 2 {
			t.Fatalf("%s has %d accuracies, want 2", network, n)
		}
	}
	_, _, noise := table.Spread()
	noise /= math.Sqrt2
	wide := 0
	for _, fps := range []float64{1500, 2400, 4800} {
		h := searchtest.Pipelines(t, evaluate.TinyTableSpace(), "XC7Z015:3")
		front, err := nas.TrueFront(context.Background(), nas.Problem{Space: h.Space(), Hardware: h, Spec: fps, Evaluator: table})
		if err != nil {
			t.Fatal(err)
		}
		span := front[0].Accuracy - front[len(front)-1].Accuracy
		t.Logf("%g frames/s: %d designs, %.1f points of accuracy apart; noise of an entry %.2f points", fps, len(front), 100*span, 100*noise)
		if noise > span/4 {
			t.Errorf("%g frames/s: the noise of an entry, %.4f, is over a quarter of the front's span, %.4f", fps, noise, span)
		}
		if len(front) >= 8 && span >= 0.1 {
			wide++
		}
	}
	if wide < 2 {
		t.Errorf("%d specifications have fronts of 8 designs that span 10 points, want 2", wide)
	}
}
