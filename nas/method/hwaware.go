package method

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"coexplore/nas"
	"coexplore/nas/controller"
)

// HardwareAware is hardware-aware NAS, the older approach that co-exploration is
// measured against (arXiv 1907.04650, section V): partition and accelerator designs
// are fixed beforehand, and only the network is searched. The controller is the
// same RNN; there is no fast exploration. A network that misses the specification
// on the fixed hardware gets the reward -1 and is not trained; the others are
// trained and earn Beta*accuracy + (1-Beta)*efficiency.
//
// Hardware that is a nas.Fixer is fixed before the search begins; other hardware
// is taken as it is. What it is fixed to the paper does not say in general; there it
// is hardware that knows of no specification, on which what is found reaches 16.2 and
// 6.8 frames/s where 35 and 10 are asked for. So is that of a negative Sample, which
// nas.Fixer.Preset gives. Otherwise the method gets the best fixed hardware for a sample
// of networks that meet the specification, drawn at random: of the pipelines that are
// best for one of them, partition and accelerators, that on which all of them have the
// highest mean efficiency, a network that misses the specification counting as 0.
type HardwareAware struct {
	Beta float64 // weight of accuracy in the reward, 0 to 1
	// Sample is how many networks that meet the specification hardware is chosen by,
	// with at most 20*Sample + Sample*Sample plans, or half of those that the search
	// may make; it is an error if no network that is drawn meets the specification.
	// Zero means DefaultHardwareSample, a negative number the paper's form:
	// hardware that is fixed without knowing the specification.
	Sample int
	// Controller holds the settings of the RNN. The zero value means
	// controller.DefaultSettings, with the learning rate and the entropy bonus that
	// were tuned for the method.
	Controller controller.Settings

	policy   *controller.Policy
	hardware nas.Hardware
	fixing   float64 // seconds that fixing the hardware took
}

// Name returns "hwaware".
func (m *HardwareAware) Name() string { return "hwaware" }

// Init implements nas.Method.
func (m *HardwareAware) Init(s *nas.Search) error {
	if !(m.Beta >= 0 && m.Beta <= 1) {
		return fmt.Errorf("method: beta must be between 0 and 1, is %g", m.Beta)
	}
	if m.Controller == (controller.Settings{}) {
		m.Controller = tunedController(m.Name())
	}
	if err := m.fix(s); err != nil {
		return err
	}
	policy, err := controller.New(s.Choices(), m.Controller, s.Rand)
	if err != nil {
		return err
	}
	m.policy = policy
	return nil
}

// fix fixes the hardware.
func (m *HardwareAware) fix(s *nas.Search) (err error) {
	began := time.Now()
	m.hardware = s.Problem.Hardware
	if f, ok := m.hardware.(nas.Fixer); !ok {
		return nil
	} else if m.Sample < 0 {
		m.hardware, err = f.Preset()
	} else {
		m.hardware, err = fixHardware(s, f, cmp.Or(m.Sample, DefaultHardwareSample))
	}
	m.fixing = time.Since(began).Seconds()
	return err
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
	if t.Episode == 0 { // the first answers for the hardware, as it does for its plans
		t.FastSeconds += m.fixing
	}
	if err := s.Evaluate(ctx, trials); err != nil {
		return err
	}
	t.Reward = nas.Reward(t, m.Beta)
	learn(m.policy, trials, [][]int{actions})
	return s.Finish(*t)
}
