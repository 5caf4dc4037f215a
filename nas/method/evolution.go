package method

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"coexplore/nas"
)

// Evolution is regularized (aging) evolution after Real et al., "Regularized
// Evolution for Image Classifier Architecture Search" (AAAI 2019), algorithm 1:
// the best of a few networks drawn from the population gets a child with one
// decision changed, and the oldest member makes room for it. The first Population
// networks are drawn at random. A network that no pipeline runs fast enough is
// pruned without training and does not join the population.
type Evolution struct {
	Beta       float64 // weight of accuracy in the fitness, 0 to 1: see [nas.Reward]
	Population int     // zero means DefaultPopulation
	Tournament int     // members drawn to find a parent; zero means DefaultTournament

	members []member // oldest first
}

// Evolution's settings where they are zero.
const (
	DefaultPopulation = 20
	DefaultTournament = 5
)

// Name returns "evolution".
func (m *Evolution) Name() string { return "evolution" }

// Init implements nas.Method.
func (m *Evolution) Init(*nas.Search) error {
	if !(m.Beta >= 0 && m.Beta <= 1) {
		return fmt.Errorf("method: beta must be between 0 and 1, is %g", m.Beta)
	}
	if m.Population < 0 || m.Tournament < 0 {
		return fmt.Errorf("method: population and tournament cannot be negative, are %d and %d", m.Population, m.Tournament)
	}
	if m.Population == 0 {
		m.Population = DefaultPopulation
	}
	if m.Tournament == 0 {
		m.Tournament = DefaultTournament
	}
	return nil
}

// State implements nas.Method.
func (m *Evolution) State() ([]byte, error) { return json.Marshal(m.members) }

// Restore implements nas.Method.
func (m *Evolution) Restore(s *nas.Search, data []byte) error {
	if err := json.Unmarshal(data, &m.members); err != nil {
		return err
	}
	return checkMembers(s, m.members)
}

// Step implements nas.Method: one network.
func (m *Evolution) Step(ctx context.Context, s *nas.Search) error { return propose(ctx, s, m) }

// Weight implements Proposer.
func (m *Evolution) Weight() float64 { return m.Beta }

// Propose implements Proposer: a child, or a random network until the population is full.
func (m *Evolution) Propose(s *nas.Search) []int {
	if len(m.members) < m.Population {
		return s.RandomActions()
	}
	parent := &m.members[s.Rand.IntN(len(m.members))]
	for range m.Tournament - 1 {
		if rival := &m.members[s.Rand.IntN(len(m.members))]; rival.Reward > parent.Reward {
			parent = rival
		}
	}
	actions := slices.Clone(parent.Actions)
	s.Mutate(actions)
	return actions
}

// Learn implements Proposer: the network becomes a member, if it has an accuracy.
func (m *Evolution) Learn(_ *nas.Search, t *nas.Trial, actions []int) error {
	if t.Status == nas.Trained || t.Status == nas.Reused {
		m.members = append(m.members, member{Actions: actions, Reward: t.Reward})
		if len(m.members) > m.Population {
			m.members = m.members[1:]
		}
	}
	return nil
}
