package pipelines

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/nas"
	"coexplore/nas/space"
)

// checkFixed compares a network on fixed hardware with adding up the cost model by hand,
// layer by layer, and its stages with the hardware's.
func checkFixed(t *testing.T, f *fixed, actions []int, fps float64) *nas.Plan {
	t.Helper()
	s, target := f.space, f.options.Target
	plan, err := f.Plan(actions, fps)
	if err != nil {
		t.Fatal(err)
	}
	net := s.Decode(actions, nil)
	network, err := net.Network(s.Input, s.Classes, s.Head)
	if err != nil {
		t.Fatal(err)
	}
	if plan.Pipeline == nil { // it does not fit
		if plan.Feasible || !strings.Contains(plan.Reason, "needs") {
			t.Errorf("%v has no pipeline: %+v", net, plan)
		}
		return plan
	}
	if want := min(len(f.stages), len(network.Layers)-1); len(plan.Pipeline.Stages) != want {
		t.Fatalf("%v runs on %d stages, want %d", net, len(plan.Pipeline.Stages), want)
	}
	next, slowest, efficiency := 0, 0.0, 0.0
	for i, st := range plan.Pipeline.Stages {
		if st.First != next || st.Design != f.stages[i].design || st.Device != f.stages[i].device {
			t.Fatalf("%v: stage from layer %d on %s with %v, want from %d with %+v", net, st.First, st.Device, st.Design, next, f.stages[i])
		}
		next = st.Last + 1
		cycles := int64(0)
		for l := st.First; l <= st.Last; l++ {
			if network.Layers[l].Kind == hw.Dense && target.Dense == hw.DenseOnHost {
				continue
			}
			c, err := accel.LayerCost(network.Layers[l].Loops(), st.Design, target)
			if err != nil {
				t.Fatal(err)
			}
			cycles += c.Cycles
		}
		seconds := float64(cycles) / (target.ClockMHz * 1e6)
		slowest, efficiency = max(slowest, seconds), efficiency+seconds*fps/float64(len(plan.Pipeline.Stages))
	}
	if next != len(network.Layers) {
		t.Fatalf("%v: %d of %d layers run", net, next, len(network.Layers))
	}
	if math.Abs(plan.Throughput*slowest-1) > 1e-6 || math.Abs(plan.Efficiency-efficiency) > 1e-6 {
		t.Errorf("%v: %g frames/s, efficiency %g; adding up gives %g, %g", net, plan.Throughput, plan.Efficiency, 1/slowest, efficiency)
	}
	if plan.Feasible != nas.Meets(plan.Throughput, fps) || (plan.Reason == "") != plan.Feasible {
		t.Errorf("%v: %g frames/s, feasible: %t (%s)", net, plan.Throughput, plan.Feasible, plan.Reason)
	}
	return plan
}

// TestPreset checks networks on hardware with one design.
func TestPreset(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 5))
	for _, s := range []space.Chain{space.Tiny(), space.CIFAR10(), space.CIFAR10().WithStrides(1, 2)} {
		h := newPipelines(t, s, "XC7Z015:3", hw.DefaultTarget())
		preset, err := h.Preset()
		if err != nil {
			t.Fatal(err)
		}
		f := preset.(*fixed)
		for i := range f.stages {
			if f.stages[i].design != f.stages[0].design {
				t.Errorf("designs differ: %+v", f.stages)
			}
		}
		for range 50 {
			checkFixed(t, f, nas.Random(s, nas.Choices(s), rng), 35)
		}
	}
	if _, err := newPipelines(t, space.Tiny(), "XC7Z015:2,ZU3EG:1", hw.DefaultTarget()).Preset(); err == nil || !strings.Contains(err.Error(), "one type") {
		t.Errorf("preset hardware of two types: %v", err)
	}
}

// TestFix fixes hardware to plans of networks: they run on it as they were planned, and
// others in the same proportions, which is worked out by hand.
func TestFix(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	onFPGA := hw.DefaultTarget()
	onFPGA.Dense = hw.DenseOnFPGA
	for _, c := range []struct {
		space  space.Chain
		pool   string
		target hw.Target
		fps    float64
	}{
		{space.Tiny(), "XC7Z015:3", hw.DefaultTarget(), 1000},
		{space.CIFAR10(), "XC7Z015:3", hw.DefaultTarget(), 25},
		{space.CIFAR10().WithStrides(1, 2), "XC7Z015:2,ZU3EG:1", hw.DefaultTarget(), 90},
		{space.CIFAR10(), "XC7Z045:3", onFPGA, 35},
	} {
		h := newPipelines(t, c.space, c.pool, c.target)
		choices := nas.Choices(c.space)
		several := 0
		for fixes := 0; fixes < 8; {
			actions := nas.Random(c.space, choices, rng)
			plan, err := h.Plan(actions, c.fps)
			if err != nil {
				t.Fatal(err)
			}
			if !plan.Feasible {
				continue
			}
			fixes++
			if plan.FPGAs > 1 {
				several++
			}
			efficiency, throughput, ends := plan.Efficiency, plan.Throughput, ends(plan)
			fixedTo, err := h.Fix(actions, plan)
			if err != nil {
				t.Fatal(err)
			}
			f := fixedTo.(*fixed)
			again := checkFixed(t, f, actions, c.fps)
			if again.Efficiency != efficiency || again.Throughput != throughput {
				t.Errorf("%s: planned with U %g at %g frames/s, on hardware fixed to that %g at %g", c.space.Network(actions), efficiency, throughput, again.Efficiency, again.Throughput)
			}
			depth := len(c.space.Decode(actions, nil))
			for range 20 {
				other := nas.Random(c.space, choices, rng)
				plan := checkFixed(t, f, other, c.fps)
				n := len(c.space.Decode(other, nil))
				if plan.Pipeline == nil || n < len(ends) {
					continue
				}
				for i, end := range ends[:len(ends)-1] {
					share := float64(end) / float64(depth)
					if got := plan.Pipeline.Stages[i].Last + 1; end < depth && math.Abs(float64(got)-share*float64(n)) > float64(len(ends)) {
						t.Errorf("%d of %d layers: stage %d ends after %d of %d", end, depth, i+1, got, n)
					}
				}
			}
		}
		if several == 0 {
			t.Errorf("%s: all on one FPGA, which shows little", c.pool)
		}
	}
	if _, err := newPipelines(t, space.Tiny(), "XC7Z015:1", hw.DefaultTarget()).Fix(space.Tiny().Smallest(), &nas.Plan{}); err == nil {
		t.Error("fixed to a plan that is no pipeline")
	}
}

// ends are the layers before the end of each stage.
func ends(plan *nas.Plan) []int {
	var list []int
	for _, st := range plan.Pipeline.Stages {
		list = append(list, st.Last+1)
	}
	return list
}

// newPipelines are pipelines of a pool by its name.
func newPipelines(t *testing.T, s space.Chain, pool string, target hw.Target) *Hardware {
	t.Helper()
	p, err := hw.ParsePool(pool)
	if err != nil {
		t.Fatal(err)
	}
	h, err := New(s, p, target)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestNewRefuses checks that there are no pipelines without FPGAs, for a word size
// that there is not, or for a space that holds nothing.
func TestNewRefuses(t *testing.T) {
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		t.Fatal(err)
	}
	odd := hw.DefaultTarget()
	odd.Bits = 7
	empty := space.Tiny()
	empty.Kernels = nil
	for _, c := range []struct {
		name   string
		space  space.Chain
		pool   hw.Pool
		target hw.Target
		want   string
	}{
		{"no FPGAs", space.Tiny(), nil, hw.Target{}, "pool"},
		{"7 bits", space.Tiny(), pool, odd, "7 bits"},
		{"no kernels", empty, pool, hw.Target{}, "kernels"},
	} {
		if _, err := New(c.space, c.pool, c.target); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one that says %q", c.name, err, c.want)
		}
	}
}
