package nas

import "errors"

// A Recorder watches a search. Its methods are called from one goroutine, in
// the order of events; an error stops the search.
type Recorder interface {
	// Begin is called once, before anything else.
	Begin(p *Problem, s *Settings, method string) error
	// Fast is called after each iteration of fast exploration.
	Fast(step FastStep) error
	// Trial is called with each trial as it is finished.
	Trial(t Trial) error
	// End is called once with what came out, also when the search was stopped.
	End(r *Result) error
}

// A Checkpointer is a Recorder that also wants the search's state after every
// step, so that the search can be resumed.
type Checkpointer interface {
	Recorder
	Checkpoint(state *State) error
}

// NopRecorder ignores every event. Embed it to write a recorder that is
// interested in some of them.
type NopRecorder struct{}

func (NopRecorder) Begin(*Problem, *Settings, string) error { return nil }
func (NopRecorder) Fast(FastStep) error                     { return nil }
func (NopRecorder) Trial(Trial) error                       { return nil }
func (NopRecorder) End(*Result) error                       { return nil }

// Recorders passes every event to each of the recorders in turn.
func Recorders(list ...Recorder) Recorder { return recorders(list) }

type recorders []Recorder

func (list recorders) each(call func(Recorder) error) error {
	for _, r := range list {
		if err := call(r); err != nil {
			return err
		}
	}
	return nil
}

func (list recorders) Begin(p *Problem, s *Settings, method string) error {
	return list.each(func(r Recorder) error { return r.Begin(p, s, method) })
}

func (list recorders) Fast(step FastStep) error {
	return list.each(func(r Recorder) error { return r.Fast(step) })
}

func (list recorders) Trial(t Trial) error {
	return list.each(func(r Recorder) error { return r.Trial(t) })
}

func (list recorders) Checkpoint(state *State) error {
	return list.each(func(r Recorder) error {
		if c, ok := r.(Checkpointer); ok {
			return c.Checkpoint(state)
		}
		return nil
	})
}

// End calls every recorder, even after one has failed, so that each can close
// what it holds.
func (list recorders) End(result *Result) error {
	var all []error
	for _, r := range list {
		all = append(all, r.End(result))
	}
	return errors.Join(all...)
}
