package method

import (
	"context"

	"coexplore/nas"
	"coexplore/nas/controller"
)

// Sequential is optimization one after the other (arXiv 1907.04650, section V):
// hardware-aware NAS first, then the best pipeline, found by BLAST, for the one
// network with the highest reward. That design is the last trial, in addition to
// the episodes asked for; the trials before it stand as hardware-aware NAS left
// them, on the fixed hardware.
type Sequential struct {
	HardwareAware
}

// Name returns "sequential".
func (m *Sequential) Name() string { return "sequential" }

// Init implements nas.Method.
func (m *Sequential) Init(s *nas.Search) error {
	if m.Controller == (controller.Settings{}) {
		m.Controller = tunedController(m.Name())
	}
	return m.HardwareAware.Init(s)
}

// Finish implements nas.Finisher.
func (m *Sequential) Finish(ctx context.Context, s *nas.Search) error {
	var best *nas.Trial
	for i := range s.Trials() {
		t := &s.Trials()[i]
		if (t.Status == nas.Trained || t.Status == nas.Reused) && (best == nil || t.Reward > best.Reward) {
			best = t
		}
	}
	if best == nil {
		return nil
	}
	actions, err := s.Problem.Space.Actions(best.Network)
	if err != nil {
		return err
	}
	trials := []nas.Trial{{Episode: s.NextEpisode()}}
	plan, err := s.Plan(actions)
	if err != nil {
		return err
	}
	s.Describe(&trials[0], actions, plan)
	trials[0].FastSeconds = s.FastElapsed()
	if err := s.Evaluate(ctx, trials); err != nil {
		return err
	}
	trials[0].Reward = nas.Reward(&trials[0], m.Beta)
	return s.Finish(trials[0])
}
