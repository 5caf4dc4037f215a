package nas_test

import (
	"context"
	"flag"
	"fmt"
	"testing"

	"coexplore/hw"
	"coexplore/internal/wilcoxon"
	"coexplore/nas"
)

// TestProof compares all methods on the table of the tiny space, on three XC7Z015
// for 2400 frames/s, at equal numbers of trained networks, and prints the table.
// Co-exploration must find more of the true front than random search does, beyond
// what chance explains.
func TestProof(t *testing.T) {
	seeds := 8
	if flag.Lookup("heavy").Value.String() == "true" {
		seeds = 20
	}
	const trained = 60
	table, err := nas.TinyTable()
	if err != nil {
		t.Fatal(err)
	}
	problem := func() nas.Problem {
		return nas.Problem{Space: nas.TinyTableSpace(), Pool: testPool(t, "XC7Z015:3"), Target: hw.DefaultTarget(), Spec: 2400, Evaluator: table}
	}
	front, err := nas.TrueFront(context.Background(), problem())
	if err != nil {
		t.Fatal(err)
	}
	contenders := []nas.Contender{
		{New: func() nas.Method { return &nas.CoExploration{Beta: 0.5} }},
		{New: func() nas.Method { return &nas.RandomSearch{Beta: 0.5} }},
		{New: func() nas.Method { return &nas.Evolution{Beta: 0.5} }},
		{New: func() nas.Method { return &nas.NSGA2{Beta: 0.5} }},
		{New: func() nas.Method { return &nas.HardwareAware{Beta: 0.5} }},
		{New: func() nas.Method { return &nas.Sequential{HardwareAware: nas.HardwareAware{Beta: 0.5}} }},
	}
	c, err := nas.Compare(context.Background(), problem, contenders, nas.CompareSettings{Seeds: seeds, Trained: trained, Front: front})
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
		lower, median, upper := nas.Quartiles(row.Final)
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
		if _, children, _ := nas.Quartiles(needed); children <= trained {
			after = fmt.Sprintf("median %g", children)
		}
		t.Logf("%-12s %.4f (%.4f to %.4f) %12d of %-10d %s", row.Method, median, lower, upper, arrived, seeds, after)
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
