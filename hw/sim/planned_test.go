package sim_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"coexplore/hw"
	"coexplore/hw/blast"
	"coexplore/hw/sim"
)

var objectives = []hw.Objective{hw.MaxUtilization, hw.MinCost, hw.MaxThroughput}

// TestSimulationPlanned simulates pipelines that the planner made, with links.
func TestSimulationPlanned(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 5))
	pool, err := hw.ParsePool("XC7Z015:2,XC7Z020:1")
	if err != nil {
		t.Fatal(err)
	}
	target := hw.DefaultTarget()
	target.LinkGbps, target.LinkLatencyUS = 2, 12.5
	target.Batch = 2
	pool[1].ClockMHz = 150 // a clock of its own
	pool[1].Bits = 16
	planner, err := blast.New(blast.Options{Pool: pool, Target: target})
	if err != nil {
		t.Fatal(err)
	}
	planner, _ = planner.Precompute(hw.Shape{C: 3, H: 32, W: 32}, 10, hw.FlattenHead, []int{1, 3, 5}, []int{24, 48}, []int{1, 2})
	stages := 0
	for range 30 {
		var c hw.Chain
		for range 2 + rng.IntN(5) {
			c = append(c, hw.ConvSpec{Kernel: 1 + 2*rng.IntN(3), Filters: 24 * (1 + rng.IntN(2)), Stride: 1 + rng.IntN(2)})
		}
		net, err := c.Network(hw.Shape{C: 3, H: 32, W: 32}, 10, hw.FlattenHead)
		if err != nil {
			t.Fatal(err)
		}
		asked := planner.With(blast.Options{FPS: 1 + rng.Float64()*200, Objective: objectives[rng.IntN(3)]})
		pipe, err := asked.Plan(net)
		if err != nil {
			t.Fatal(err)
		}
		s, err := sim.New(&pipe.Pipeline, net, target)
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Run(200)
		if err != nil {
			t.Fatal(err)
		}
		stages += len(pipe.Stages)
		if math.Abs(r.ThroughputFPS/pipe.ThroughputFPS-1) > 1e-3 || math.Abs(r.FirstMS/pipe.LatencyMS-1) > 1e-7 /* links end at whole ticks */ {
			t.Errorf("%v: simulated %v frames/s, first after %v ms; planned %v, %v", c, r.ThroughputFPS, r.FirstMS, pipe.ThroughputFPS, pipe.LatencyMS)
		}
	}
	if stages < 40 {
		t.Errorf("only %d stages in 30 pipelines", stages)
	}
}
