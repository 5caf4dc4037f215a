package pipelines_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/hw/blast"
	"coexplore/hw/measured"
	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/pipelines"
	"coexplore/nas/space"
)

// TestFromTable compares plans from the table of one design with the model's plans
// with that design.
func TestFromTable(t *testing.T) {
	s := space.Tiny()
	pool, target := searchtest.Pool(t, "XC7Z015:3"), hw.DefaultTarget()
	design := &hw.Design{Tiling: hw.Tiling{Tm: 8, Tn: 4, Tr: 8, Tc: 8}, Ports: hw.Ports{W: 2, I: 2, O: 2}}
	table, err := measured.Model(s.Layers(target.Dense), pool, target, design)
	if err != nil {
		t.Fatal(err)
	}
	h, err := pipelines.FromTable(s, pool, target, table)
	if err != nil {
		t.Fatal(err)
	}
	const fps = 300
	planner, err := blast.New(blast.Options{Pool: pool, Target: target, FPS: fps, Design: design})
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(6, 1))
	feasible := 0
	for range 60 {
		actions := nas.Random(s, nas.Choices(s), rng)
		net, err := s.Decode(actions, nil).Network(s.Input, s.Classes, s.Head)
		if err != nil {
			t.Fatal(err)
		}
		want, err := planner.Plan(net)
		if err != nil {
			t.Fatal(err)
		}
		got, err := h.Plan(actions, fps)
		if err != nil {
			t.Fatal(err)
		}
		if got.Feasible != want.Feasible || got.Efficiency != want.Efficiency || got.Throughput != want.ThroughputFPS || got.FPGAs != len(want.Stages) {
			t.Errorf("%s: %+v, the model has %+v", net.Name, got, want)
		}
		if m := got.Measure(got, actions); m["latency_ms"] != want.LatencyMS || m["dsp"] != float64(got.FPGAs*8*4*5) {
			t.Errorf("%s: metrics %v", net.Name, m)
		}
		if got.Feasible {
			feasible++
		}
	}
	if feasible == 0 || feasible == 60 {
		t.Errorf("%d of 60 feasible, which shows little", feasible)
	}
}

// TestFromTableSearch runs every method on latencies of unknown designs.
func TestFromTableSearch(t *testing.T) {
	s := space.Tiny()
	pool, target := searchtest.Pool(t, "XC7Z015:3"), hw.DefaultTarget()
	model, err := measured.Model(s.Layers(target.Dense), pool, target, nil)
	if err != nil {
		t.Fatal(err)
	}
	table := &measured.Table{Name: "board.csv"}
	for i, r := range model.Rows() {
		if i > 0 {
			r.LatencyMS, r.Cycles, r.ClockMHz, r.Design, r.EnergyKnown = 1.2*float64(r.Cycles)/1e5, 0, 0, hw.Design{}, false
			if err := table.Add(r); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := pipelines.FromTable(s, pool, target, table); err == nil || !strings.HasPrefix(err.Error(), "measured: board.csv has no latency of conv m=8 n=3") {
		t.Errorf("a layer is missing: %v", err)
	}
	if err := table.Fill(pool, s.Layers(target.Dense), target); err != nil {
		t.Fatal(err)
	}
	for name, method := range searchtest.Methods {
		h, err := pipelines.FromTable(s, pool, target, table)
		if err != nil {
			t.Fatal(err)
		}
		objectives, err := h.Objectives(searchtest.Spec, "accuracy", "efficiency", "latency")
		if err != nil {
			t.Fatal(err)
		}
		p := nas.Problem{Space: s, Hardware: h, Spec: searchtest.Spec, Evaluator: &searchtest.Counting{}, Objectives: objectives}
		r, err := nas.Explore(context.Background(), p, nas.Settings{Seed: 1, Episodes: 20}, method())
		if err != nil || r.Trained == 0 {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
		if _, err := h.Objectives(searchtest.Spec, "accuracy", "dsp"); err == nil || !strings.Contains(err.Error(), `"dsp"`) {
			t.Errorf("DSP of unknown designs: %v", err)
		}
	}
	h, err := pipelines.FromTable(s, pool, target, table)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := h.Plan(s.Smallest(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Optimum(s.Smallest(), 1, plan, 0); err == nil || !strings.Contains(err.Error(), "measured") {
		t.Errorf("the optimum of measured latencies: %v", err)
	}
}
