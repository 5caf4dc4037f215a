package nas

import "coexplore/hw"

// Hardware says how well networks run. It serves one search at a time, unless its own
// documentation says otherwise. Its plans are not to be changed: hardware may remember
// them, and show them to other searches.
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

// A Fixer is Hardware that can be settled before the search, as hardware-aware NAS has
// it: see package method. What its methods return has the same partition and the same
// accelerator designs for every network.
type Fixer interface {
	Hardware
	// Fix returns hardware that runs every network as plan, one of Plan's, runs that
	// of actions: on the same FPGAs, with the same design on each, cut in the same
	// proportions. It keeps nothing of the plan.
	Fix(actions []int, plan *Plan) (Hardware, error)
	// Preset returns hardware that is settled without knowing the networks or the
	// specification.
	Preset() (Hardware, error)
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
	// Measure works out further figures of this plan of the network of actions; nil:
	// there are none. It is called when a trial is described, not for every plan.
	Measure func(p *Plan, actions []int) Metrics
}

// A PlanStage is a stage of a plan with the decisions on the layers that it runs.
type PlanStage struct {
	From, To    int     // the decisions [From, To)
	Utilization float64 // of the stage: latency times fps; above 1 misses the specification
}
