package method

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"coexplore/nas"
	"coexplore/nas/controller"
)

// FastSettings are how fast exploration learns.
type FastSettings struct {
	// Batch is the number of proposals that each RNN makes in an iteration and
	// learns from at once (m of the policy gradient in arXiv 1907.04650, section IV).
	Batch int
	// Controller holds the learning rule of the stages' RNNs; their size is that of
	// the controller.
	Controller controller.Settings
	// Single uses one RNN over the layers of all stages, which learns from the
	// network's efficiency: the alternative that splitting the controller is
	// measured against.
	Single bool
	// Joint judges an iteration's proposals by the networks that they make together, as
	// the paper's figure of the algorithm has it: stage i earns U_i in that network, and
	// nas.PrunedReward, whatever it misses by, where it misses the specification.
	Joint bool
	// MACs judges a network by its multiply-accumulates alone: its utilization is taken
	// to be that of the first network times the ratio of their MACs. It implies Single.
	// What meets the specification by that measure need not meet it.
	MACs bool
}

// DefaultFastSettings are four proposals an iteration, and a learning rate low
// enough for a few hundred of them.
func DefaultFastSettings() FastSettings {
	c := controller.DefaultSettings()
	c.LearningRate, c.Entropy = 0.003, 0.1
	return FastSettings{Batch: 4, Controller: c}
}

// FastExploration tunes a network to a pipeline whose partition and FPGAs stay
// fixed (arXiv 1907.04650, section IV-A): every stage has an RNN of its own,
// which proposes the stage's layers and learns from the stage's utilization.
// Nothing is trained. The best accelerator of every stage is found anew for each
// proposal.
type FastExploration struct {
	// What the last Step did.
	Rewards    []float64 // mean reward of each RNN's proposals
	Efficiency float64   // U of the network of all RNNs' first proposals
	Meets      bool      // whether that network meets the specification

	// The best network so far that meets the specification: the most efficient one, or
	// that with the most merit.
	Best        float64 // its U
	BestActions []int

	// Merit, if it is set before the first Step, is what a network that meets the
	// specification is worth, 0 or more, in place of its efficiency. It is called once
	// with each of them and its plan, neither of which is to be kept or changed.
	Merit func(actions []int, plan *nas.Plan) float64

	// Seen, if it is set, tells whether a network is already known; then Fresh is
	// the highest U so far of those that are not, and FreshActions the first network
	// with it, nil if there was none.
	Seen         func(actions []int) bool
	Fresh        float64
	FreshActions []int

	hardware nas.Hardware
	fps      float64
	fixed    *nas.Plan
	single   bool
	joint    bool
	macs     float64                             // of the first network, where networks are judged by theirs
	guess    nas.Plan                            // what is then thought of a network
	first    struct{ efficiency, worst float64 } // of the first network: U, and the highest U_i
	stages   []fastStage
	trial    []int
	merit    struct{ last, best float64 } // of the last plan, and the most
}

// fastStage is a stage with layers to decide, or with a single RNN all of them.
type fastStage struct {
	from, to  int // its decisions
	rnn       *controller.Policy
	proposals [][]int
	rewards   []float64
}

// NewFastExploration prepares fast exploration from the network of actions on
// its plan, for fps frames a second. The policy is copied, not changed.
func NewFastExploration(hardware nas.Hardware, fps float64, policy *controller.Policy, settings FastSettings,
	actions []int, plan *nas.Plan) (*FastExploration, error) {
	if settings.Batch < 1 {
		return nil, fmt.Errorf("method: fast exploration needs at least 1 proposal an iteration, has %d", settings.Batch)
	}
	f := &FastExploration{
		Best: plan.Efficiency, BestActions: slices.Clone(actions),
		hardware: hardware, fps: fps, fixed: plan, single: settings.Single || settings.MACs, joint: settings.Joint,
		trial: slices.Clone(actions),
	}
	if settings.MACs {
		f.macs, f.first.efficiency = float64(plan.MACs), plan.Efficiency
		for _, st := range plan.Stages {
			f.first.worst = max(f.first.worst, st.Utilization)
		}
	}
	ranges := plan.Stages
	if f.single && len(ranges) > 1 {
		ranges = []nas.PlanStage{{From: ranges[0].From, To: ranges[len(ranges)-1].To}}
	}
	for _, st := range ranges {
		rnn := policy.Segment(st.From, st.To)
		if err := rnn.Configure(settings.Controller); err != nil {
			return nil, err
		}
		stage := fastStage{
			from: st.From, to: st.To, rnn: rnn,
			proposals: make([][]int, settings.Batch), rewards: make([]float64, settings.Batch),
		}
		for k := range stage.proposals {
			stage.proposals[k] = make([]int, 0, st.To-st.From)
		}
		f.stages = append(f.stages, stage)
	}
	f.Rewards = make([]float64, len(f.stages))
	return f, nil
}

// Step is one iteration: every RNN proposes layers for its stage, the networks
// that they make together are planned on the fixed partition, and each RNN learns.
//
// Unless the settings say otherwise, an RNN's proposals are judged one by one in the
// best network so far, whose other stages stay as they are: so a reward does not
// depend on what the other RNNs happened to propose, and a good stage need not wait
// until the others are good in the same iteration. The reward is the stage's
// utilization U_i where that is at most 1. Where the stage misses the specification it
// is 2-U_i, at least -1: a penalty that grows with the miss, so that a small one leads
// back to the edge where the best networks are. A proposal whose feature maps make the
// next stage miss gets that stage's penalty. With Merit, all networks that meet the
// specification earn theirs instead, as a share of the most so far: what an RNN proposes
// is judged by what it makes of the best network.
func (f *FastExploration) Step(rng *rand.Rand) error {
	if f.Merit != nil && f.merit.best == 0 {
		f.merit.best = f.Merit(f.BestActions, f.fixed)
	}
	batch := 0
	for i := range f.stages {
		st := &f.stages[i]
		batch = len(st.proposals)
		for k := range st.proposals {
			st.proposals[k] = st.rnn.Sample(rng, st.proposals[k][:0])
		}
	}
	for k := range batch {
		copy(f.trial, f.BestActions)
		for i := range f.stages {
			copy(f.trial[f.stages[i].from:f.stages[i].to], f.stages[i].proposals[k])
		}
		plan, err := f.plan()
		if err != nil {
			return err
		}
		if k == 0 {
			f.Efficiency, f.Meets = plan.Efficiency, plan.Feasible
		}
		switch {
		case f.macs > 0:
			f.stages[0].rewards[k] = utilizationReward(f.first.worst * float64(plan.MACs) / f.macs)
		case f.single:
			f.stages[0].rewards[k] = f.meritOr(networkReward(plan), plan)
		case f.joint:
			for i := range f.stages {
				f.stages[i].rewards[k] = jointReward(plan.Stages[i].Utilization)
			}
		}
	}
	for i := range f.stages {
		st := &f.stages[i]
		if !f.single && !f.joint {
			for k := range st.proposals {
				copy(f.trial, f.BestActions)
				copy(f.trial[st.from:st.to], st.proposals[k])
				plan, err := f.plan()
				if err != nil {
					return err
				}
				st.rewards[k] = f.meritOr(stageReward(plan, i), plan)
			}
		}
		st.rnn.Update(st.proposals, st.rewards)
		f.Rewards[i] = 0
		for _, r := range st.rewards {
			f.Rewards[i] += r / float64(len(st.rewards))
		}
	}
	return nil
}

// StepPlans is how many plans a Step makes.
func (f *FastExploration) StepPlans() int {
	if f.single || f.joint {
		return len(f.stages[0].proposals)
	}
	n := 0
	for i := range f.stages {
		n += len(f.stages[i].proposals)
	}
	return n + n/max(1, len(f.stages)) // each alone, and all together
}

// plan plans the network in f.trial and remembers it if it is the best so far.
func (f *FastExploration) plan() (*nas.Plan, error) {
	plan, err := f.hardware.Replan(f.trial, f.fps, f.fixed)
	if err != nil {
		return nil, err
	}
	if f.macs > 0 {
		ratio := float64(plan.MACs) / f.macs
		f.guess = *plan // the plan itself may be another search's too
		f.guess.Efficiency, f.guess.Feasible = f.first.efficiency*ratio, f.first.worst*ratio <= 1
		plan = &f.guess
	}
	better := plan.Feasible && plan.Efficiency > f.Best
	if f.Merit != nil && plan.Feasible {
		f.merit.last = f.Merit(f.trial, plan)
		better = f.merit.last > f.merit.best
		f.merit.best = max(f.merit.best, f.merit.last)
	}
	if better {
		f.Best = plan.Efficiency
		copy(f.BestActions, f.trial)
	}
	if f.Seen != nil && plan.Feasible && plan.Efficiency > f.Fresh && !f.Seen(f.trial) {
		f.Fresh = plan.Efficiency
		f.FreshActions = append(f.FreshActions[:0], f.trial...)
	}
	return plan, nil
}

// meritOr is the reward by the merit of the network that was just planned, where
// networks have one and it meets the specification; else the given reward.
func (f *FastExploration) meritOr(reward float64, plan *nas.Plan) float64 {
	switch {
	case f.Merit == nil || !plan.Feasible:
		return reward
	case f.merit.best == 0:
		return 0
	}
	return f.merit.last / f.merit.best
}

// jointReward is the paper's reward of a stage.
func jointReward(u float64) float64 {
	if u <= 1 {
		return u
	}
	return nas.PrunedReward
}

// stageReward is the reward of the RNN of stage i.
func stageReward(plan *nas.Plan, i int) float64 {
	u := plan.Stages[i].Utilization
	if u <= 1 && !plan.Feasible && i+1 < len(plan.Stages) {
		u = max(u, plan.Stages[i+1].Utilization)
	}
	return utilizationReward(u)
}

// networkReward is the reward of the only RNN: the efficiency, or the penalty of
// the stage that misses the specification the most.
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

// utilizationReward is u where the stage meets the specification, else a penalty.
func utilizationReward(u float64) float64 {
	if u <= 1 {
		return u
	}
	return max(nas.PrunedReward, 2-u)
}
