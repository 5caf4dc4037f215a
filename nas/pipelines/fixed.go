package pipelines

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/hw/blast"
	"coexplore/nas"
)

// fixed is hardware whose partition and designs are fixed.
type fixed struct {
	*Hardware
	stages []fixedStage
	plan   nas.Plan // what Plan returns
	pipe   hw.Pipeline
}

// A fixedStage is a stage of fixed hardware: an FPGA, its design (zero where latencies
// are measured, whatever the design), and where it ends.
type fixedStage struct {
	device string
	design hw.Design
	share  float64 // of the convolutions that come before its end
	head   int     // layers of the head that do, where share is 1
}

var _ nas.Fixer = (*Hardware)(nil)

// Fix implements nas.Fixer. A network of another depth is cut in the same proportions;
// each stage keeps a layer at least, and FPGAs for which there is none are left out.
// Where latencies are measured there is no design to fix. What it returns plans with
// the memory of h: both serve one search at most.
func (h *Hardware) Fix(actions []int, plan *nas.Plan) (nas.Hardware, error) {
	if plan.Pipeline == nil {
		return nil, fmt.Errorf("pipelines: the plan to fix is not a pipeline of FPGAs")
	}
	h.net = h.space.Decode(actions, h.net)
	return h.fixedTo(plan.Pipeline.Stages, len(h.net)), nil
}

// fixedTo is hardware with the stages of a network with so many convolutions.
func (h *Hardware) fixedTo(stages []hw.Stage, depth int) *fixed {
	f := &fixed{Hardware: h, stages: make([]fixedStage, len(stages))}
	for i := range stages {
		st, before := &stages[i], stages[i].Last+1
		f.stages[i] = fixedStage{st.Device, st.Design, float64(min(before, depth)) / float64(depth), max(0, before-depth)}
		if h.options.Latencies != nil {
			f.stages[i].design = hw.Design{}
		}
	}
	return f
}

// Preset implements nas.Fixer. The hardware is that of the network in the middle of
// the space, which takes the middle one of the values of every decision: its
// partition for the highest throughput over all FPGAs of the pool, and the one
// accelerator design that is best for all of its convolutions together. All FPGAs of
// the pool must be of one type.
func (h *Hardware) Preset() (nas.Hardware, error) {
	pool := h.options.Pool
	if err := oneType(pool); err != nil {
		return nil, err
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
	plan, err := h.ask(blast.Options{Objective: hw.MaxThroughput}).Plan(network)
	if err != nil {
		return nil, err
	}
	stages := slices.Clone(plan.Stages)
	if h.options.Latencies == nil {
		best, err := accel.BestDesign(network.Loops()[:depth], &pool[0].Device, pool.Target(0, h.options.Target))
		if err != nil {
			return nil, err
		}
		for i := range stages {
			stages[i].Design = best.Design
		}
	}
	// A stage without convolutions has nothing to do that the one design is for.
	stages = slices.DeleteFunc(stages, func(st hw.Stage) bool { return st.First >= depth })
	return h.fixedTo(stages, depth), nil
}

// oneType is an error unless all FPGAs of the pool are of one type.
func oneType(pool hw.Pool) error {
	if len(pool) != 1 {
		return fmt.Errorf("pipelines: one accelerator design for all FPGAs needs FPGAs of one type, the pool is %s", pool)
	}
	return nil
}

// place puts the stages on a network with so many convolutions and so many layers that
// take FPGA time.
func (f *fixed) place(depth, onFPGA int) {
	f.placement = f.placement[:0]
	from := 0
	for i := range f.stages {
		st := &f.stages[i]
		to := onFPGA
		if left := len(f.stages) - 1 - i; left > 0 { // stages that follow
			to = min(max(int(math.Round(st.share*float64(depth)))+st.head, from+1), onFPGA-left)
		}
		if to <= from {
			continue
		}
		f.placement = append(f.placement, hw.Placement{Device: st.device, Layers: to - from, Design: st.design})
		from = to
	}
}

// Plan implements nas.Hardware. A network that the designs do not fit is not feasible.
func (f *fixed) Plan(actions []int, fps float64) (*nas.Plan, error) {
	f.net = f.space.Decode(actions, f.net)
	s, depth := &f.space, len(f.net)
	onFPGA := depth
	if s.Head == hw.PoolHead {
		onFPGA++
	}
	if f.options.Target.Dense == hw.DenseOnFPGA {
		onFPGA++
	}
	f.place(depth, onFPGA)
	err := f.ask(blast.Options{FPS: fps, Partition: f.placement, Reasons: true}).PlanChain(&f.pipe, f.net, s.Input, s.Classes, s.Head)
	var misfit *accel.FitError
	if errors.As(err, &misfit) {
		network, e := f.net.Network(s.Input, s.Classes, s.Head)
		if e != nil {
			return nil, e
		}
		return &nas.Plan{Reason: err.Error(), Params: network.Params(), MACs: network.MACs()}, nil
	}
	if err != nil {
		return nil, err
	}
	return f.describe(&f.plan, &f.pipe), nil
}

// Replan implements nas.Hardware: everything is fixed anyway.
func (f *fixed) Replan(actions []int, fps float64, _ *nas.Plan) (*nas.Plan, error) {
	return f.Plan(actions, fps)
}
