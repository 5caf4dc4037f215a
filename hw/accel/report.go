package accel

import (
	"fmt"
	"slices"

	"coexplore/hw"
)

// Report is what a designer looks at before synthesis: every layer, every
// stage and every cut of a pipeline.
type Report struct {
	Layers []LayerReport `json:"layers"`
	Stages []StageReport `json:"stages"`
	Cuts   []hw.Cut      `json:"cuts"` // between stages on different FPGAs
}

// LayerReport is one layer on the FPGA that runs it (its part of the layer,
// where several FPGAs share it).
type LayerReport struct {
	Index  int      `json:"index"`
	Name   string   `json:"name"`
	Kind   hw.Kind  `json:"kind"`
	In     hw.Shape `json:"in"`
	Out    hw.Shape `json:"out"`
	MACs   int64    `json:"macs"` // of the whole layer, for one frame
	Params int64    `json:"params"`
	Stage  int      `json:"stage"` // from 0; -1 where the layer runs on the host
	// Cycles is for hw.Target.Batch frames, hw.Shard their part of the stage's.
	Cycles     int64         `json:"cycles"`
	Share      float64       `json:"share"`
	Bottleneck hw.Bottleneck `json:"bottleneck"`
	// TileEfficiency is useful over offered multiply-accumulates: what edges of
	// tiles and of the array leave idle. ArrayUse counts waiting for memory too.
	TileEfficiency float64  `json:"tile_efficiency"`
	ArrayUse       float64  `json:"array_use"`
	Roofline       Roofline `json:"roofline"`
}

// StageReport is one FPGA's resources against its limits, and its roofline.
type StageReport struct {
	FPGA     string   `json:"fpga"`
	Usage    Usage    `json:"use"`
	Have     Usage    `json:"have"`
	Roofline Roofline `json:"roofline"`
}

// Roofline is a point and its roof, after Williams, Waterman and Patterson,
// "Roofline: an insightful visual performance model for multicore
// architectures", CACM 52(4), 2009. An operation is a multiplication or an
// addition.
type Roofline struct {
	OpsPerByte     float64 `json:"ops_per_byte"`    // off-chip traffic of the design's tiling
	PeakGOPS       float64 `json:"peak_gops"`       // 2 * Tm * Tn * clock
	BandwidthGBs   float64 `json:"bandwidth_gbs"`   // of the ports together
	AttainableGOPS float64 `json:"attainable_gops"` // min(peak, ops per byte * bandwidth)
	ReachedGOPS    float64 `json:"reached_gops"`
}

// Analyze looks into a pipeline of the network, planned for the pool and the
// target, at each FPGA's own clock and word size.
func Analyze(net *hw.Network, pipe *hw.Pipeline, pool hw.Pool, target hw.Target) (*Report, error) {
	if err := target.Check(); err != nil {
		return nil, err
	}
	in := &Report{}
	for i := range net.Layers {
		l := &net.Layers[i]
		in.Layers = append(in.Layers, LayerReport{Index: i, Name: l.Name, Kind: l.Kind, In: l.In, Out: l.Out,
			MACs: l.MACs, Params: l.Params, Stage: -1})
	}
	for si := range pipe.Stages {
		s := &pipe.Stages[si]
		if s.First < 0 || s.Last >= len(net.Layers) || s.First > s.Last {
			return nil, fmt.Errorf("hw: stage %d has layers %d to %d: the network has %d", si+1, s.First+1, s.Last+1, len(net.Layers))
		}
		at := slices.IndexFunc(pool, func(e hw.PoolEntry) bool { return e.Device.Part == s.Device })
		if at < 0 {
			return nil, fmt.Errorf("hw: stage %d: %s is not in the pool %v", si+1, s.Device, pool)
		}
		dev, t := &pool[at].Device, pool.Target(at, target)
		if s.Bits != 0 {
			t.Bits = s.Bits
		}
		in.stage(net, s, si, dev, t)
		if si > 0 && s.First > pipe.Stages[si-1].First {
			in.Cuts = append(in.Cuts, net.Cut(s.First))
		}
	}
	return in, nil
}

// stage adds one stage and fills in its layers.
func (in *Report) stage(net *hw.Network, s *hw.Stage, index int, dev *hw.Device, t hw.Target) {
	var loops []hw.Loops
	var sum traffic
	for i := s.First; i <= s.Last; i++ {
		if net.Layers[i].Kind == hw.Dense && t.Dense == hw.DenseOnHost {
			continue
		}
		l := net.Layers[i].Loops()
		if s.Shard != nil {
			l = s.Shard.Loops(l)
		}
		loops = append(loops, l)
		x := tileOf(&l, s.Design.Tiling, &t)
		w := x.traffic(&l, s.Design.Ports, &t)
		sum.macs, sum.words, sum.cycles = sum.macs+w.macs, sum.words+w.words, sum.cycles+w.cycles
		r := &in.Layers[i]
		r.Stage, r.Cycles, r.Bottleneck = index, w.cycles, x.bottleneck(s.Design.Ports)
		r.Share = float64(w.cycles) / float64(s.Cycles)
		units := float64(s.Tm) * float64(s.Tn)
		r.TileEfficiency = float64(w.macs) / (float64(x.outer*x.inner) * float64(x.comp) * units)
		r.ArrayUse = float64(w.macs) / (float64(w.cycles) * units)
		r.Roofline = w.roofline(s.Design, &t)
	}
	in.Stages = append(in.Stages, StageReport{
		FPGA: s.Device, Usage: ResourcesOn(dev, loops, s.Design, t),
		Have:     Usage{DSP: dev.DSP, LUT: dev.LUT, FF: dev.FF, BRAM18: dev.BRAM18, URAM: dev.URAM, PortBits: dev.PortBits(t)},
		Roofline: sum.roofline(s.Design, &t),
	})
}

// traffic is what a roofline point is made from, for hw.Target.Batch frames.
type traffic struct{ macs, words, cycles int64 }

func (x *tile) traffic(l *hw.Loops, p hw.Ports, t *hw.Target) traffic {
	return traffic{
		macs:   l.MACs() * int64(t.Batch),
		words:  x.outer*x.inner*(x.w+x.i) + x.outer*x.o,
		cycles: x.cycles(p, t.FillDrain),
	}
}

func (w *traffic) roofline(d hw.Design, t *hw.Target) Roofline {
	r := Roofline{
		OpsPerByte:   2 * float64(w.macs) / (float64(w.words) * float64(t.Bits) / 8),
		PeakGOPS:     2 * float64(d.Tm) * float64(d.Tn) * t.ClockMHz / 1e3,
		BandwidthGBs: float64(d.W+d.I+d.O) * float64(t.Bits) / 8 * t.ClockMHz / 1e3,
		ReachedGOPS:  2 * float64(w.macs) / t.Seconds(w.cycles) / 1e9,
	}
	r.AttainableGOPS = min(r.PeakGOPS, r.OpsPerByte*r.BandwidthGBs)
	if d.W == 0 || d.I == 0 || d.O == 0 { // a memory that never limits
		r.AttainableGOPS = r.PeakGOPS
	}
	return r
}
