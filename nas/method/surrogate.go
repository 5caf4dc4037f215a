package method

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"coexplore/nas"
	"coexplore/nas/controller"
)

// Surrogate is surrogate co-exploration, which the paper of [CoExploration] does not
// have: accuracy, which costs a training, is predicted by an [AccuracyModel] from the
// networks trained so far; efficiency, which costs a plan, is known. Of all networks
// that it has planned, the one is trained that is expected to add most to the
// hypervolume of the front, above accuracy 0 and efficiency 0 (pareto.Staircase).
// That is Bayesian optimization of two objectives, one of which is cheap (Emmerich,
// Giannakoglou and Naujoks, IEEE Trans. Evolutionary Computation 10(4), 2006).
//
// The candidates of an episode are made with as many plans as Screen says. A part is
// random; a part is made by fast exploration from the best candidate, whose RNN, one for
// all stages, earns the expected improvement in place of the efficiency
// (FastExploration.Merit); the rest changes one or two decisions of the best candidates
// and of the front. What was not trained stays a candidate of later episodes. Fast
// exploration's RNN begins as a copy of a controller, which learns from the reward of
// each network trained, as in co-exploration.
//
// What its parts are worth, in the median of 30 searches for 60 networks on the built-in
// table at 2,400 frames/s: it comes within 1 % of the true front's hypervolume after 21
// networks in all 30; without fast exploration after 19 and with random candidates after
// 18, in all 30; with predictions that count as certain after 34, in 19; and what predicts
// by its prior alone (Naive) after 18, in 29. At 1,500 frames/s it needs 21
// networks and its prior alone 58; on NAS-Bench-201's accuracies (90 frames/s, three
// XC7Z015) it needs 8, with random candidates 9 and its prior alone 4. So the forecasts
// and their uncertainty matter, where the candidates are from does not, and what is
// learned from accuracies pays where the prior is wrong.
//
// Each trained network has its forecast in nas.Trial.Forecast: whether the model knows
// what it does not know can be counted (nas.Forecasts) and seen (figure.Calibration).
type Surrogate struct {
	Beta float64 // weight of accuracy in the controller's reward, 0 to 1
	// Screen is how many networks are planned for each that is proposed; zero means
	// DefaultScreen. They are fewer where the search may not plan as many: see
	// nas.Settings.MaxPlans.
	Screen int
	// Pool is how many candidates are kept for later episodes, the best; zero means
	// DefaultPool.
	Pool int

	// Ablations.
	Random  bool // all candidates are random
	Local   bool // neighbours in place of fast exploration
	Certain bool // the predicted accuracy counts as certain: the model's median alone
	Naive   bool // nothing is learned from accuracies: larger networks are thought more accurate, by the model's prior
	// Title is what Name returns; empty means "surrogate".
	Title string

	policy *controller.Policy
	model  *AccuracyModel
	read   int // trials that the model knows
	pool   []candidate
	chosen int // networks, to know which was the last
}

// DefaultPool is Surrogate's Pool where it is zero.
const DefaultPool = 500

// Name returns Title.
func (m *Surrogate) Name() string { return cmp.Or(m.Title, "surrogate") }

// Init implements nas.Method.
func (m *Surrogate) Init(s *nas.Search) error {
	if !(m.Beta >= 0 && m.Beta <= 1) {
		return fmt.Errorf("method: beta must be between 0 and 1, is %g", m.Beta)
	}
	if m.Pool < 0 {
		return fmt.Errorf("method: pool cannot be negative, is %d", m.Pool)
	}
	if err := checkScreen(&m.Screen); err != nil {
		return err
	}
	m.Pool = cmp.Or(m.Pool, DefaultPool)
	m.model = NewAccuracyModel(s.Problem.Space)
	var err error
	m.policy, err = controller.New(s.Choices(), controller.DefaultSettings(), s.Rand)
	return err
}

// surrogateState is what Surrogate remembers. The model is made anew from the trials.
type surrogateState struct {
	Policy []byte      `json:"policy"`
	Pool   []candidate `json:"pool"`
}

// State implements nas.Method.
func (m *Surrogate) State() ([]byte, error) {
	policy, err := m.policy.MarshalBinary()
	if err != nil {
		return nil, err
	}
	return json.Marshal(surrogateState{policy, m.pool})
}

// Restore implements nas.Method.
func (m *Surrogate) Restore(s *nas.Search, data []byte) error {
	var state surrogateState
	if err := json.Unmarshal(data, &state); err != nil {
		return err
	}
	m.pool = state.Pool
	for i := range m.pool {
		c := &m.pool[i]
		if n := len(c.Actions); n > len(s.Choices()) || n == 0 {
			return fmt.Errorf("method: a candidate has %d decisions, the space has %d", n, len(s.Choices()))
		}
		for k, a := range c.Actions {
			if a < 0 || a >= s.Choices()[k] {
				return fmt.Errorf("method: a candidate chooses value %d of decision %d, which has %d", a, k, s.Choices()[k])
			}
		}
		c.name = s.Problem.Space.Network(c.Actions)
	}
	return m.policy.UnmarshalBinary(state.Policy)
}

// Step implements nas.Method: one network.
func (m *Surrogate) Step(ctx context.Context, s *nas.Search) error {
	if err := m.learnAccuracies(s); err != nil {
		return err
	}
	trials := []nas.Trial{{Episode: s.NextEpisode()}}
	actions, rest, err := m.choose(ctx, s, &trials[0])
	if err != nil {
		return err
	}
	plan, err := s.Plan(actions)
	if err != nil {
		return err
	}
	s.Describe(&trials[0], actions, plan)
	if plan.Feasible {
		f := m.model.Predict(actions, plan.Params, plan.MACs).Forecast()
		trials[0].Forecast = &f
	}
	trials[0].FastSeconds = s.FastElapsed()
	before := m.pool
	m.pool = rest // for what is proposed meanwhile
	m.chosen++
	chosen := m.chosen
	if err := s.Evaluate(ctx, trials); err != nil {
		return err
	}
	if trials[0].Status == nas.Failed && m.chosen == chosen { // a failure changes nothing
		m.pool = before
	}
	trials[0].Reward = nas.Reward(&trials[0], m.Beta)
	learn(m.policy, trials, [][]int{actions})
	return s.Finish(trials[0])
}

// learnAccuracies adds the accuracies of trials that the model does not know.
func (m *Surrogate) learnAccuracies(s *nas.Search) error {
	for ; m.read < len(s.Trials()); m.read++ {
		t := &s.Trials()[m.read]
		if t.Status != nas.Trained || m.Naive {
			continue
		}
		actions, err := s.Problem.Space.Actions(t.Network)
		if err != nil {
			return err
		}
		m.model.Add(actions, t.Params, t.MACs, t.Accuracy)
	}
	return nil
}
