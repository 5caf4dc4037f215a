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
	// Mode is which RNNs there are and what they earn; nil means [Split].
	Mode FastMode
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
	mode     FastMode
	stages   []fastStage
	batch    int // proposals of each; none where there is no stage
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
		hardware: hardware, fps: fps, fixed: plan, mode: settings.Mode, trial: slices.Clone(actions),
	}
	if f.mode == nil {
		f.mode = Split{}
	}
	for _, st := range f.mode.begin(f) {
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
	if len(f.stages) > 0 {
		f.batch = settings.Batch
	}
	f.Rewards = make([]float64, len(f.stages))
	return f, nil
}

// Step is one iteration: every RNN proposes layers for its stage, the networks
// that they make together are planned on the fixed partition, and each RNN learns.
//
// What an RNN earns the mode says; with Merit, all networks that meet the specification
// earn theirs instead, as a share of the most so far: what an RNN proposes is judged by
// what it makes of the best network.
func (f *FastExploration) Step(rng *rand.Rand) error {
	if f.Merit != nil && f.merit.best == 0 {
		f.merit.best = f.Merit(f.BestActions, f.fixed)
	}
	for i := range f.stages {
		st := &f.stages[i]
		for k := range st.proposals {
			st.proposals[k] = st.rnn.Sample(rng, st.proposals[k][:0])
		}
	}
	for k := range f.batch {
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
		f.mode.together(f, k, plan)
	}
	for i := range f.stages {
		st := &f.stages[i]
		if err := f.mode.alone(f, i); err != nil {
			return err
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
	return f.batch * f.mode.plans(len(f.stages))
}

// plan plans the network in f.trial and remembers it if it is the best so far.
func (f *FastExploration) plan() (*nas.Plan, error) {
	plan, err := f.hardware.Replan(f.trial, f.fps, f.fixed)
	if err != nil {
		return nil, err
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
