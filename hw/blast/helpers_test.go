package blast

import (
	"math/rand/v2"
	"testing"

	"coexplore/hw"
)

var objectives = []hw.Objective{hw.MaxUtilization, hw.MinCost, hw.MaxThroughput}

// mustNew is New for options that are known to be right.
func mustNew(o Options) *Planner {
	p, err := New(o)
	if err != nil {
		panic(err)
	}
	return p
}

// asks is the planner with another question.
func (p *Planner) asks(fps float64, obj hw.Objective, partition []hw.Placement) *Planner {
	o := p.Options()
	o.FPS, o.Objective, o.Partition = fps, obj, partition
	return p.With(o)
}

// on is the planner with one design for all FPGAs.
func (p *Planner) on(d *hw.Design) *Planner {
	o := p.Options()
	o.Design = d
	return p.With(o)
}

func (p *Planner) planFor(net *hw.Network, fps float64, obj hw.Objective) (*Answer, error) {
	return p.asks(fps, obj, nil).Plan(net)
}

func (p *Planner) planChain(dst *hw.Pipeline, c hw.Chain, in hw.Shape, classes int, head hw.Head, fps float64, obj hw.Objective) error {
	return p.asks(fps, obj, nil).PlanChain(dst, c, in, classes, head)
}

// placeFor plans a given partition.
func (p *Planner) placeFor(net *hw.Network, fps float64, partition []hw.Placement) (*Answer, error) {
	return p.asks(fps, hw.MaxUtilization, partition).Plan(net)
}

func (p *Planner) placeChain(dst *hw.Pipeline, c hw.Chain, in hw.Shape, classes int, head hw.Head, fps float64, partition []hw.Placement) error {
	return p.asks(fps, hw.MaxUtilization, partition).PlanChain(dst, c, in, classes, head)
}

// knows is the planner with tables of what a chain is made of.
func (p *Planner) knows(c hw.Chain, in hw.Shape, classes int, head hw.Head) *Planner {
	var kernels, filters, strides []int
	for _, l := range c {
		kernels, filters, strides = append(kernels, l.Kernel), append(filters, l.Filters), append(strides, l.Stride)
	}
	p, _ = p.Precompute(in, classes, head, kernels, filters, strides)
	return p
}

// loaded is a problem with the network loaded, and the programme ready.
func (p *Planner) loaded(tb testing.TB, net *hw.Network) *problem {
	tb.Helper()
	x := p.problem()
	if err := x.load(net); err != nil {
		tb.Fatal(err)
	}
	if err := x.ready(x.counts, x.MaxFPGAs); err != nil {
		tb.Fatal(err)
	}
	return x
}

func parsePool(tb testing.TB, s string) hw.Pool {
	tb.Helper()
	p, err := hw.ParsePool(s)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func design(tm, tn, tr, tc, w, i, o int) hw.Design {
	return hw.Design{Tiling: hw.Tiling{Tm: tm, Tn: tn, Tr: tr, Tc: tc}, Ports: hw.Ports{W: w, I: i, O: o}}
}

func randomTarget(rng *rand.Rand) hw.Target {
	t := hw.DefaultTarget()
	t.Bits = []int{8, 16, 32}[rng.IntN(3)]
	t.Batch = 1 + rng.IntN(2)
	t.Input = hw.InputRule(rng.IntN(2))
	t.FillDrain = rng.IntN(3) == 0
	t.Depth = []int{0, 0, 3}[rng.IntN(3)]
	t.AuthorsScripts = rng.IntN(4) == 0
	return t
}

// randomDevice is a device so small that every resource binds now and then.
func randomDevice(rng *rand.Rand, t hw.Target) hw.Device {
	words := 3 + rng.IntN(6)
	perMAC := map[int]int{8: 1, 16: 1, 32: 5}[t.Bits]
	return hw.Device{Part: "tiny", DSP: (1 + rng.IntN(12)) * perMAC, BRAM18: 4 + rng.IntN(60),
		MemoryGbps: float64(words*t.Bits) * t.ClockMHz / 1e3, Price: 1}
}
