package method

import "coexplore/nas"

// A FastMode is which RNNs fast exploration has and what each of them earns: [Split],
// [Joint], [Single] or [MACs].
type FastMode interface {
	// begin prepares for f.fixed and returns the decisions of each RNN.
	begin(f *FastExploration) []nas.PlanStage
	// together sets what the k-th proposals of all RNNs earn, if it is by the network
	// that they make together, which was just planned.
	together(f *FastExploration, k int, plan *nas.Plan)
	// alone plans what RNN i proposed and sets what it earns, if it is one by one.
	alone(f *FastExploration, i int) error
	// plans is how many plans n RNNs take for one proposal of each.
	plans(n int) int
}

// Split has an RNN for each stage, whose proposals are judged one by one in the best
// network so far, whose other stages stay as they are: so a reward does not depend on
// what the other RNNs happened to propose, and a good stage need not wait until the
// others are good in the same iteration. The reward is the stage's utilization U_i where
// that is at most 1. Where the stage misses the specification it is 2-U_i, at least -1: a
// penalty that grows with the miss, so that a small one leads back to the edge where the
// best networks are. A proposal whose feature maps make the next stage miss gets that
// stage's penalty.
type Split struct{}

func (Split) begin(f *FastExploration) []nas.PlanStage        { return f.fixed.Stages }
func (Split) together(_ *FastExploration, _ int, _ *nas.Plan) {}
func (Split) plans(n int) int                                 { return n + 1 } // each alone, and all together

func (Split) alone(f *FastExploration, i int) error {
	st := &f.stages[i]
	for k := range st.proposals {
		copy(f.trial, f.BestActions)
		copy(f.trial[st.from:st.to], st.proposals[k])
		plan, err := f.plan()
		if err != nil {
			return err
		}
		st.rewards[k] = f.meritOr(stageReward(plan, i), plan)
	}
	return nil
}

// stageReward is the reward of the RNN of stage i.
func stageReward(plan *nas.Plan, i int) float64 {
	u := plan.Stages[i].Utilization
	if u <= 1 && !plan.Feasible && i+1 < len(plan.Stages) {
		u = max(u, plan.Stages[i+1].Utilization)
	}
	return utilizationReward(u)
}

// Joint has an RNN for each stage and judges an iteration's proposals by the networks
// that they make together, as the paper's figure of the algorithm has it: stage i earns
// U_i in that network, and nas.PrunedReward, whatever it misses by, where it misses the
// specification. Merit is not asked what a proposal earns.
type Joint struct{}

func (Joint) begin(f *FastExploration) []nas.PlanStage { return f.fixed.Stages }
func (Joint) alone(*FastExploration, int) error        { return nil }
func (Joint) plans(int) int                            { return 1 }

func (Joint) together(f *FastExploration, k int, plan *nas.Plan) {
	for i := range f.stages {
		u := plan.Stages[i].Utilization
		if u > 1 {
			u = nas.PrunedReward
		}
		f.stages[i].rewards[k] = u
	}
}

// Single has one RNN over the layers of all stages, which learns from the network's
// efficiency, or where that misses the specification from the penalty of the stage that
// misses it the most: the alternative that splitting the controller is measured against.
type Single struct{}

func (Single) begin(f *FastExploration) []nas.PlanStage {
	stages := f.fixed.Stages
	if len(stages) > 1 {
		stages = []nas.PlanStage{{From: stages[0].From, To: stages[len(stages)-1].To}}
	}
	return stages
}

func (Single) alone(*FastExploration, int) error { return nil }
func (Single) plans(int) int                     { return 1 }

func (Single) together(f *FastExploration, k int, plan *nas.Plan) {
	f.stages[0].rewards[k] = f.meritOr(networkReward(plan), plan)
}

// networkReward is the reward of the only RNN.
func networkReward(plan *nas.Plan) float64 {
	if plan.Feasible {
		return plan.Efficiency
	}
	worst := 1.0
	for _, st := range plan.Stages {
		worst = min(worst, utilizationReward(max(1, st.Utilization)))
	}
	return worst
}

// MACs is [Single] where a network is judged by its multiply-accumulates alone: its
// utilization is taken to be that of the first network times the ratio of their MACs.
// What meets the specification by that measure need not meet it. Merit is not asked what
// a proposal earns.
type MACs struct{ Single }

func (m MACs) begin(f *FastExploration) []nas.PlanStage {
	h := &byMACs{Hardware: f.hardware, macs: float64(f.fixed.MACs), efficiency: f.fixed.Efficiency}
	for _, st := range f.fixed.Stages {
		h.worst = max(h.worst, st.Utilization)
	}
	f.hardware = h
	return m.Single.begin(f)
}

func (MACs) together(f *FastExploration, k int, plan *nas.Plan) {
	f.stages[0].rewards[k] = utilizationReward(plan.Stages[0].Utilization)
}

// byMACs is hardware that guesses how networks run on it by their multiply-accumulates.
type byMACs struct {
	nas.Hardware
	macs, efficiency, worst float64 // of the first network: MACs, U and the highest U_i
	guess                   nas.Plan
	stage                   [1]nas.PlanStage
}

// Replan is a guess, which holds until the next: one stage, as busy as the busiest.
func (h *byMACs) Replan(actions []int, fps float64, fixed *nas.Plan) (*nas.Plan, error) {
	plan, err := h.Hardware.Replan(actions, fps, fixed)
	if err != nil {
		return nil, err
	}
	ratio := float64(plan.MACs) / h.macs
	h.guess = *plan // the plan itself may be another search's too
	h.guess.Efficiency, h.guess.Feasible = h.efficiency*ratio, h.worst*ratio <= 1
	h.stage[0].Utilization = h.worst * float64(plan.MACs) / h.macs
	h.guess.Stages = h.stage[:]
	return &h.guess, nil
}

// utilizationReward is u where the stage meets the specification, else a penalty.
func utilizationReward(u float64) float64 {
	if u <= 1 {
		return u
	}
	return max(nas.PrunedReward, 2-u)
}
