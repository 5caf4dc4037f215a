package study

import (
	"context"
	"fmt"

	"coexplore/nas"
)

// A Contender is a method in a study. New makes a fresh value of it for each
// search.
type Contender struct {
	Name string // as tables show it; empty: the method's own name
	New  func() nas.Method
}

// name is what tables call the contender.
func (c *Contender) name() string {
	if c.Name != "" {
		return c.Name
	}
	return c.New().Name()
}

// A Budget is what each search of a study may spend.
type Budget struct {
	Trained int // networks that a search may train
	// Episodes is the most networks that a search may propose; zero means 20 for
	// each one it may train.
	Episodes int
	// Plans is how many plans a search may make for each network it may train: see
	// nas.Settings.MaxPlans. Zero: no limit.
	Plans int
	// Watch, if not nil, makes the recorder of a search by its name: method, pool
	// if there are several, and seed.
	Watch func(search string) nas.Recorder
}

// settings are those of a search with the budget.
func (b *Budget) settings(seed uint64) nas.Settings {
	s := nas.Settings{Seed: seed, Episodes: b.Episodes, MaxTrained: b.Trained, MaxPlans: b.Plans * b.Trained}
	if s.Episodes == 0 {
		s.Episodes = 20 * b.Trained
	}
	return s
}

// search runs a contender on a problem; what names the search.
func (b *Budget) search(ctx context.Context, problem nas.Problem, c *Contender, what string, seed uint64,
	stop func(*nas.Trial) bool) (*nas.Result, error) {
	settings := b.settings(seed)
	settings.Stop = stop
	if b.Watch != nil {
		settings.Recorder = b.Watch(what)
	}
	result, err := nas.Explore(ctx, problem, settings, c.New())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return result, nil
}
