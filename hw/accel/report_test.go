package accel

import (
	"math"
	"testing"

	"coexplore/hw"
)

// TestAnalyze checks the tables of a pipeline against the pipeline itself and
// against each other.
func TestAnalyze(t *testing.T) {
	for _, c := range []struct {
		network, pool string
		bits          int
		dense         hw.DensePlace
	}{
		{"cifar10-fixed-opthw", "XC7Z015:3", 32, hw.DenseOnHost},
		{"cifar10-opthw", "XC7Z015:2", 32, hw.DenseOnFPGA},
		{"mobilenetv2", "ZU3EG:1,XC7Z020:1", 16, hw.DenseOnFPGA},
		{"vgg11", "ZU7EV:1", 16, hw.DenseOnHost},
	} {
		net, err := hw.ReferenceNetwork(c.network, hw.Shape{}, 0)
		if err != nil {
			t.Fatal(err)
		}
		pool, err := hw.ParsePool(c.pool)
		if err != nil {
			t.Fatal(err)
		}
		tg := hw.DefaultTarget()
		tg.Bits, tg.Dense = c.bits, c.dense
		pipe := pipelineOf(t, net, pool, tg)
		in, err := Analyze(net, pipe, pool, tg)
		if err != nil {
			t.Fatal(err)
		}
		if len(in.Layers) != len(net.Layers) || len(in.Stages) != len(pipe.Stages) || len(in.Cuts) != len(pipe.Stages)-1 {
			t.Fatalf("%s: %d layers, %d stages, %d cuts", c.network, len(in.Layers), len(in.Stages), len(in.Cuts))
		}
		cycles := make([]int64, len(pipe.Stages))
		share := make([]float64, len(pipe.Stages))
		for i, l := range in.Layers {
			if (l.Stage < 0) != (l.Kind == hw.Dense && c.dense == hw.DenseOnHost) {
				t.Errorf("%s %s: stage %d", c.network, l.Name, l.Stage)
			}
			if l.Stage < 0 {
				continue
			}
			s := &pipe.Stages[l.Stage]
			if i < s.First || i > s.Last {
				t.Errorf("%s %s: not in stage %d", c.network, l.Name, l.Stage)
			}
			cycles[l.Stage] += l.Cycles
			share[l.Stage] += l.Share
			cost, err := LayerCost(net.Layers[i].Loops(), s.Design, tg)
			if err != nil || cost.Cycles != l.Cycles || cost.Bottleneck != l.Bottleneck {
				t.Errorf("%s %s: %+v, cost %+v, %v", c.network, l.Name, l, cost, err)
			}
			r := l.Roofline
			// What is reached lies under the roof, and the array cannot do more
			// useful work than its tiles offer.
			if r.ReachedGOPS > r.AttainableGOPS*(1+1e-9) || l.TileEfficiency > 1 || l.ArrayUse > l.TileEfficiency*(1+1e-9) {
				t.Errorf("%s %s: %+v", c.network, l.Name, l)
			}
			if math.Abs(r.ReachedGOPS-l.ArrayUse*r.PeakGOPS) > 1e-9*r.PeakGOPS {
				t.Errorf("%s %s: reached %v of %v, array use %v", c.network, l.Name, r.ReachedGOPS, r.PeakGOPS, l.ArrayUse)
			}
		}
		for i := range pipe.Stages {
			s := &in.Stages[i]
			if cycles[i] != pipe.Stages[i].Cycles || math.Abs(share[i]-1) > 1e-9 {
				t.Errorf("%s stage %d: layers take %d cycles, the stage %d", c.network, i, cycles[i], pipe.Stages[i].Cycles)
			}
			if s.Usage.DSP > s.Have.DSP || s.Usage.BRAM18 > s.Have.BRAM18 || s.Usage.URAM > s.Have.URAM || s.Usage.LUT > s.Have.LUT || s.Usage.FF > s.Have.FF || s.Usage.PortBits > s.Have.PortBits {
				t.Errorf("%s stage %d: uses %+v of %+v", c.network, i, s.Usage, s.Have)
			}
			if s.Roofline.ReachedGOPS > s.Roofline.AttainableGOPS*(1+1e-9) {
				t.Errorf("%s stage %d: %+v", c.network, i, s.Roofline)
			}
		}
	}
}

// pipelineOf cuts a network into as many stages of about equal length as the pool
// has FPGAs, each with its best design.
func pipelineOf(t *testing.T, net *hw.Network, pool hw.Pool, tg hw.Target) *hw.Pipeline {
	t.Helper()
	var devices []*hw.Device
	for i := range pool {
		for range pool[i].Count {
			devices = append(devices, &pool[i].Device)
		}
	}
	n := len(net.Layers)
	pipe := &hw.Pipeline{}
	for i, dev := range devices {
		s := hw.Stage{Device: dev.Part, First: i * n / len(devices), Last: (i+1)*n/len(devices) - 1}
		var loops []hw.Loops
		for k := s.First; k <= s.Last; k++ {
			if net.Layers[k].Kind != hw.Dense || tg.Dense == hw.DenseOnFPGA {
				loops = append(loops, net.Layers[k].Loops())
			}
		}
		best, err := BestDesign(loops, dev, tg)
		if err != nil {
			t.Fatal(err)
		}
		s.Design, s.Cycles = best.Design, best.Cycles
		pipe.Stages = append(pipe.Stages, s)
	}
	return pipe
}
