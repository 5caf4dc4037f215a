package study_test

import (
	"context"
	"math"
	"math/big"
	"testing"

	"coexplore/hw"
	"coexplore/internal/searchtest"
	"coexplore/nas/space"
	"coexplore/nas/study"
)

// TestScaling compares the sizes with those of the spaces, which count their networks:
// where there are as many layers as stages, each stage has one.
func TestScaling(t *testing.T) {
	s := study.ScalingSettings{
		ReachSettings: study.ReachSettings{Pipelines: 3, Plans: 40, Seed: 2},
		Space:         space.Tiny(), FPGA: searchtest.Pool(t, "XC7Z015:1")[0], Target: hw.DefaultTarget(),
		Stages: []int{2, 3}, Layers: []int{3, 4},
	}
	r, err := study.MeasureScaling(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Cells) != 4 {
		t.Fatalf("%d cells", len(r.Cells))
	}
	log10 := func(n *big.Int) float64 {
		v, _ := new(big.Float).SetInt(n).Float64()
		return math.Log10(v)
	}
	for i, c := range r.Cells {
		if c.Stages != s.Stages[i/2] || c.Layers != s.Layers[i%2] || c.Pipelines != 3 {
			t.Errorf("cell %d: %d stages, %d layers, %d pipelines", i, c.Stages, c.Layers, c.Pipelines)
		}
		chains := s.Space
		chains.MinLayers, chains.MaxLayers = c.Layers, c.Layers
		if want := log10(chains.Size()); math.Abs(c.Product-want) > 1e-9 {
			t.Errorf("%d layers: product 10^%g, the space has 10^%g networks", c.Layers, c.Product, want)
		}
		chains.MinLayers, chains.MaxLayers = 1, 1
		one := log10(chains.Size()) // a layer
		switch {
		case c.Stages == 3 && c.Layers == 3:
			if want := math.Log10(3) + one; math.Abs(c.Sum-want) > 1e-9 {
				t.Errorf("a layer in each of 3 stages: sum 10^%g, want 10^%g", c.Sum, want)
			}
		case c.Sum >= c.Product || c.Sum <= one:
			t.Errorf("%d layers on %d stages: sum 10^%g, product 10^%g", c.Layers, c.Stages, c.Sum, c.Product)
		}
	}
	s.Layers = []int{2}
	if _, err := study.MeasureScaling(context.Background(), s); err == nil {
		t.Error("2 layers on 3 stages")
	}
}
