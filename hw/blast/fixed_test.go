package blast

import (
	"errors"
	"strings"
	"testing"
)

func planner(t *testing.T, pool string, tg hw.Target) *Planner {
	t.Helper()
	p, err := hw.ParsePool(pool)
	if err != nil {
		t.Fatal(err)
	}
	pl, err := NewPlanner(p, tg)
	if err != nil {
		t.Fatal(err)
	}
	return pl
}

func reference1(t *testing.T, name string) *hw.Network {
	t.Helper()
	n, err := hw.ReferenceNetwork(name, hw.Shape{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestPlanFixed gives a planned partition back: the same stages come out, by
// networks and by chains.
func TestPlanFixed(t *testing.T) {
	p := planner(t, "XC7Z015:3", hw.DefaultTarget())
	for _, name := range []string{"cifar10-fixed-opthw", "cifar10-optsw"} {
		net := reference1(t, name)
		want, err := p.Plan(net, 35, hw.MaxUtilization)
		if err != nil || !want.Feasible {
			t.Fatalf("%s: %+v, %v", name, want, err)
		}
		var place []hw.Placement
		for _, s := range want.Stages {
			place = append(place, hw.Placement{s.Device, s.Last - s.First + 1})
		}
		got, err := p.PlanFixed(net, 35, place)
		if err != nil {
			t.Fatal(err)
		}
		checkSame(t, want, got)
		c, err := hw.ParseChain(map[string]string{"cifar10-fixed-opthw": publishedFixedOptHW, "cifar10-optsw": publishedOptSW}[name])
		if err != nil {
			t.Fatal(err)
		}
		var again hw.Pipeline
		if err := p.PlanChainFixed(&again, c, net.Input, 10, hw.FlattenHead, 35, place); err != nil {
			t.Fatal(err)
		}
		checkSame(t, want, &again)
		// Too high a specification: a stage's own utilisation passes 1.
		got, err = p.PlanFixed(net, 100, place)
		if err != nil || got.Feasible || got.Reason == "" || got.BestFPS != want.ThroughputFPS || got.Stages[0].Utilization <= 1 {
			t.Errorf("%s at 100 frames/s: %+v, %v", name, got, err)
		}
	}
	net := reference1(t, "cifar10-opthw")
	for _, c := range []struct {
		place []hw.Placement
		want  string
	}{
		{[]hw.Placement{{"XC7Z015", 3}}, "cover 3 of 7 layers"},
		{[]hw.Placement{{"XC7Z015", 8}}, "8 layers from layer 1: the network has 7"},
		{[]hw.Placement{{"XC7Z020", 7}}, `"XC7Z020" is not in the pool XC7Z015:3`},
		{[]hw.Placement{{"XC7Z015", 6}, {"XC7Z015", 1}}, "run on the host"},
	} {
		if _, err := p.PlanFixed(net, 35, c.place); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %s", c.place, err, c.want)
		}
	}
}

// TestGivenDesign plans with one design on every FPGA, and refuses one that
// does not fit with the resource, the need and what there is.
func TestGivenDesign(t *testing.T) {
	tg := hw.DefaultTarget()
	p := planner(t, "XC7Z015:3", tg)
	net := reference1(t, "cifar10-opthw")
	d := design(8, 4, 32, 32, 4, 4, 2)
	if err := p.Fix(&d); err != nil {
		t.Fatal(err)
	}
	pipe, err := p.Plan(net, 1, hw.MaxThroughput)
	if err != nil {
		t.Fatal(err)
	}
	for i := range pipe.Stages {
		s := &pipe.Stages[i]
		var sum int64
		for k := s.First; k <= min(s.Last, 5); k++ {
			c, err := LayerCost(net.Layers[k].Loops(), d, tg)
			if err != nil {
				t.Fatal(err)
			}
			sum += c.Cycles
		}
		if s.Design != d || s.Cycles != sum {
			t.Errorf("stage %d: %v in %d cycles, want %v in %d", i, s.Design, s.Cycles, d, sum)
		}
	}
	// With one design for all, the sum of cycles is the same however it is cut.
	one, err := p.PlanDesign(net, 1, []hw.Placement{{"XC7Z015", 7}}, d)
	if err != nil {
		t.Fatal(err)
	}
	var sum int64
	for i := range pipe.Stages {
		sum += pipe.Stages[i].Cycles
	}
	if one.Stages[0].Cycles != sum {
		t.Errorf("%d cycles on one FPGA, %d in stages", one.Stages[0].Cycles, sum)
	}
	if err := p.Fix(nil); err != nil {
		t.Fatal(err)
	}
	if best, err := p.Plan(net, 1, hw.MaxThroughput); err != nil || best.ThroughputFPS < pipe.ThroughputFPS {
		t.Errorf("the best design gives %v frames/s, a given one %v: %v", best.ThroughputFPS, pipe.ThroughputFPS, err)
	}
	for _, c := range []struct {
		d        hw.Design
		resource string
		need     int
		have     int
		want     string
	}{
		{design(64, 48, 8, 8, 4, 4, 2), "DSP", 5 * 64 * 48, 160, "hw: conv 36x3x3 on XC7Z015: needs 15360 DSP, has 160"},
		{design(1, 30, 32, 32, 4, 4, 2), "BRAM18", 2*30*3 + 2*2 + 2*30, 190, "needs 244 BRAM18, has 190"},
		{design(4, 8, 32, 32, 4, 4, 3), "memory port bits a cycle", 352, 341, "needs 352 memory port bits a cycle, has 341"},
	} {
		if err := p.Fix(&c.d); err != nil {
			t.Fatal(err)
		}
		_, err := p.Plan(net, 1, hw.MaxThroughput)
		var fit *FitError
		if !errors.As(err, &fit) || fit.Resource != c.resource || fit.Need != c.need || fit.Have != c.have || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %s", c.d, err, c.want)
		}
	}
}
