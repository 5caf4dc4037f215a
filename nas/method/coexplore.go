package method

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"coexplore/nas"
	"coexplore/nas/controller"
)

// CoExploration is the two-level exploration of arXiv 1907.04650, section IV, with our
// own changes to it; [PaperCoExploration] is the method as the paper has it.
//
// An episode samples a network from the controller and finds its best pipeline
// (BLAST). If no pipeline meets the specification, the network is pruned without
// training and its reward is -1. Otherwise fast exploration keeps the pipeline's
// partition and FPGAs, gives every stage an independent RNN that starts from the
// controller's weights, and lets each learn from its own stage's utilization;
// nothing is trained. The network with the highest efficiency goes to slow
// exploration: it is trained, and the controller, which fast exploration did not
// touch, learns from
//
//	R = Beta*accuracy + (1-Beta)*efficiency
//
// on the probabilities that it gives the decisions of that network.
//
// What differs from the paper:
//   - fast exploration judges a stage's proposal in the best network so far, not with
//     what the other stages' RNNs happen to propose, at the cost of a plan for each;
//   - it punishes a stage that misses the specification by how much it does;
//   - it chooses the most efficient network that was not trained yet: see Repeat;
//   - its RNNs and the controller get an entropy bonus.
//
// The controller learns: with a learning rate of 0.01 and hardly an entropy bonus, the
// reward of the networks that it samples on the built-in table at 2,400 frames/s, before
// fast exploration, rises from -0.10 in the first to 0.38 in the last quarter of a search
// for 60 trained networks (mean of 20 seeds), while that of what fast exploration makes
// of them falls, for the best are trained first and none is trained twice. It learns to
// meet the specification above all: 50 % of its networks do at first, 87 % at the end
// (mean of 10 seeds, another table), since the penalty of a miss is some thirty times as far from the
// rewards of trained networks as these are from each other. That saves plans and not
// children, for what misses the specification is never trained; so a controller that is
// Frozen finds as good a front, and the settings that study.Tune chooses let it learn
// slowly or keep it exploring. Learning more from each child, with 4 updates on batches
// of all networks so far, raises the reward of samples faster and finds a worse front:
// one reward has one best network, and a front has many.
//
// The efficiency of a network is always that of its best pipeline: the network
// that fast exploration chose is planned anew, which can only raise it.
type CoExploration struct {
	Beta float64 // weight of accuracy in the reward, 0 to 1

	// FastSteps is the most iterations of fast exploration in an episode. Zero
	// means DefaultFastSteps, a negative number none at all.
	FastSteps int
	// Patience ends fast exploration when so many iterations in a row found no
	// higher efficiency. Zero means DefaultPatience.
	Patience int
	// Batch is the number of episodes that the controller learns from at once (m
	// of the policy gradient in arXiv 1907.04650, section IV). Zero means 1. The networks of a batch can be
	// trained side by side: see nas.Settings.Workers.
	Batch int
	// Repeat lets fast exploration choose a network that was evaluated before, as
	// the paper's figure of the algorithm has it; its accuracy is then looked up.
	// Otherwise it chooses the most efficient one that was not, where it finds one,
	// so that every episode teaches something new.
	Repeat bool
	// Frozen leaves the controller as it begins, random: what is found then is fast
	// exploration's doing.
	Frozen bool
	// Title is what Name returns; empty means "coexplore".
	Title string
	// Controller holds the settings of the RNN. The zero value means
	// controller.DefaultSettings, with the learning rate and the entropy bonus that
	// were tuned for co-exploration.
	Controller controller.Settings
	// Fast is how fast exploration learns. The zero value means
	// DefaultFastSettings.
	Fast FastSettings

	policy *controller.Policy
}

// What fast exploration does where its settings are zero.
const (
	DefaultFastSteps = 60
	DefaultPatience  = 20
)

// Name returns Title.
func (m *CoExploration) Name() string { return cmp.Or(m.Title, "coexplore") }

// Init implements nas.Method.
func (m *CoExploration) Init(s *nas.Search) error {
	if !(m.Beta >= 0 && m.Beta <= 1) {
		return fmt.Errorf("method: beta must be between 0 and 1, is %g", m.Beta)
	}
	if m.Patience < 0 || m.Batch < 0 {
		return fmt.Errorf("method: patience and batch cannot be negative, are %d and %d", m.Patience, m.Batch)
	}
	if m.FastSteps == 0 {
		m.FastSteps = DefaultFastSteps
	}
	if m.Patience == 0 {
		m.Patience = DefaultPatience
	}
	m.Batch = max(1, m.Batch)
	if m.Controller == (controller.Settings{}) {
		m.Controller = tunedController("coexplore")
	}
	if m.Fast == (FastSettings{}) {
		m.Fast = DefaultFastSettings()
	}
	policy, err := controller.New(s.Choices(), m.Controller, s.Rand)
	if err != nil {
		return err
	}
	m.policy = policy
	return nil
}

// State implements nas.Method.
func (m *CoExploration) State() ([]byte, error) { return m.policy.MarshalBinary() }

// Restore implements nas.Method.
func (m *CoExploration) Restore(_ *nas.Search, data []byte) error {
	return m.policy.UnmarshalBinary(data)
}

// Step implements nas.Method: a batch of episodes.
func (m *CoExploration) Step(ctx context.Context, s *nas.Search) error {
	batch := s.Batch(m.Batch)
	trials := make([]nas.Trial, batch)
	actions := make([][]int, batch)
	for i := range trials {
		if err := ctx.Err(); err != nil {
			return err
		}
		var err error
		if trials[i], actions[i], err = m.propose(ctx, s); err != nil {
			return err
		}
	}
	if err := s.Evaluate(ctx, trials); err != nil {
		return err
	}
	for i := range trials {
		trials[i].Reward = nas.Reward(&trials[i], m.Beta)
	}
	if m.Frozen {
		for i := range trials {
			trials[i].Entropy = m.policy.Entropy(actions[i])
		}
	} else {
		learn(m.policy, trials, actions)
	}
	for i := range trials {
		trials[i].FastSeconds += s.FastElapsed()
		if err := s.Finish(trials[i]); err != nil {
			return err
		}
	}
	return nil
}

// propose samples a network, prunes it or lets fast exploration improve it, and
// returns the trial, not yet evaluated, with the actions to learn from.
func (m *CoExploration) propose(ctx context.Context, s *nas.Search) (nas.Trial, []int, error) {
	t := nas.Trial{Episode: s.NextEpisode()}
	space := s.Problem.Space
	actions := m.policy.Sample(s.Rand, nil)
	actions = actions[:space.Used(actions)]
	t.Sampled = space.Network(actions)
	plan, err := s.Plan(actions)
	if err != nil {
		return t, nil, err
	}
	if plan.Feasible && m.FastSteps > 0 {
		if actions, err = m.explore(ctx, s, &t, actions, plan); err != nil {
			return t, nil, err
		}
		if plan, err = s.Plan(actions); err != nil {
			return t, nil, err
		}
	}
	s.Describe(&t, actions, plan)
	t.FastSeconds = s.FastElapsed()
	return t, actions, nil
}

// explore is fast exploration from the network of actions on its pipeline. It
// returns the actions of the most efficient network that meets the
// specification, the given one included.
func (m *CoExploration) explore(ctx context.Context, s *nas.Search, t *nas.Trial, actions []int, plan *nas.Plan) ([]int, error) {
	fast, err := NewFastExploration(s.Problem.Hardware, s.Problem.Spec, m.policy, m.Fast, actions, plan)
	if err != nil {
		return nil, err
	}
	t.FastStart = plan.Efficiency
	if !m.Repeat {
		fast.Seen = s.Known
		if !s.Known(actions) {
			fast.Fresh, fast.FreshActions = plan.Efficiency, slices.Clone(actions)
		}
	}
	stale := 0
	// One more plan is for the network that is chosen.
	for step := 1; step <= m.FastSteps && stale < m.Patience && s.MayPlan(fast.StepPlans()+1); step++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		before := fast.Best
		if err := fast.Step(s.Rand); err != nil {
			return nil, err
		}
		stale++
		if fast.Best > before {
			stale = 0
		}
		t.FastSteps = step
		err := s.RecordFast(nas.FastStep{
			Episode: t.Episode, Step: step, Rewards: fast.Rewards,
			Efficiency: fast.Efficiency, Meets: fast.Meets, Best: fast.Best,
		})
		if err != nil {
			return nil, err
		}
	}
	t.FastBest = fast.Best
	if fast.FreshActions != nil {
		t.FastBest = fast.Fresh
		return fast.FreshActions, nil
	}
	return fast.BestActions, nil
}
