package nas

import (
	"context"
	"errors"
)

// A Method proposes networks. One value serves one search.
type Method interface {
	// Name is what logs and tables call the method.
	Name() string
	// Init prepares for a search. The random source is in its first state.
	Init(s *Search) error
	// Step proposes one or more networks, and hands each to s.Finish.
	Step(ctx context.Context, s *Search) error
	// State returns what the method remembers between steps.
	State() ([]byte, error)
	// Restore is called after Init with what State returned.
	Restore(s *Search, data []byte) error
}

// A Finisher is a Method with something left to do when the limits are reached.
type Finisher interface {
	Method
	// Finish may hand more trials to s.Finish. A search that had ended and is resumed
	// goes on from before it, so that a longer search ends as if it had been one.
	Finish(ctx context.Context, s *Search) error
}

// ErrExhausted is returned by Step when the method has nothing left to propose:
// the search ends well.
var ErrExhausted = errors.New("nas: nothing left to propose")
