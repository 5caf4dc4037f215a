package nas

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// Evolution is regularized (aging) evolution after Real et al., "Regularized
// Evolution for Image Classifier Architecture Search" (AAAI 2019), algorithm 1:
// the best of a few networks drawn from the population gets a child with one
// decision changed, and the oldest member makes room for it. The first Population
// networks are drawn at random. A network that no pipeline runs fast enough is
// pruned without training and does not join the population.
type Evolution struct {
	Beta       float64 // weight of accuracy in the fitness, 0 to 1: the reward of METHOD's slow exploration
	Population int     // zero means DefaultPopulation
	Tournament int     // members drawn to find a parent; zero means DefaultTournament

	members []member // oldest first
}

// Evolution's settings where they are zero.
const (
	DefaultPopulation = 20
	DefaultTournament = 5
)

// A member of a population. Actions holds a value for every decision of the
// space, used or not.
type member struct {
	Actions    []int   `json:"actions"`
	Reward     float64 `json:"reward"`
	Accuracy   float64 `json:"accuracy"`
	Efficiency float64 `json:"efficiency"`
}

// Name returns "evolution".
func (m *Evolution) Name() string { return "evolution" }

// Init implements [Method].
func (m *Evolution) Init(*Search) error {
	if !(m.Beta >= 0 && m.Beta <= 1) {
		return fmt.Errorf("beta must be between 0 and 1, is %g", m.Beta)
	}
	if m.Population < 0 || m.Tournament < 0 {
		return fmt.Errorf("population and tournament cannot be negative, are %d and %d", m.Population, m.Tournament)
	}
	if m.Population == 0 {
		m.Population = DefaultPopulation
	}
	if m.Tournament == 0 {
		m.Tournament = DefaultTournament
	}
	return nil
}

// State implements [Method].
func (m *Evolution) State() ([]byte, error) { return json.Marshal(m.members) }

// Restore implements [Method].
func (m *Evolution) Restore(s *Search, data []byte) error {
	if err := json.Unmarshal(data, &m.members); err != nil {
		return err
	}
	return checkMembers(s, m.members)
}

// Step implements [Method]: one network.
func (m *Evolution) Step(ctx context.Context, s *Search) error {
	var actions []int
	if len(m.members) < m.Population {
		actions = s.randomAll()
	} else {
		parent := &m.members[s.Rand.IntN(len(m.members))]
		for range m.Tournament - 1 {
			if rival := &m.members[s.Rand.IntN(len(m.members))]; rival.Reward > parent.Reward {
				parent = rival
			}
		}
		actions = slices.Clone(parent.Actions)
		s.mutate(actions)
	}
	trials := make([]Trial, 1)
	if err := s.tryAll(ctx, [][]int{actions}, trials, m.Beta); err != nil {
		return err
	}
	t := &trials[0]
	if t.Status == Trained || t.Status == Reused {
		m.members = append(m.members, member{actions, t.Reward, t.Accuracy, t.Efficiency})
		if len(m.members) > m.Population {
			m.members = m.members[1:]
		}
	}
	return nil
}

// checkMembers is an error unless the members belong to the search's space.
func checkMembers(s *Search, members []member) error {
	for _, m := range members {
		if len(m.Actions) != len(s.choices) {
			return fmt.Errorf("a member has %d decisions, the space has %d", len(m.Actions), len(s.choices))
		}
		for i, a := range m.Actions {
			if a < 0 || a >= s.choices[i] {
				return fmt.Errorf("a member chooses value %d of decision %d, which has %d", a, i, s.choices[i])
			}
		}
	}
	return nil
}

// randomAll draws a value for every decision of the space, used or not.
func (s *Search) randomAll() []int {
	actions := make([]int, len(s.choices))
	for i, n := range s.choices {
		actions[i] = s.Rand.IntN(n)
	}
	return actions
}

// mutate gives one used decision, drawn at random among those with a choice,
// another value.
func (s *Search) mutate(actions []int) {
	used := s.Problem.Space.Used(actions)
	open := 0
	for _, n := range s.choices[:used] {
		if n > 1 {
			open++
		}
	}
	if open == 0 {
		return
	}
	pick := s.Rand.IntN(open)
	for i, n := range s.choices[:used] {
		if n == 1 {
			continue
		}
		if pick == 0 {
			actions[i] = (actions[i] + 1 + s.Rand.IntN(n-1)) % n
			return
		}
		pick--
	}
}

// tryAll is the life of networks that are proposed, planned, pruned or evaluated,
// and recorded, without fast exploration: it fills trials, one for each list of
// actions.
func (s *Search) tryAll(ctx context.Context, proposals [][]int, trials []Trial, beta float64) error {
	for i, actions := range proposals {
		trials[i].Episode = s.NextEpisode()
		used := actions[:s.Problem.Space.Used(actions)]
		plan, err := s.Plan(used)
		if err != nil {
			return err
		}
		s.Describe(&trials[i], used, plan)
		trials[i].FastSeconds = s.FastElapsed()
	}
	if err := s.Evaluate(ctx, trials); err != nil {
		return err
	}
	for i := range trials {
		trials[i].Reward = reward(&trials[i], beta)
		if err := s.Finish(trials[i]); err != nil {
			return err
		}
	}
	return nil
}
