package blast

import (
	"errors"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/hw/accel"
)

func planner(t *testing.T, pool string, tg hw.Target) *Planner {
	t.Helper()
	p, err := hw.ParsePool(pool)
	if err != nil {
		t.Fatal(err)
	}
	pl, err := New(Options{Pool: p, Target: tg})
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
		want, err := p.planFor(net, 35, hw.MaxUtilization)
		if err != nil || !want.Feasible {
			t.Fatalf("%s: %+v, %v", name, want, err)
		}
		var place []hw.Placement
		for _, s := range want.Stages {
			place = append(place, hw.Placement{Device: s.Device, Layers: s.Last - s.First + 1})
		}
		got, err := p.placeFor(net, 35, place)
		if err != nil {
			t.Fatal(err)
		}
		checkSame(t, &want.Pipeline, &got.Pipeline)
		c, err := hw.ParseChain(map[string]string{"cifar10-fixed-opthw": "5x24,1x64,5x48,7x24,5x36,1x24,5x48,3x24,7x24,3x36", "cifar10-optsw": "1x24,7x64,1x64,5x48s2,5x48,7x24,7x64,5x24s2,1x48,5x36,1x48,7x24s2,1x64,7x36"}[name])
		if err != nil {
			t.Fatal(err)
		}
		var again hw.Pipeline
		if err := p.placeChain(&again, c, net.Input, 10, hw.FlattenHead, 35, place); err != nil {
			t.Fatal(err)
		}
		checkSame(t, &want.Pipeline, &again)
		// Too high a specification: a stage's own utilisation passes 1.
		got, err = p.placeFor(net, 100, place)
		if err != nil || got.Feasible || got.Reason == "" || got.BestFPS != want.ThroughputFPS || got.Stages[0].Utilization <= 1 {
			t.Errorf("%s at 100 frames/s: %+v, %v", name, got, err)
		}
	}
	net := reference1(t, "cifar10-opthw")
	for _, c := range []struct {
		place []hw.Placement
		want  string
	}{
		{[]hw.Placement{{Device: "XC7Z015", Layers: 3}}, "the partition covers 3 layers: the network has 6 on FPGAs, and 1 after them on the host, which may be left out"},
		{[]hw.Placement{{Device: "XC7Z015", Layers: 8}}, "stage 1 of the partition: 8 layers from layer 1 on: the network has 6 on FPGAs"},
		{[]hw.Placement{{Device: "XC7Z020", Layers: 7}}, `"XC7Z020" is not in the pool XC7Z015:3`},
		{[]hw.Placement{{Device: "XC7Z015", Layers: 6}, {Device: "XC7Z015", Layers: 1}}, "run on the host"},
	} {
		if _, err := p.placeFor(net, 35, c.place); err == nil || !strings.Contains(err.Error(), c.want) {
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
	fixed := p.on(&d)
	pipe, err := fixed.planFor(net, 1, hw.MaxThroughput)
	if err != nil {
		t.Fatal(err)
	}
	for i := range pipe.Stages {
		s := &pipe.Stages[i]
		var sum int64
		for k := s.First; k <= min(s.Last, 5); k++ {
			c, err := accel.LayerCost(net.Layers[k].Loops(), d, tg)
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
	one, err := fixed.placeFor(net, 1, []hw.Placement{{Device: "XC7Z015", Layers: 7}})
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
	if best, err := p.planFor(net, 1, hw.MaxThroughput); err != nil || best.ThroughputFPS < pipe.ThroughputFPS {
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
		{design(1, 32, 32, 32, 4, 4, 2), "BRAM18", 2*32*3 + 2*2, 190, "needs 196 BRAM18, has 190"}, /* weights in LUTs */
		{design(4, 8, 32, 32, 4, 4, 3), "memory port bits a cycle", 352, 341, "needs 352 memory port bits a cycle, has 341"},
	} {
		_, err := p.on(&c.d).planFor(net, 1, hw.MaxThroughput)
		var fit *accel.FitError
		if !errors.As(err, &fit) || fit.Resource != c.resource || fit.Need != c.need || fit.Have != c.have || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %s", c.d, err, c.want)
		}
	}
}

// TestStageDesigns gives the stages of a planned partition back with designs of their
// own, to a planner with a catalogue and to one without: their own come to the same
// pipeline, and those with half the units to what the cost model adds up to.
func TestStageDesigns(t *testing.T) {
	tg := hw.DefaultTarget()
	net := reference1(t, "cifar10-fixed-opthw")
	chain, err := hw.ParseChain("5x24,1x64,5x48,7x24,5x36,1x24,5x48,3x24,7x24,3x36")
	if err != nil {
		t.Fatal(err)
	}
	p := planner(t, "XC7Z015:2,ZU3EG:1", tg)
	catalogued, ok := planner(t, "XC7Z015:2,ZU3EG:1", tg).Precompute(net.Input, 10, hw.FlattenHead, []int{1, 3, 5, 7}, []int{24, 36, 48, 64}, []int{1})
	if !ok {
		t.Fatal("no catalogue")
	}
	want, err := p.planFor(net, 35, hw.MaxUtilization)
	if err != nil || len(want.Stages) < 2 {
		t.Fatalf("%+v, %v", want, err)
	}
	last := len(want.Stages) - 1
	var own, half []hw.Placement
	for _, s := range want.Stages {
		place := hw.Placement{Device: s.Device, Layers: s.Last - s.First + 1, Design: s.Design}
		own = append(own, place)
		place.Design.Tm = (place.Design.Tm + 1) / 2
		half = append(half, place)
	}
	given := p.on(&want.Stages[0].Design) // gives way to those of the stages
	for _, place := range [][]hw.Placement{own, half} {
		plan, err := given.placeFor(net, 35, place)
		if err != nil {
			t.Fatal(err)
		}
		for i := range plan.Stages {
			s := &plan.Stages[i]
			cycles := int64(0)
			for _, l := range net.Layers[s.First : s.Last+1] {
				if l.Kind == hw.Dense {
					continue
				}
				c, err := accel.LayerCost(l.Loops(), place[i].Design, tg)
				if err != nil {
					t.Fatal(err)
				}
				cycles += c.Cycles
			}
			if s.Design != place[i].Design || s.Cycles != cycles {
				t.Errorf("stage %d: %v in %d cycles, want %v in %d", i+1, s.Design, s.Cycles, place[i].Design, cycles)
			}
		}
		var again hw.Pipeline
		if err := catalogued.placeChain(&again, chain, net.Input, 10, hw.FlattenHead, 35, place); err != nil {
			t.Fatal(err)
		}
		checkSame(t, &plan.Pipeline, &again)
	}
	own[last].Design = design(64, 48, 8, 8, 4, 4, 2)
	var fit *accel.FitError
	if _, err := p.placeFor(net, 35, own); !errors.As(err, &fit) || fit.Resource != "DSP" {
		t.Errorf("a design that does not fit: %v", err)
	}
	own[last].Design.Tm = 0
	if _, err := p.placeFor(net, 35, own); err == nil || !strings.Contains(err.Error(), "Tm = 0") || !strings.Contains(err.Error(), "stage") {
		t.Errorf("a design without units: %v", err)
	}
}
