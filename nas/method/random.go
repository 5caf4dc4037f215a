package method

import (
	"context"

	"coexplore/nas"
)

// Random proposes networks whose every decision is uniform over its choices,
// prunes those that no pipeline runs fast enough and trains the others.
// It learns nothing: it is the mark that every other method has to pass.
type Random struct {
	Beta float64 // weight of accuracy in the reward that is reported, 0 to 1
}

// Name returns "random".
func (m *Random) Name() string { return "random" }

// Init implements nas.Method.
func (m *Random) Init(*nas.Search) error { return nil }

// State implements nas.Method: there is nothing to remember.
func (m *Random) State() ([]byte, error) { return nil, nil }

// Restore implements nas.Method.
func (m *Random) Restore(*nas.Search, []byte) error { return nil }

// Weight implements Proposer.
func (m *Random) Weight() float64 { return m.Beta }

// Propose implements Proposer.
func (m *Random) Propose(s *nas.Search) []int { return s.RandomActions() }

// Learn implements Proposer.
func (m *Random) Learn(*nas.Search, *nas.Trial, []int) error { return nil }

// Step implements nas.Method. It proposes as many networks as can be trained at
// once, or one where several may be in flight; their order, and so the result, does not
// depend on that number.
func (m *Random) Step(ctx context.Context, s *nas.Search) error {
	n := 1
	if s.Settings.InFlight <= 1 {
		n = min(max(1, s.Settings.Workers), s.Remaining())
	}
	proposals := make([][]int, n)
	for i := range proposals {
		proposals[i] = s.RandomActions()
	}
	_, err := s.Try(ctx, m.Beta, proposals...)
	return err
}
