package nas

import "context"

// Choices is the number of values of each decision of the problem's space. The
// slice is not to be changed.
func (s *Search) Choices() []int { return s.choices }

// RandomActions draws a value for every decision of the space, used or not.
func (s *Search) RandomActions() []int {
	actions := make([]int, len(s.choices))
	for i, n := range s.choices {
		actions[i] = s.Rand.IntN(n)
	}
	return actions
}

// Mutate gives one used decision, drawn at random among those with a choice,
// another value.
func (s *Search) Mutate(actions []int) {
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

// Try is the life of networks that are proposed, planned, pruned or evaluated,
// and recorded: all that a method without fast exploration needs. Each proposal has
// a value for every decision, or for those that are used; it takes an episode, so
// there may be at most Remaining of them. It returns their trials, in order, with
// the [Reward] of beta.
func (s *Search) Try(ctx context.Context, beta float64, proposals ...[]int) ([]Trial, error) {
	trials := make([]Trial, len(proposals))
	for i, actions := range proposals {
		trials[i].Episode = s.NextEpisode()
		if err := s.describe(&trials[i], actions); err != nil {
			return nil, err
		}
	}
	return trials, s.conclude(ctx, beta, trials)
}

// describe plans the network of actions, of which there may be more than are used,
// and describes the trial.
func (s *Search) describe(t *Trial, actions []int) error {
	used := actions[:s.Problem.Space.Used(actions)]
	plan, err := s.Plan(used)
	if err != nil {
		return err
	}
	s.Describe(t, used, plan)
	t.FastSeconds = s.FastElapsed()
	return nil
}

// conclude evaluates, rewards and records trials that are described.
func (s *Search) conclude(ctx context.Context, beta float64, trials []Trial) error {
	if err := s.Evaluate(ctx, trials); err != nil {
		return err
	}
	for i := range trials {
		trials[i].Reward = Reward(&trials[i], beta)
		if err := s.Finish(trials[i]); err != nil {
			return err
		}
	}
	return nil
}

// TryOne is [Search.Try] for one network that choose makes once the episode has begun,
// with plans of its own if it likes: see [Search.MayPlan], which has to leave one for
// the network itself.
func (s *Search) TryOne(ctx context.Context, beta float64, choose func() ([]int, error)) (Trial, error) {
	trials := []Trial{{Episode: s.NextEpisode()}}
	actions, err := choose()
	if err != nil {
		return trials[0], err
	}
	if err := s.describe(&trials[0], actions); err != nil {
		return trials[0], err
	}
	err = s.conclude(ctx, beta, trials)
	return trials[0], err
}
