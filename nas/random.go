package nas

import "context"

// RandomSearch proposes networks whose every decision is uniform over its
// choices, prunes those that no pipeline runs fast enough and trains the others.
// It learns nothing: it is the mark that every other method has to pass.
type RandomSearch struct {
	Beta float64 // weight of accuracy in the reward that is reported, 0 to 1
}

// Name returns "random".
func (m *RandomSearch) Name() string { return "random" }

// Init implements [Method].
func (m *RandomSearch) Init(*Search) error { return nil }

// State implements [Method]: there is nothing to remember.
func (m *RandomSearch) State() ([]byte, error) { return nil, nil }

// Restore implements [Method].
func (m *RandomSearch) Restore(*Search, []byte) error { return nil }

// Step implements [Method]. It proposes as many networks as can be trained at
// once; their order, and so the result, does not depend on that number.
func (m *RandomSearch) Step(ctx context.Context, s *Search) error {
	proposals := make([][]int, min(max(1, s.Settings.Workers), s.Remaining()))
	for i := range proposals {
		proposals[i] = s.Random()
	}
	return s.tryAll(ctx, proposals, make([]Trial, len(proposals)), m.Beta)
}
