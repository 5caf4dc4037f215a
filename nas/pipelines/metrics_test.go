package pipelines

import (
	"math"
	"math/rand/v2"
	"testing"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/space"
)

// TestMetrics compares a plan's metrics with those of planning the network alone
// and adding up its stages by hand.
func TestMetrics(t *testing.T) {
	pool, err := hw.ParsePool("XC7Z015:2,ZU3EG:1")
	if err != nil {
		t.Fatal(err)
	}
	price := map[string]float64{}
	for _, e := range pool {
		price[e.Device.Part] = e.Device.Price
	}
	target := hw.DefaultTarget()
	rng := rand.New(rand.NewPCG(4, 2))
	for _, s := range []space.Chain{space.Tiny(), space.CIFAR10().WithStrides(1, 2)} {
		h, err := New(s, pool, target)
		if err != nil {
			t.Fatal(err)
		}
		choices := nas.Choices(s)
		for range 30 {
			actions := nas.Random(s, choices, rng)
			plan, err := h.Plan(actions, 30)
			if err != nil {
				t.Fatal(err)
			}
			got := plan.Measure(plan, actions)
			latency, dsp, cost, bram := 0.0, 0.0, 0.0, 0.0
			for _, st := range plan.Pipeline.Stages {
				latency += st.LatencyMS
				dsp += 5 * float64(st.Tm*st.Tn) // 32-bit floating point
				cost += price[st.Device]
				for _, e := range pool {
					if e.Device.Part == st.Device {
						bram += float64(e.Device.BRAM18)
					}
				}
			}
			if got["latency_ms"] < latency*(1-1e-12) || got["latency_ms"] > 1000*5/plan.Throughput {
				t.Errorf("latency %g ms, the stages take %g ms and give %g frames/s", got["latency_ms"], latency, plan.Throughput)
			}
			if got["dsp"] != dsp || got["price"] != cost || got["bram18"] <= 0 || got["bram18"] > bram {
				t.Errorf("metrics %v, adding up gives %g DSP, a price of %g and at most %g BRAM18", got, dsp, cost, bram)
			}
			if want := got["power_w"] / plan.Throughput * 1000; math.Abs(got["energy_mj"]-want) > 1e-9*want {
				t.Errorf("energy %g mJ a frame, power and throughput give %g", got["energy_mj"], want)
			}
			if want := 2 * float64(plan.MACs) * plan.Throughput / 1e9 / got["power_w"]; plan.GOPSPerWatt > want*(1+1e-9) {
				t.Errorf("%g GOPS/W, the power gives at most %g", plan.GOPSPerWatt, want)
			}
		}
	}
}

// TestObjectiveBounds checks that every network of a space that meets the
// specification is better than the worst value of each objective.
func TestObjectiveBounds(t *testing.T) {
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		t.Fatal(err)
	}
	s := space.Tiny()
	h, err := New(s, pool, hw.Target{})
	if err != nil {
		t.Fatal(err)
	}
	const fps = 300
	names := []string{"throughput", "params", "macs", "fpgas", "latency", "energy", "power", "dsp", "bram18", "price"}
	objectives, err := h.Objectives(fps, names...)
	if err != nil {
		t.Fatal(err)
	}
	met := 0
	nas.All(s, func(actions []int) bool {
		plan, err := h.Plan(actions, fps)
		if err != nil {
			t.Fatal(err)
		}
		if !plan.Feasible {
			return true
		}
		met++
		trial := nas.Trial{Design: nas.Design{
			Throughput: plan.Throughput, Params: plan.Params, MACs: plan.MACs, FPGAs: plan.FPGAs, Metrics: plan.Measure(plan, actions),
		}}
		for i, v := range objectives.Values(&trial) {
			if o := &objectives[i]; o.Maximize && v < o.Worst*(1-1e-9) || !o.Maximize && v >= o.Worst {
				t.Errorf("%s: %s is %g, the worst should be %g", s.Network(actions), o.Name, v, o.Worst)
			}
		}
		return true
	})
	if met < 100 {
		t.Errorf("only %d networks meet %d frames/s", met, fps)
	}
}

// TestPlanAllocatesNothing checks that what a plan can tell costs nothing until it
// is asked.
func TestPlanAllocatesNothing(t *testing.T) {
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		t.Fatal(err)
	}
	s := space.CIFAR10()
	h, err := New(s, pool, hw.Target{})
	if err != nil {
		t.Fatal(err)
	}
	actions := s.Smallest()
	plan, err := h.Plan(actions, 1)
	if err != nil || !plan.Feasible {
		t.Fatalf("the smallest network: %v", err)
	}
	if n := testing.AllocsPerRun(20, func() {
		if plan, err = h.Plan(actions, 1); err == nil {
			_, err = h.Replan(actions, 1, plan)
		}
		if err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("planning and planning again allocate %g times", n)
	}
}
