package method

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"coexplore/nas"
	"coexplore/nas/pareto"
)

// NSGA2 is the elitist non-dominated sorting genetic algorithm of Deb et al. (IEEE
// Trans. Evolutionary Computation 6(2), 2002) on the problem's objectives, which it
// keeps apart: it has no weight between them. Each generation, parents won in
// binary tournaments (by front, then by crowding distance) get as many children as
// there are members, by uniform crossover and mutation of one decision in the
// mean; the best of both, again by front and crowding, are the next parents. The
// first generation is drawn at random. A network that no pipeline runs fast enough
// is pruned without training and does not join: see Constrained.
type NSGA2 struct {
	Beta       float64 // weight of accuracy in the reward that is reported, 0 to 1; it guides nothing
	Population int     // zero means DefaultPopulation
	// Constrained lets networks that miss the specification join, under constrained
	// domination (section VI of the same): a network that meets it comes before all that
	// miss it, and among those the one that misses it by less comes first. No network is
	// then in the population twice.
	Constrained bool

	parents, children []member
}

// Name returns "nsga2".
func (m *NSGA2) Name() string { return "nsga2" }

// Init implements nas.Method.
func (m *NSGA2) Init(*nas.Search) error {
	if m.Population < 0 || m.Population == 1 {
		return fmt.Errorf("method: a population of %d cannot be crossed, at least 2 are needed", m.Population)
	}
	if m.Population == 0 {
		m.Population = DefaultPopulation
	}
	return nil
}

// nsga2State is what NSGA2 remembers.
type nsga2State struct {
	Parents  []member `json:"parents"`
	Children []member `json:"children"`
}

// State implements nas.Method.
func (m *NSGA2) State() ([]byte, error) { return json.Marshal(nsga2State{m.parents, m.children}) }

// Restore implements nas.Method.
func (m *NSGA2) Restore(s *nas.Search, data []byte) error {
	var state nsga2State
	if err := json.Unmarshal(data, &state); err != nil {
		return err
	}
	m.parents, m.children = state.Parents, state.Children
	all := slices.Concat(m.parents, m.children)
	for _, member := range all {
		if n := len(s.Problem.Objectives.OrDefault()); len(member.Values) != n && member.Violation == 0 {
			return fmt.Errorf("method: a member has %d objectives, the problem has %d", len(member.Values), n)
		}
	}
	return checkMembers(s, all)
}

// Step implements nas.Method: one network; the generation is complete with the last
// of its children.
func (m *NSGA2) Step(ctx context.Context, s *nas.Search) error { return propose(ctx, s, m) }

// Weight implements Proposer.
func (m *NSGA2) Weight() float64 { return m.Beta }

// Propose implements Proposer: a child, or in the first generation a random network.
func (m *NSGA2) Propose(s *nas.Search) []int {
	if len(m.parents) == 0 {
		return s.RandomActions()
	}
	return m.child(s)
}

// Learn implements Proposer: the network joins the children.
func (m *NSGA2) Learn(s *nas.Search, t *nas.Trial, actions []int) error {
	child := member{Actions: actions, Reward: t.Reward}
	switch {
	case t.Status == nas.Trained || t.Status == nas.Reused:
		child.Values = s.Problem.Objectives.Values(t)
	case m.Constrained && t.Status == nas.Pruned:
		child.Violation = max(1e-12, 1-t.Throughput/s.Problem.Spec)
	default:
		return nil // pruned, refused or failed: there is nothing to judge it by
	}
	if m.Constrained && m.has(s, actions) {
		return nil
	}
	m.children = append(m.children, child)
	return m.advance(s)
}

// has tells whether the network is in the population.
func (m *NSGA2) has(s *nas.Search, actions []int) bool {
	used := func(a []int) []int { return a[:s.Problem.Space.Used(a)] }
	same := func(o member) bool { return slices.Equal(used(o.Actions), used(actions)) }
	return slices.ContainsFunc(m.parents, same) || slices.ContainsFunc(m.children, same)
}

// advance makes the next parents once there are as many children as members: the best
// of both.
func (m *NSGA2) advance(s *nas.Search) error {
	if len(m.children) < m.Population {
		return nil
	}
	all := slices.Concat(m.parents, m.children)
	order, err := constrainedRank(all, s.Problem.Objectives.Directions())
	if err != nil {
		return err
	}
	m.parents, m.children = make([]member, m.Population), nil
	for i := range m.parents {
		m.parents[i] = all[order[i]]
	}
	return nil
}

// child makes the actions of one child. The parents are in the order of rank, so
// the winner of a tournament is the one that stands first.
func (m *NSGA2) child(s *nas.Search) []int {
	winner := func() []int {
		return m.parents[min(s.Rand.IntN(len(m.parents)), s.Rand.IntN(len(m.parents)))].Actions
	}
	a, b := winner(), winner()
	actions := make([]int, len(a))
	for i := range actions {
		actions[i] = a[i]
		if s.Rand.IntN(2) == 1 {
			actions[i] = b[i]
		}
	}
	used := s.Problem.Space.Used(actions)
	for i, n := range s.Choices()[:used] {
		if n > 1 && s.Rand.IntN(used) == 0 {
			actions[i] = (actions[i] + 1 + s.Rand.IntN(n-1)) % n
		}
	}
	return actions
}

// constrainedRank is rank with the members that miss the specification at the end, by
// rising violation.
func constrainedRank(members []member, directions []pareto.Direction) ([]int, error) {
	var meet, miss []int
	var feasible []member
	for i := range members {
		if members[i].Violation > 0 {
			miss = append(miss, i)
		} else {
			meet, feasible = append(meet, i), append(feasible, members[i])
		}
	}
	order, err := rank(feasible, directions)
	if err != nil {
		return nil, err
	}
	for i, k := range order {
		order[i] = meet[k]
	}
	slices.SortStableFunc(miss, func(a, b int) int { return cmp.Compare(members[a].Violation, members[b].Violation) })
	return append(order, miss...), nil
}

// rank orders members by front, within a front by falling crowding distance, and
// members that are equal in both as they stand.
func rank(members []member, directions []pareto.Direction) ([]int, error) {
	points := make([][]float64, len(members))
	for i, m := range members {
		points[i] = m.Values
	}
	fronts, err := pareto.Sort(points, directions...)
	if err != nil {
		return nil, err
	}
	var order []int
	for _, front := range fronts {
		of := make([][]float64, len(front))
		for i, k := range front {
			of[i] = points[k]
		}
		distance, err := pareto.Crowding(of)
		if err != nil {
			return nil, err
		}
		places := make([]int, len(front))
		for i := range places {
			places[i] = i
		}
		slices.SortStableFunc(places, func(x, y int) int { return cmp.Compare(distance[y], distance[x]) })
		for _, i := range places {
			order = append(order, front[i])
		}
	}
	return order, nil
}
