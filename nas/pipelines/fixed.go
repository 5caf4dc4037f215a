package pipelines

import (
	"errors"
	"fmt"
	"math"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/nas"
)

// fixed is hardware whose partition and design are fixed.
type fixed struct {
	*Hardware
	device string
	design *hw.Design // nil where latencies are measured, whatever the design
	shares []float64  // where each stage but the last ends, as a share of the depth
}

var _ nas.Fixer = (*Hardware)(nil)

// Fix implements nas.Fixer. The hardware is that of the network in the middle of
// the space, which takes the middle one of the values of every decision: its
// partition for the highest throughput over all FPGAs of the pool, and the one
// accelerator design that is best for all of its layers together. A network of
// another depth is cut in the same proportions. All FPGAs of the pool must be of
// one type. Where latencies are measured there is no design to fix. What it returns
// plans with the memory of h: both serve one search at most.
func (h *Hardware) Fix() (nas.Hardware, error) {
	f, err := h.fixPipeline()
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (h *Hardware) fixPipeline() (*fixed, error) {
	pool := h.planner.Pool
	if len(pool) != 1 {
		return nil, fmt.Errorf("pipelines: hardware-aware NAS fixes one accelerator design and so needs FPGAs of one type, the pool is %s", pool)
	}
	decisions := h.space.Decisions()
	middle := make([]int, len(decisions))
	for i, d := range decisions {
		middle[i] = len(d.Values) / 2
	}
	h.net = h.space.Decode(middle, h.net)
	network, err := h.net.Network(h.space.Input, h.space.Classes, h.space.Head)
	if err != nil {
		return nil, err
	}
	depth := len(h.net)
	h.planner.FPS, h.planner.Objective, h.planner.Partition = 0, hw.MaxThroughput, nil
	plan, err := h.planner.Plan(network)
	if err != nil {
		return nil, err
	}
	f := &fixed{Hardware: h, device: pool[0].Device.Part}
	if h.planner.Latencies == nil {
		best, err := accel.BestDesign(network.Loops()[:depth], &pool[0].Device, h.planner.Pool.Target(0, h.planner.Target))
		if err != nil {
			return nil, err
		}
		f.design = &best.Design
	}
	for _, st := range plan.Stages[:len(plan.Stages)-1] {
		if st.Last+1 < depth {
			f.shares = append(f.shares, float64(st.Last+1)/float64(depth))
		}
	}
	return f, nil
}

// Plan implements nas.Hardware.
func (f *fixed) Plan(actions []int, fps float64) (*nas.Plan, error) {
	f.net = f.space.Decode(actions, f.net)
	network, err := f.net.Network(f.space.Input, f.space.Classes, f.space.Head)
	if err != nil {
		return nil, err
	}
	depth, from := len(f.net), 0
	f.placement = f.placement[:0]
	for i, share := range f.shares {
		// Every stage keeps at least one layer.
		to := min(max(int(math.Round(share*float64(depth))), from+1), depth-(len(f.shares)-i))
		if to <= from {
			continue
		}
		f.placement = append(f.placement, hw.Placement{Device: f.device, Layers: to - from})
		from = to
	}
	f.placement = append(f.placement, hw.Placement{Device: f.device, Layers: len(network.Layers) - from})
	f.planner.FPS, f.planner.Partition, f.planner.Design = fps, f.placement, f.design
	answer, err := f.planner.Plan(network)
	f.planner.Design = nil
	var misfit *accel.FitError
	if errors.As(err, &misfit) {
		return &nas.Plan{Reason: err.Error(), Params: network.Params(), MACs: network.MACs()}, nil
	}
	if err != nil {
		return nil, err
	}
	f.free.pipeline = answer.Pipeline
	return f.describe(&f.free.plan, &f.free.pipeline), nil
}

// Replan implements nas.Hardware: everything is fixed anyway.
func (f *fixed) Replan(actions []int, fps float64, _ *nas.Plan) (*nas.Plan, error) {
	return f.Plan(actions, fps)
}
