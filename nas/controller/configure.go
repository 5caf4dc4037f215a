package controller

import "fmt"

// Configure replaces the constants of the learning rule: everything in s but the
// size of the network, Hidden and Period, which stay as the policy was made with.
// The learning rate starts anew from s.LearningRate; weights, baseline and
// optimizer are kept.
func (p *Policy) Configure(s Settings) error {
	s.Hidden, s.Period = p.settings.Hidden, p.settings.Period
	if err := s.check(); err != nil {
		return fmt.Errorf("configure: %w", err)
	}
	p.settings, p.rate = s, s.LearningRate
	return nil
}
