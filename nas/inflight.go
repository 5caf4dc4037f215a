package nas

import (
	"context"
	"errors"
	"iter"
	"math"
	"sync"
	"time"
)

// backlog is how many steps may be under way for each network that may be in flight.
// More than one, since a network that is pruned behind one that is being evaluated
// waits for its turn and keeps nothing busy.
const backlog = 4

// A step is a method's Step under way: a coroutine, which is left where it needs to
// know accuracies and gone on with in its turn. So methods are written as if each of
// their networks were evaluated at once.
type step struct {
	next  func() (struct{}, bool) // goes on; false: it has ended
	stop  func()
	leave func(struct{}) bool // false: it is not wanted any more
	ended bool
	err   error // of Step, where it has ended
	job   job   // what it waits for
}

// A job is the evaluation of networks, in their order.
type job struct {
	networks []string
	found    []measured
	done     sync.WaitGroup
}

// errAbandoned ends a step that the search does without.
var errAbandoned = errors.New("nas: the search has ended")

// begin calls the method's Step, until it has ended or needs accuracies.
func (s *Search) begin(ctx context.Context, method Method) *step {
	st := &step{}
	st.next, st.stop = iter.Pull(func(leave func(struct{}) bool) {
		st.leave = leave
		st.err = method.Step(ctx, s)
	})
	s.fast = time.Now()
	s.line = append(s.line, st)
	s.goOn(st)
	return st
}

// goOn has a step go on until it has ended or needs accuracies.
func (s *Search) goOn(st *step) {
	s.current = st
	_, left := st.next()
	s.current, st.ended = nil, !left
}

// wait leaves the present step until its turn comes.
func (s *Search) wait() error {
	st := s.current
	spent := time.Since(s.fast)
	if !st.leave(struct{}{}) {
		return errAbandoned
	}
	s.fast = time.Now().Add(-spent) // what others did meanwhile is not this step's work
	return nil
}

// await evaluates networks that were not known when the present step asked for them,
// and leaves it until its turn has come and they are done.
func (s *Search) await(ctx context.Context, networks []string) ([]measured, error) {
	if s.current == nil { // a Finisher, which is alone
		j := &job{networks: networks}
		s.start(ctx, j)
		j.done.Wait()
		return j.found, nil
	}
	j := &s.current.job
	j.networks = networks
	s.start(ctx, j)
	for _, network := range networks {
		s.flying[network] = true
	}
	err := s.wait()
	for _, network := range networks {
		delete(s.flying, network)
	}
	found := j.found
	j.networks, j.found = nil, nil
	return found, err
}

// start begins the evaluation of a job's networks, as many at once as the settings say.
func (s *Search) start(ctx context.Context, j *job) {
	j.found = make([]measured, len(j.networks))
	for i, network := range j.networks {
		m := &j.found[i]
		j.done.Go(func() {
			s.slots <- struct{}{}
			defer func() { <-s.slots }()
			if m.err = ctx.Err(); m.err == nil {
				m.Evaluation, m.err = s.evaluate(ctx, network)
			}
		})
	}
}

// run has the method take steps until a limit is reached. Proposals are made as long as
// fewer networks are in flight than may be, and steps are gone on with in the order in
// which they began, each when what it asked for is known. Which networks are done first
// decides nothing.
func (s *Search) run(ctx context.Context, method Method) error {
	if err := s.steps(ctx, method); err != nil {
		return err
	}
	f, ok := method.(Finisher)
	if !ok || s.stopped {
		return nil
	}
	s.fast, s.plans.most = time.Now(), math.MaxInt
	return f.Finish(ctx, s)
}

// steps is run without what a Finisher does.
func (s *Search) steps(ctx context.Context, method Method) error {
	ctx, cancel := context.WithCancel(ctx)
	defer s.abandon()
	defer cancel() // first
	most := max(1, s.Settings.InFlight)
	open := true // the method may have more to propose
	for !s.stopped {
		answered := len(s.line) > 0 && len(s.line[0].job.networks) == 0
		room := len(s.flying) < most && len(s.line) < backlog*most
		switch {
		case answered: // whatever was begun after it
		case room && open && s.Remaining() > 0:
			if err := ctx.Err(); err != nil {
				return err
			}
			st := s.begin(ctx, method)
			if !st.ended {
				continue
			}
			s.line = s.line[:len(s.line)-1]
			if errors.Is(st.err, ErrExhausted) || errors.Is(st.err, ErrPlans) {
				open = false
			} else if err := s.ended(method, st); err != nil {
				return err
			}
			continue
		case len(s.line) == 0:
			return nil
		default:
			s.cut = s.cut || room // a search with higher limits would have proposed more
		}
		oldest := s.line[0]
		oldest.job.done.Wait()
		s.goOn(oldest)
		if !oldest.ended {
			continue
		}
		s.line = s.line[1:]
		if err := s.ended(method, oldest); err != nil {
			return err
		}
	}
	return nil
}

// ended looks at a step that has ended, and keeps the search's state where nothing else
// is under way.
func (s *Search) ended(method Method, st *step) error {
	if st.err != nil {
		return st.err
	}
	if err := s.tooManyFailures(); err != nil {
		return err // without a checkpoint, so that resuming does this step again
	}
	if s.cut || len(s.line) > 0 { // cut: a search with higher limits would have done another step
		return nil
	}
	return s.checkpoint(method)
}

// abandon ends the steps that are under way, whose evaluations are told to end.
func (s *Search) abandon() {
	for _, st := range s.line {
		st.stop()
		st.job.done.Wait()
	}
	s.line = nil
}
