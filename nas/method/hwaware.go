package method

import (
	"context"
	"fmt"

	"coexplore/nas"
	"coexplore/nas/controller"
)

// HardwareAware is hardware-aware NAS, the older approach that co-exploration is
// measured against (arXiv 1907.04650, section V): partition and accelerator design
// are fixed beforehand, and only the network is searched. The controller is the
// same RNN; there is no fast exploration. A network that misses the specification
// on the fixed hardware gets the reward -1 and is not trained; the others are
// trained and earn Beta*accuracy + (1-Beta)*efficiency.
//
// Hardware that is a nas.Fixer is fixed before the search begins; other hardware
// is taken as it is.
type HardwareAware struct {
	Beta       float64 // weight of accuracy in the reward, 0 to 1
	Controller controller.Settings

	policy   *controller.Policy
	hardware nas.Hardware
}

// Name returns "hwaware".
func (m *HardwareAware) Name() string { return "hwaware" }

// Init implements nas.Method.
func (m *HardwareAware) Init(s *nas.Search) error {
	if !(m.Beta >= 0 && m.Beta <= 1) {
		return fmt.Errorf("method: beta must be between 0 and 1, is %g", m.Beta)
	}
	if m.Controller == (controller.Settings{}) {
		m.Controller = controller.DefaultSettings()
	}
	m.hardware = s.Problem.Hardware
	if f, ok := m.hardware.(nas.Fixer); ok {
		fixed, err := f.Fix()
		if err != nil {
			return err
		}
		m.hardware = fixed
	}
	policy, err := controller.New(s.Choices(), m.Controller, s.Rand)
	if err != nil {
		return err
	}
	m.policy = policy
	return nil
}

// State implements nas.Method.
func (m *HardwareAware) State() ([]byte, error) { return m.policy.MarshalBinary() }

// Restore implements nas.Method.
func (m *HardwareAware) Restore(_ *nas.Search, data []byte) error {
	return m.policy.UnmarshalBinary(data)
}

// Step implements nas.Method: one episode.
func (m *HardwareAware) Step(ctx context.Context, s *nas.Search) error {
	trials := []nas.Trial{{Episode: s.NextEpisode()}}
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
	t.Reward = nas.Reward(t, m.Beta)
	learn(m.policy, trials, [][]int{actions})
	return s.Finish(*t)
}
