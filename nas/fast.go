package nas

import (
	"math/rand/v2"
	"slices"

	"coexplore/nas/controller"
)

// DefaultFastController are the settings of the stages' RNNs where none are
// given: a stage is learned in some dozens of iterations, so they learn faster
// than the controller.
func DefaultFastController() controller.Settings {
	s := controller.DefaultSettings()
	s.LearningRate = 0.02
	return s
}

// FastExploration tunes a network to a pipeline whose partition and FPGAs stay
// fixed (arXiv 1907.04650, section IV-A): every stage has an RNN of its own,
// which proposes the stage's layers and learns from the stage's utilization.
// Nothing is trained. The best accelerator of every stage is found anew for each
// proposal.
type FastExploration struct {
	// What the last Step did.
	Rewards    []float64 // of each stage that has decisions to make
	Efficiency float64   // U of the network that was proposed
	Meets      bool      // whether that network meets the specification

	// The best network so far that meets the specification.
	Best        float64 // its U
	BestActions []int

	hardware Hardware
	fps      float64
	fixed    *Plan
	stages   []fastStage
	actions  []int
}

// fastStage is a stage with layers to decide.
type fastStage struct {
	from, to int // its decisions
	rnn      *controller.Policy
	sample   []int
	episode  [][]int
	reward   []float64
}

// NewFastExploration prepares fast exploration from the network of actions on
// its plan, for fps frames a second. The policy is copied, not changed.
func NewFastExploration(hardware Hardware, fps float64, policy *controller.Policy, settings controller.Settings,
	actions []int, plan *Plan) (*FastExploration, error) {
	f := &FastExploration{
		Best: plan.Efficiency, BestActions: slices.Clone(actions),
		hardware: hardware, fps: fps, fixed: plan, actions: slices.Clone(actions),
	}
	for _, st := range plan.Stages {
		rnn := policy.Segment(st.From, st.To)
		if err := rnn.Configure(settings); err != nil {
			return nil, err
		}
		f.stages = append(f.stages, fastStage{
			from: st.From, to: st.To, rnn: rnn,
			sample: make([]int, 0, st.To-st.From), episode: make([][]int, 1), reward: make([]float64, 1),
		})
	}
	f.Rewards = make([]float64, len(f.stages))
	return f, nil
}

// Step is one iteration: every stage's RNN proposes its layers, the network they
// make is planned on the fixed partition, and each RNN learns from its own
// reward: the stage's utilization U_i where that is at most 1, otherwise 1-U_i,
// at least -1, which is the more negative the more the stage misses the
// specification.
func (f *FastExploration) Step(rng *rand.Rand) error {
	for i := range f.stages {
		st := &f.stages[i]
		st.sample = st.rnn.Sample(rng, st.sample[:0])
		copy(f.actions[st.from:st.to], st.sample)
	}
	plan, err := f.hardware.Replan(f.actions, f.fps, f.fixed)
	if err != nil {
		return err
	}
	f.Meets, f.Efficiency = plan.Feasible, plan.Efficiency
	if f.Meets && f.Efficiency > f.Best {
		f.Best = f.Efficiency
		copy(f.BestActions, f.actions)
	}
	for i := range f.stages {
		st := &f.stages[i]
		f.Rewards[i] = stageReward(plan.Stages[i].Utilization)
		st.episode[0], st.reward[0] = st.sample, f.Rewards[i]
		st.rnn.Update(st.episode, st.reward)
	}
	return nil
}

// stageReward is the reward of a stage of utilization u.
func stageReward(u float64) float64 {
	if u <= 1 {
		return u
	}
	return max(prunedReward, 1-u)
}
