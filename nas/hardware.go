package nas

import (
	"fmt"

	"coexplore/hw"
)

// Hardware says how well networks run. It serves one search at a time.
type Hardware interface {
	// Plan finds the most efficient way to run the network that actions describe
	// among those that reach fps frames a second. Where none does, the plan is not
	// feasible, says why, and describes the fastest way instead. The plan may be
	// used again by the next call of Plan.
	Plan(actions []int, fps float64) (*Plan, error)
	// Replan runs another network of the same depth on the hardware of a plan: the
	// partition into stages and their FPGAs stay, the rest is found anew. The plan
	// that it returns may be used again by the next call of Replan.
	Replan(actions []int, fps float64, fixed *Plan) (*Plan, error)
}

// A Plan is how a network runs.
type Plan struct {
	Feasible    bool   // it meets the specification
	Reason      string // why not, where it does not
	Efficiency  float64
	Throughput  float64 // frames/s
	GOPSPerWatt float64 // an estimate; 0 where it is unknown
	Params      int64
	MACs        int64
	FPGAs       int
	Stages      []PlanStage  // those that have decisions to make
	Pipeline    *hw.Pipeline // nil where the hardware is not a pipeline of FPGAs
}

// A PlanStage is a stage of a plan with the decisions on the layers that it runs.
type PlanStage struct {
	From, To    int     // the decisions [From, To)
	Utilization float64 // of the stage: latency times fps; above 1 misses the specification
}

// Pipelines is the Hardware that the package exists for: the networks of a
// [ChainSpace] on pipelines of FPGAs, planned by BLAST with the utilization
// objective.
type Pipelines struct {
	space     ChainSpace
	planner   *hw.Planner
	net       hw.Chain
	placement []hw.Placement
	free, fix struct { // what Plan and Replan return
		plan     Plan
		pipeline hw.Pipeline
	}
}

// NewPipelines returns pipelines over the pool for the networks of space.
func NewPipelines(space ChainSpace, pool hw.Pool, target hw.Target) (*Pipelines, error) {
	planner, err := hw.NewPlanner(pool, target)
	if err != nil {
		return nil, err
	}
	if err := space.Validate(); err != nil {
		return nil, err
	}
	planner.Expect(space.Input, space.Classes, space.Head, space.Kernels, space.Filters, space.Strides)
	return &Pipelines{space: space, planner: planner}, nil
}

// Plan implements [Hardware].
func (h *Pipelines) Plan(actions []int, fps float64) (*Plan, error) {
	h.net = h.space.Decode(actions, h.net)
	s := &h.space
	pipeline := &h.free.pipeline
	if err := h.planner.PlanChain(pipeline, h.net, s.Input, s.Classes, s.Head, fps, hw.MaxUtilization); err != nil {
		return nil, err
	}
	if !pipeline.Feasible {
		h.planner.GiveReason(pipeline, fps)
	}
	return h.describe(&h.free.plan, pipeline), nil
}

// Replan implements [Hardware]. A plan that is not feasible has no Reason.
func (h *Pipelines) Replan(actions []int, fps float64, fixed *Plan) (*Plan, error) {
	if fixed.Pipeline == nil {
		return nil, fmt.Errorf("nas: the plan to keep is not a pipeline of FPGAs")
	}
	h.placement = h.placement[:0]
	for i := range fixed.Pipeline.Stages {
		st := &fixed.Pipeline.Stages[i]
		h.placement = append(h.placement, hw.Placement{Device: st.Device, Layers: st.Last - st.First + 1})
	}
	h.net = h.space.Decode(actions, h.net)
	s := &h.space
	pipeline := &h.fix.pipeline
	if err := h.planner.PlanChainFixed(pipeline, h.net, s.Input, s.Classes, s.Head, fps, h.placement); err != nil {
		return nil, err
	}
	return h.describe(&h.fix.plan, pipeline), nil
}

// describe fills a plan with a pipeline of the network in h.net. A stage that
// holds only layers of the head has nothing to decide.
func (h *Pipelines) describe(plan *Plan, p *hw.Pipeline) *Plan {
	*plan = Plan{
		Feasible: p.Feasible, Reason: p.Reason, Efficiency: p.Efficiency, Throughput: p.ThroughputFPS,
		GOPSPerWatt: p.GOPSPerWatt, Params: p.Params, MACs: p.MACs, FPGAs: len(p.Stages), Pipeline: p,
		Stages: plan.Stages[:0],
	}
	for i := range p.Stages {
		st := &p.Stages[i]
		if st.First >= len(h.net) {
			continue
		}
		from, to := h.space.LayerDecisions(st.First, min(st.Last, len(h.net)-1))
		plan.Stages = append(plan.Stages, PlanStage{from, to, st.Utilization})
	}
	return plan
}
