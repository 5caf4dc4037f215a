package study_test

import (
	"context"
	"fmt"
	"testing"

	"coexplore/internal/heavy"
	"coexplore/internal/searchtest"
	"coexplore/internal/wilcoxon"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/method"
	"coexplore/nas/results"
	"coexplore/nas/study"
)

// TestProof compares all methods on the table of the tiny space, on three XC7Z015
// for 2400 frames/s, at equal numbers of trained networks, and prints the table.
// Co-exploration must find more of the true front than random search does, beyond
// what chance explains.
func TestProof(t *testing.T) {
	seeds := heavy.Count(6, 20)
	const trained = 60
	table, err := evaluate.TinyTable()
	if err != nil {
		t.Fatal(err)
	}
	problem := func() (nas.Problem, error) {
		h := searchtest.Pipelines(t, evaluate.TinyTableSpace(), "XC7Z015:3")
		return nas.Problem{Space: h.Space(), Hardware: h, Spec: 2400, Evaluator: table}, nil
	}
	first, err := problem()
	if err != nil {
		t.Fatal(err)
	}
	front, err := nas.TrueFront(context.Background(), first)
	if err != nil {
		t.Fatal(err)
	}
	contenders := []study.Contender{
		{New: func() nas.Method { return &method.CoExploration{Beta: 0.5} }},
		{New: func() nas.Method { return &method.Random{Beta: 0.5} }},
		{New: func() nas.Method { return &method.Evolution{Beta: 0.5} }},
		{New: func() nas.Method { return &method.NSGA2{Beta: 0.5} }},
		{New: func() nas.Method { return &method.HardwareAware{Beta: 0.5} }},
		{New: func() nas.Method { return &method.Sequential{HardwareAware: method.HardwareAware{Beta: 0.5}} }},
	}
	c, err := study.Compare(context.Background(), problem, contenders, study.CompareSettings{Seeds: seeds, Trained: trained, Front: front})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("true front: %d designs, hypervolume %.4f; %d seeds, %d networks trained in each search", len(front), c.Hypervolume, seeds, trained)
	t.Logf("%-12s %-24s %-26s %s", "method", "hypervolume (quartiles)", "within 1 % (searches)", "after children")
	var random []float64
	for _, row := range c.Rows {
		if row.Method == "random" {
			random = row.Final
		}
	}
	for _, row := range c.Rows {
		q := results.Quartiles(row.Final)
		arrived, needed := 0, make([]float64, len(row.Arrived))
		for i, n := range row.Arrived {
			needed[i] = float64(n)
			if n > 0 {
				arrived++
			} else {
				needed[i] = trained + 1
			}
		}
		after := "not reached by half of them"
		if children := results.Quartiles(needed)[1]; children <= trained {
			after = fmt.Sprintf("median %g", children)
		}
		t.Logf("%-12s %.4f (%.4f to %.4f) %12d of %-10d %s", row.Method, q[1], q[0], q[2], arrived, seeds, after)
		if row.Method != "coexplore" {
			continue
		}
		test, err := wilcoxon.SignedRank(row.Final, random, wilcoxon.Greater)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%-12s against random search: Wilcoxon signed-rank p = %.2g", "", test.P)
		if test.P > 0.05 {
			t.Errorf("co-exploration does not beat random search: p = %.3g", test.P)
		}
	}
}
