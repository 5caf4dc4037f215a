package nas

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
)

// Explore runs method on problem until the settings' limits are reached, and
// returns what was found. If ctx ends first, or anything goes wrong on the way,
// the result holds what was done until then, beside the error. It is an error too
// if every evaluation failed.
func Explore(ctx context.Context, problem Problem, settings Settings, method Method) (*Result, error) {
	s, err := newSearch(&problem, &settings)
	if err != nil {
		return nil, err
	}
	if err := method.Init(s); err != nil {
		return nil, err
	}
	if settings.Resume != nil {
		if err := s.restore(method, settings.Resume); err != nil {
			return nil, err
		}
	}
	if err := s.recorder.Begin(s.Problem, s.Settings, method.Name()); err != nil {
		return nil, err
	}
	if err = s.run(ctx, method); err == nil {
		err = s.noneWorked()
	}
	result := NewResult(s.Problem, s.Settings, method.Name(), s.trials)
	if err == nil {
		err = s.test(ctx, result)
	}
	if end := s.recorder.End(result); err == nil {
		err = end
	}
	return result, err
}

func newSearch(problem *Problem, settings *Settings) (*Search, error) {
	if err := problem.Validate(); err != nil {
		return nil, err
	}
	if settings.Episodes < 1 {
		return nil, fmt.Errorf("nas: at least 1 episode is needed, %d are asked for", settings.Episodes)
	}
	if settings.MaxTrained < 0 || settings.MaxPlans < 0 || settings.Workers < 0 || settings.InFlight < 0 {
		return nil, fmt.Errorf("nas: MaxTrained, MaxPlans, Workers and InFlight cannot be negative, are %d, %d, %d and %d",
			settings.MaxTrained, settings.MaxPlans, settings.Workers, settings.InFlight)
	}
	if settings.Halving != nil && settings.InFlight > 1 {
		return nil, fmt.Errorf("nas: halving judges a network by those before it, so there cannot be %d in flight; leave out one of the two", settings.InFlight)
	}
	pcg := rand.NewPCG(settings.Seed, 0x9e3779b97f4a7c15)
	s := &Search{
		Problem: problem, Settings: settings, Rand: rand.New(pcg),
		pcg: pcg, choices: Choices(problem.Space), known: make(map[string]verdict), flying: make(map[string]bool),
		slots: make(chan struct{}, max(1, settings.Workers)), recorder: settings.Recorder,
	}
	if s.recorder == nil {
		s.recorder = NopRecorder{}
	}
	s.logged = evaluations(settings.Evaluated)
	var err error
	if s.halving, err = newHalving(problem, settings); err != nil {
		return nil, err
	}
	if err := s.checkSpec(); err != nil {
		return nil, err
	}
	s.count() // from here on: the check is no part of the search
	return s, nil
}

// checkSpec is an error if not even the smallest network of the space can meet
// the specification: then there is nothing to search.
func (s *Search) checkSpec() error {
	actions := s.Problem.Space.Smallest()
	plan, err := s.Plan(actions)
	if err != nil {
		return err
	}
	if !plan.Feasible {
		return fmt.Errorf("nas: no network of space %s can meet the specification; of the smallest, %s: %s",
			s.Problem.Space.Name(), s.Problem.Space.Network(actions), plan.Reason)
	}
	return nil
}

func (s *Search) restore(method Method, state *State) error {
	if state.Method != method.Name() {
		return fmt.Errorf("nas: the state to resume from is of method %s, not %s", state.Method, method.Name())
	}
	if err := s.pcg.UnmarshalBinary(state.Rand); err != nil {
		return fmt.Errorf("nas: the state to resume from has no valid random source: %w", err)
	}
	if err := method.Restore(s, state.Data); err != nil {
		return fmt.Errorf("resuming %s: %w", method.Name(), err)
	}
	s.episode, s.plans.made, s.entered = state.Episodes, state.Plans, state.Plans
	for _, t := range state.Trials {
		s.account(t)
	}
	return nil
}

// checkpoint hands the search's state to a recorder that wants it.
func (s *Search) checkpoint(method Method) error {
	c, ok := s.recorder.(Checkpointer)
	if !ok {
		return nil
	}
	state := &State{Method: method.Name(), Episodes: s.episode, Plans: s.plans.made, Trials: s.trials}
	var err error
	if state.Rand, err = s.pcg.MarshalBinary(); err != nil {
		return err
	}
	if state.Data, err = method.State(); err != nil {
		return fmt.Errorf("keeping the state of %s: %w", method.Name(), err)
	}
	return c.Checkpoint(state)
}

// tooManyFailures is an error if as many evaluations in a row failed as the
// settings bear.
func (s *Search) tooManyFailures() error {
	limit := orDefault(s.Settings.MaxFailures, DefaultMaxFailures)
	if limit < 0 || s.failures < limit {
		return nil
	}
	return fmt.Errorf("stopped since %d evaluations in a row failed; the last: %s", s.failures, lastFailure(s.trials))
}

// noneWorked is an error if there were evaluations and all of them failed.
func (s *Search) noneWorked() error {
	if s.trained > 0 || s.failures == 0 {
		return nil
	}
	return fmt.Errorf("no network could be evaluated, %d failed; the last: %s", s.failures, lastFailure(s.trials))
}

// lastFailure names the network of the last trial that failed, and says why; empty
// if none did.
func lastFailure(trials []Trial) string {
	for _, t := range slices.Backward(trials) {
		if t.Status == Failed {
			return t.Network + ": " + t.Reason
		}
	}
	return ""
}
