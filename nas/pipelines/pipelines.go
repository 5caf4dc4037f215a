package pipelines

import (
	"errors"
	"fmt"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/hw/blast"
	"coexplore/hw/measured"
	"coexplore/nas"
	"coexplore/nas/space"
)

// Hardware runs the networks of a space of chains on pipelines of FPGAs, planned
// by BLAST with the utilization objective. It implements nas.Hardware and nas.Fixer
// and serves one search at a time.
type Hardware struct {
	space     space.Chain
	options   blast.Options
	planner   *blast.Planner
	net       hw.Chain
	placement []hw.Placement
	measure   func(*nas.Plan, []int) nas.Metrics
	free, fix struct { // what Plan and Replan return
		plan     nas.Plan
		pipeline hw.Pipeline
	}
}

// New returns pipelines over the pool for the networks of space. The zero target
// means hw.DefaultTarget().
func New(s space.Chain, pool hw.Pool, target hw.Target) (*Hardware, error) {
	return FromTable(s, pool, target, nil)
}

// FromTable is New with measured latencies in place of the cost model: a stage takes
// the sum of its layers' latencies. The table must have every layer of the space (see
// measured.Table.Fill); the error names those that it has not. A nil table is New.
func FromTable(s space.Chain, pool hw.Pool, target hw.Target, table *measured.Table) (*Hardware, error) {
	if target == (hw.Target{}) {
		target = hw.DefaultTarget()
	}
	planner, err := blast.New(blast.Options{Pool: pool, Target: target, Latencies: table})
	if err != nil {
		return nil, err
	}
	if err := s.Validate(); err != nil {
		return nil, err
	}
	if table != nil {
		if err := table.Missing(pool, s.Layers(target.Dense)); err != nil {
			return nil, err
		}
	}
	planner, _ = planner.Precompute(s.Input, s.Classes, s.Head, s.Kernels, s.Filters, s.Strides)
	h := &Hardware{space: s, options: planner.Options(), planner: planner}
	h.measure = h.metrics // once, so that a plan allocates nothing
	return h, nil
}

// Limit lets pipelines use at most so many FPGAs of the pool; 0: all. It is an error
// if they can be used in more ways than can be planned exactly for the space's deepest
// networks.
func (h *Hardware) Limit(fpgas int) error {
	h.options.MaxFPGAs = fpgas
	s := &h.space
	h.net = s.Decode(s.Largest(), h.net)
	return h.planner.With(h.options).CheckChain(h.net, s.Input, s.Classes, s.Head)
}

// Check says what is wrong with a pool or a target that pipelines are to be made
// for, or nil.
func Check(pool hw.Pool, target hw.Target) error {
	_, err := blast.New(blast.Options{Pool: pool, Target: target})
	return err
}

// Space is the space whose networks the pipelines run.
func (h *Hardware) Space() space.Chain { return h.space }

// Pool is the FPGAs that the pipelines are made of. It is not to be changed.
func (h *Hardware) Pool() hw.Pool { return h.options.Pool }

// ask is the planner with other options, within the limit on FPGAs.
func (h *Hardware) ask(o blast.Options) *blast.Planner {
	o.MaxFPGAs = h.options.MaxFPGAs
	return h.planner.With(o)
}

// Plan implements nas.Hardware.
func (h *Hardware) Plan(actions []int, fps float64) (*nas.Plan, error) {
	h.net = h.space.Decode(actions, h.net)
	s := &h.space
	pipeline := &h.free.pipeline
	if err := h.ask(blast.Options{FPS: fps, Reasons: true}).PlanChain(pipeline, h.net, s.Input, s.Classes, s.Head); err != nil {
		return nil, err
	}
	return h.describe(&h.free.plan, pipeline), nil
}

// Replan implements nas.Hardware. A plan that is not feasible has no Reason.
func (h *Hardware) Replan(actions []int, fps float64, fixed *nas.Plan) (*nas.Plan, error) {
	if fixed.Pipeline == nil {
		return nil, fmt.Errorf("pipelines: the plan to keep is not a pipeline of FPGAs")
	}
	h.placement = h.placement[:0]
	for i := range fixed.Pipeline.Stages {
		st := &fixed.Pipeline.Stages[i]
		h.placement = append(h.placement, hw.Placement{Device: st.Device, Layers: st.Last - st.First + 1})
	}
	h.net = h.space.Decode(actions, h.net)
	s := &h.space
	pipeline := &h.fix.pipeline
	if err := h.ask(blast.Options{FPS: fps, Partition: h.placement}).PlanChain(pipeline, h.net, s.Input, s.Classes, s.Head); err != nil {
		return nil, err
	}
	return h.describe(&h.fix.plan, pipeline), nil
}

// BestThroughput is the highest that the pool reaches for a network, frames/s; 0 if
// a layer of it fits no FPGA.
func (h *Hardware) BestThroughput(actions []int) (float64, error) {
	h.net = h.space.Decode(actions, h.net)
	s := &h.space
	p := &h.free.pipeline
	err := h.ask(blast.Options{Objective: hw.MaxThroughput}).PlanChain(p, h.net, s.Input, s.Classes, s.Head)
	var misfit *accel.FitError
	if errors.As(err, &misfit) {
		return 0, nil
	}
	return p.ThroughputFPS, err
}

// describe fills a plan with a pipeline of the network in h.net. A stage that
// holds only layers of the head has nothing to decide.
func (h *Hardware) describe(plan *nas.Plan, p *hw.Pipeline) *nas.Plan {
	*plan = nas.Plan{
		Feasible: p.Feasible, Reason: p.Reason, Efficiency: p.Efficiency, Throughput: p.ThroughputFPS,
		GOPSPerWatt: p.GOPSPerWatt, Params: p.Params, MACs: p.MACs, FPGAs: len(p.Stages), Pipeline: p,
		Measure: h.measure,
		Stages:  plan.Stages[:0],
	}
	for i := range p.Stages {
		st := &p.Stages[i]
		if st.First >= len(h.net) {
			continue
		}
		from, to := h.space.LayerDecisions(st.First, min(st.Last, len(h.net)-1))
		plan.Stages = append(plan.Stages, nas.PlanStage{From: from, To: to, Utilization: st.Utilization})
	}
	return plan
}
