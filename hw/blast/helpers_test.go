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

// planFor plans for another specification and objective.
func (p *Planner) planFor(net *hw.Network, fps float64, obj hw.Objective) (*Answer, error) {
	p.FPS, p.Objective, p.Partition = fps, obj, nil
	return p.Plan(net)
}

func (p *Planner) planChain(dst *hw.Pipeline, c hw.Chain, in hw.Shape, classes int, head hw.Head, fps float64, obj hw.Objective) error {
	p.FPS, p.Objective, p.Partition = fps, obj, nil
	return p.PlanChain(dst, c, in, classes, head)
}

// placeFor plans a given partition.
func (p *Planner) placeFor(net *hw.Network, fps float64, partition []hw.Placement) (*Answer, error) {
	p.FPS, p.Partition = fps, partition
	return p.Plan(net)
}

func (p *Planner) placeChain(dst *hw.Pipeline, c hw.Chain, in hw.Shape, classes int, head hw.Head, fps float64, partition []hw.Placement) error {
	p.FPS, p.Partition = fps, partition
	return p.PlanChain(dst, c, in, classes, head)
}

func parsePool(tb testing.TB, s string) hw.Pool {
	tb.Helper()
	p, err := hw.ParsePool(s)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// load makes the network the planner's, with the programme ready.
func (p *Planner) load(net *hw.Network) error {
	if err := p.loadNetwork(net); err != nil {
		return err
	}
	return p.ready(p.counts, p.MaxFPGAs)
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
