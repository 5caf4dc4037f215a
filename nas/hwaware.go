package nas

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"coexplore/hw"
	"coexplore/nas/controller"
)

// HardwareAware is hardware-aware NAS, the older approach that co-exploration is
// measured against (arXiv 1907.04650, section V): partition and accelerator design
// are fixed beforehand, and only the network is searched. The controller is the
// same RNN; there is no fast exploration. A network that misses the specification
// on the fixed hardware gets the reward -1 and is not trained; the others are
// trained and earn Beta*accuracy + (1-Beta)*efficiency.
//
// The hardware is that of the network in the middle of the space, which takes the
// middle one of the values of every decision: its partition for the highest
// throughput over all FPGAs of the pool, and the one accelerator design that is
// best for all of its layers together. A network of another depth is cut in the
// same proportions. All FPGAs of the pool must be of one type.
type HardwareAware struct {
	Beta       float64 // weight of accuracy in the reward, 0 to 1
	Controller controller.Settings

	policy   *controller.Policy
	hardware Hardware
}

// Name returns "hwaware".
func (m *HardwareAware) Name() string { return "hwaware" }

// Init implements [Method].
func (m *HardwareAware) Init(s *Search) error {
	if !(m.Beta >= 0 && m.Beta <= 1) {
		return fmt.Errorf("beta must be between 0 and 1, is %g", m.Beta)
	}
	if m.Controller == (controller.Settings{}) {
		m.Controller = controller.DefaultSettings()
	}
	m.hardware = s.hardware
	if p, ok := s.hardware.(*Pipelines); ok {
		fixed, err := newFixedPipeline(p)
		if err != nil {
			return err
		}
		m.hardware = fixed
	}
	policy, err := controller.New(s.choices, m.Controller, s.Rand)
	if err != nil {
		return err
	}
	m.policy = policy
	return nil
}

// State implements [Method].
func (m *HardwareAware) State() ([]byte, error) { return m.policy.MarshalBinary() }

// Restore implements [Method].
func (m *HardwareAware) Restore(_ *Search, data []byte) error { return m.policy.UnmarshalBinary(data) }

// Step implements [Method]: one episode.
func (m *HardwareAware) Step(ctx context.Context, s *Search) error {
	trials := []Trial{{Episode: s.NextEpisode()}}
	t := &trials[0]
	actions := m.policy.Sample(s.Rand, nil)
	actions = actions[:s.Problem.Space.Used(actions)]
	plan, err := m.hardware.Plan(actions, s.Problem.Spec)
	if err != nil {
		return err
	}
	s.Describe(t, actions, plan)
	t.FastSeconds = s.FastElapsed()
	if err := s.Evaluate(ctx, trials); err != nil {
		return err
	}
	t.Reward = reward(t, m.Beta)
	stats := m.policy.Update([][]int{actions}, []float64{t.Reward})
	t.Baseline, t.Entropy = stats.Baseline, stats.Entropy
	return s.Finish(*t)
}

// fixedPipeline is hardware whose partition and design are fixed.
type fixedPipeline struct {
	*Pipelines
	device string
	design hw.Design
	shares []float64 // where each stage but the last ends, as a share of the depth
}

func newFixedPipeline(p *Pipelines) (*fixedPipeline, error) {
	pool := p.planner.Pool()
	if len(pool) != 1 {
		return nil, fmt.Errorf("hardware-aware NAS fixes one accelerator design and so needs FPGAs of one type, the pool is %s", pool)
	}
	decisions := p.space.Decisions()
	middle := make([]int, len(decisions))
	for i, d := range decisions {
		middle[i] = len(d.Values) / 2
	}
	p.net = p.space.Decode(middle, p.net)
	network, err := p.net.Network(p.space.Input, p.space.Classes, p.space.Head)
	if err != nil {
		return nil, err
	}
	depth := len(p.net)
	plan, err := p.planner.Plan(network, 1, hw.MaxThroughput)
	if err != nil {
		return nil, err
	}
	best, err := hw.BestDesign(network.Loops()[:depth], &pool[0].Device, p.planner.Target())
	if err != nil {
		return nil, err
	}
	f := &fixedPipeline{Pipelines: p, device: pool[0].Device.Part, design: best.Design}
	for _, st := range plan.Stages[:len(plan.Stages)-1] {
		if st.Last+1 < depth {
			f.shares = append(f.shares, float64(st.Last+1)/float64(depth))
		}
	}
	return f, nil
}

// Plan implements [Hardware].
func (f *fixedPipeline) Plan(actions []int, fps float64) (*Plan, error) {
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
	pipeline, err := f.planner.PlanDesign(network, fps, f.placement, f.design)
	var misfit *hw.FitError
	if errors.As(err, &misfit) {
		return &Plan{Reason: err.Error(), Params: network.Params(), MACs: network.MACs()}, nil
	}
	if err != nil {
		return nil, err
	}
	return f.describe(&f.free.plan, pipeline), nil
}

// Replan implements [Hardware]: everything is fixed anyway.
func (f *fixedPipeline) Replan(actions []int, fps float64, _ *Plan) (*Plan, error) {
	return f.Plan(actions, fps)
}

// Sequential is optimization one after the other (arXiv 1907.04650, section V):
// hardware-aware NAS first, then the best pipeline, found by BLAST, for the one
// network with the highest reward. That design is the last trial, in addition to
// the episodes asked for; the trials before it stand as hardware-aware NAS left
// them, on the fixed hardware.
type Sequential struct {
	HardwareAware
	done bool
}

// Name returns "sequential".
func (m *Sequential) Name() string { return "sequential" }

// sequentialState is what Sequential remembers.
type sequentialState struct {
	Search []byte `json:"search"`
	Done   bool   `json:"done"`
}

// State implements [Method].
func (m *Sequential) State() ([]byte, error) {
	data, err := m.HardwareAware.State()
	if err != nil {
		return nil, err
	}
	return json.Marshal(sequentialState{data, m.done})
}

// Restore implements [Method].
func (m *Sequential) Restore(s *Search, data []byte) error {
	var state sequentialState
	if err := json.Unmarshal(data, &state); err != nil {
		return err
	}
	m.done = state.Done
	return m.HardwareAware.Restore(s, state.Search)
}

// Finish implements [Finisher].
func (m *Sequential) Finish(ctx context.Context, s *Search) error {
	if m.done {
		return nil
	}
	var best *Trial
	for i := range s.trials {
		t := &s.trials[i]
		if (t.Status == Trained || t.Status == Reused) && (best == nil || t.Reward > best.Reward) {
			best = t
		}
	}
	m.done = true
	if best == nil {
		return nil
	}
	actions, err := s.Problem.Space.Actions(best.Network)
	if err != nil {
		return err
	}
	trials := []Trial{{Episode: s.NextEpisode()}}
	plan, err := s.Plan(actions)
	if err != nil {
		return err
	}
	s.Describe(&trials[0], actions, plan)
	trials[0].FastSeconds = s.FastElapsed()
	if err := s.Evaluate(ctx, trials); err != nil {
		return err
	}
	trials[0].Reward = reward(&trials[0], m.Beta)
	return s.Finish(trials[0])
}
