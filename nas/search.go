package nas

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"sync"
	"time"
)

// Settings are a search's seed and limits.
type Settings struct {
	Seed     uint64
	Episodes int // networks that the method may propose; at least 1
	// MaxTrained ends the search when so many networks were trained; zero: no limit.
	MaxTrained int
	// Workers is how many networks are trained at once; zero means 1. It changes
	// the time that a search takes, not its result.
	Workers int
	// Stop, if not nil, is asked after each trial, in order; true ends the search
	// there, and nothing that the method proposed after it counts.
	Stop     func(*Trial) bool
	Recorder Recorder // nil: nobody watches
	Resume   *State   // nil: start anew
}

// State is all that resuming a search needs: a Recorder that is a
// [Checkpointer] is handed one after every step, and Settings.Resume takes it.
type State struct {
	Method   string  `json:"method"`
	Episodes int     `json:"episodes"` // episodes done
	Rand     []byte  `json:"rand"`     // the random source
	Data     []byte  `json:"data"`     // the method's own state
	Trials   []Trial `json:"-"`        // all trials so far
}

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
	// Finish may hand more trials to s.Finish. It is called again when a search
	// that had ended is resumed.
	Finish(ctx context.Context, s *Search) error
}

// ErrExhausted is returned by Step when the method has nothing left to propose:
// the search ends well.
var ErrExhausted = errors.New("nas: nothing left to propose")

// maxFailures is how many evaluations may fail, without one that worked, before
// the search gives up: then the evaluator is at fault rather than a network.
const maxFailures = 5

// A Search is a search under way, as a Method sees it: it plans and trains
// networks, keeps the accounts and tells the recorder.
type Search struct {
	Problem  *Problem
	Settings *Settings
	Rand     *rand.Rand // the search's one source of random numbers

	pcg      *rand.PCG
	hardware Hardware
	choices  []int
	known    map[string]verdict
	trials   []Trial
	episode  int // episodes begun
	trained  int
	stopped  bool
	fast     time.Time // when the present stretch of untrained work began
	recorder Recorder
}

// Explore runs method on problem until the settings' limits are reached, and
// returns what was found. If ctx ends first, or anything goes wrong on the way,
// the result holds what was done until then, beside the error.
func Explore(ctx context.Context, problem Problem, settings Settings, method Method) (*Result, error) {
	s, err := newSearch(&problem, &settings)
	if err != nil {
		return nil, err
	}
	if err := method.Init(s); err != nil {
		return nil, fmt.Errorf("nas: %s: %w", method.Name(), err)
	}
	if settings.Resume != nil {
		if err := s.restore(method, settings.Resume); err != nil {
			return nil, err
		}
	}
	if err := s.recorder.Begin(s.Problem, s.Settings, method.Name()); err != nil {
		return nil, err
	}
	err = s.run(ctx, method)
	result := NewResult(s.Problem, s.Settings, method.Name(), s.trials)
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
	if settings.MaxTrained < 0 || settings.Workers < 0 {
		return nil, fmt.Errorf("nas: MaxTrained and Workers cannot be negative, are %d and %d", settings.MaxTrained, settings.Workers)
	}
	hardware, err := problem.hardware()
	if err != nil {
		return nil, err
	}
	pcg := rand.NewPCG(settings.Seed, 0x9e3779b97f4a7c15)
	s := &Search{
		Problem: problem, Settings: settings, Rand: rand.New(pcg),
		pcg: pcg, hardware: hardware, choices: Choices(problem.Space), known: make(map[string]verdict), recorder: settings.Recorder,
	}
	if s.recorder == nil {
		s.recorder = NopRecorder{}
	}
	return s, s.checkSpec()
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
		return fmt.Errorf("nas: resuming %s: %w", method.Name(), err)
	}
	s.episode = state.Episodes
	for _, t := range state.Trials {
		s.account(t)
	}
	return nil
}

func (s *Search) run(ctx context.Context, method Method) error {
	for s.Remaining() > 0 && !s.stopped {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.fast = time.Now()
		err := method.Step(ctx, s)
		if errors.Is(err, ErrExhausted) {
			break
		}
		if err != nil {
			return err
		}
		if err := s.allFailed(); err != nil {
			return err
		}
		if err := s.checkpoint(method); err != nil {
			return err
		}
	}
	f, ok := method.(Finisher)
	if !ok || s.stopped {
		return nil
	}
	s.fast = time.Now()
	if err := f.Finish(ctx, s); err != nil {
		return err
	}
	return s.checkpoint(method)
}

// checkpoint hands the search's state to a recorder that wants it.
func (s *Search) checkpoint(method Method) error {
	c, ok := s.recorder.(Checkpointer)
	if !ok {
		return nil
	}
	state := &State{Method: method.Name(), Episodes: s.episode, Trials: s.trials}
	var err error
	if state.Rand, err = s.pcg.MarshalBinary(); err != nil {
		return err
	}
	if state.Data, err = method.State(); err != nil {
		return fmt.Errorf("nas: keeping the state of %s: %w", method.Name(), err)
	}
	return c.Checkpoint(state)
}

// allFailed is an error if evaluations fail and none has ever worked.
func (s *Search) allFailed() error {
	failed := 0
	last := ""
	for _, t := range s.trials {
		switch t.Status {
		case Trained, Reused:
			return nil
		case Failed:
			failed++
			last = t.Reason
		}
	}
	if failed < maxFailures {
		return nil
	}
	return fmt.Errorf("nas: the first %d evaluations all failed; the last: %s", failed, last)
}

// Remaining is how many more networks may be proposed.
func (s *Search) Remaining() int {
	n := s.Settings.Episodes - s.episode
	if s.Settings.MaxTrained > 0 {
		n = min(n, s.Settings.MaxTrained-s.trained)
	}
	return max(n, 0)
}

// NextEpisode begins an episode and returns its number, from 0.
func (s *Search) NextEpisode() int {
	s.episode++
	return s.episode - 1
}

// Plan finds the most efficient way to run a network among those that meet the
// specification: BLAST with the utilization objective, where the hardware is a
// pipeline of FPGAs. Where none does, the plan is infeasible and says why.
func (s *Search) Plan(actions []int) (*Plan, error) {
	return s.hardware.Plan(actions, s.Problem.Spec)
}

// Describe fills a trial with a network and its plan: it is pruned if the plan is
// not feasible, and has no accuracy yet.
func (s *Search) Describe(t *Trial, actions []int, p *Plan) {
	t.Design = Design{
		Network: s.Problem.Space.Network(actions), Efficiency: p.Efficiency, Throughput: p.Throughput,
		GOPSPerWatt: p.GOPSPerWatt, Params: p.Params, MACs: p.MACs, FPGAs: p.FPGAs,
	}
	if !p.Feasible {
		t.Status, t.Reason = Pruned, p.Reason
	}
}

// Known tells whether the network was evaluated in this search.
func (s *Search) Known(actions []int) bool {
	_, known := s.known[s.Problem.Space.Network(actions)]
	return known
}

// Random draws a network whose every decision is uniform over its values.
func (s *Search) Random() []int { return Random(s.Problem.Space, s.choices, s.Rand) }

// Evaluate finds the accuracy of the network of each trial that is not pruned,
// and fills in the trial's Accuracy, Status, Reason and TrainSeconds. Networks
// that were evaluated before, or stand in the list twice, are not evaluated
// again. The only error is that of a ctx that is done.
func (s *Search) Evaluate(ctx context.Context, trials []Trial) error {
	first := make(map[string]int)
	evals := make([]Evaluation, len(trials))
	errs := make([]error, len(trials))
	began := time.Now()
	var wg sync.WaitGroup
	slots := make(chan struct{}, max(1, s.Settings.Workers))
	for i := range trials {
		name := trials[i].Network
		if _, seen := s.known[name]; seen || trials[i].Status == Pruned {
			continue
		}
		if _, twice := first[name]; twice {
			continue
		}
		first[name] = i
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			evals[i], errs[i] = s.evaluate(ctx, name)
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	s.fast = s.fast.Add(time.Since(began)) // training is not part of the fast work
	for i := range trials {
		t := &trials[i]
		if t.Status == Pruned {
			continue
		}
		if j, ok := first[t.Network]; !ok || j != i {
			known := s.known[t.Network]
			t.Status, t.Accuracy, t.Reason = known.status, known.accuracy, known.reason
			if known.status == Trained {
				t.Status = Reused
			}
			continue
		}
		t.Status, t.Accuracy, t.Reason, t.TrainSeconds = Trained, evals[i].Accuracy, evals[i].Reason, evals[i].Seconds
		if errs[i] != nil {
			t.Status, t.Accuracy, t.Reason = Failed, 0, errs[i].Error()
		} else if evals[i].Refused {
			t.Status, t.Accuracy = Refused, 0
		}
		s.remember(t)
	}
	return nil
}

// evaluate evaluates one network with the seed that belongs to it.
func (s *Search) evaluate(ctx context.Context, network string) (Evaluation, error) {
	began := time.Now()
	e, err := s.Problem.Evaluator.Evaluate(ctx, network, s.seedOf(network))
	if e.Seconds == 0 {
		e.Seconds = time.Since(began).Seconds()
	}
	if err == nil && !(e.Accuracy >= 0 && e.Accuracy <= 1) {
		err = fmt.Errorf("nas: the evaluator says that the accuracy of %s is %g, which is not between 0 and 1", network, e.Accuracy)
	}
	return e, err
}

// seedOf mixes the search's seed with the network, so that a network's accuracy
// does not depend on when it is evaluated.
func (s *Search) seedOf(network string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(network))
	return h.Sum64() ^ (s.Settings.Seed+1)*0x9e3779b97f4a7c15
}

// FastElapsed returns the seconds spent without training since it was last
// called or since the step began.
func (s *Search) FastElapsed() float64 {
	now := time.Now()
	d := now.Sub(s.fast).Seconds()
	s.fast = now
	return max(0, d)
}

// RecordFast tells the recorder of an iteration of fast exploration.
func (s *Search) RecordFast(step FastStep) error { return s.recorder.Fast(step) }

// Finish completes a trial: it gets its index, enters the accounts and goes to
// the recorder. Once Settings.Stop has ended the search it does nothing.
func (s *Search) Finish(t Trial) error {
	if s.stopped {
		return nil
	}
	t.Index = len(s.trials)
	s.account(t)
	return s.recorder.Trial(t)
}

// account keeps a trial and what it says about its network.
func (s *Search) account(t Trial) {
	s.trials = append(s.trials, t)
	if t.Status == Trained {
		s.trained++
	}
	s.stopped = s.stopped || s.Settings.Stop != nil && s.Settings.Stop(&t)
	if t.Status != Pruned {
		if _, ok := s.known[t.Network]; !ok {
			s.remember(&t)
		}
	}
}

// A verdict is what is known of a network that needs no evaluation any more.
type verdict struct {
	status   Status // Trained, Refused or Failed
	accuracy float64
	reason   string
}

// remember keeps what a trial that was not pruned says about its network.
func (s *Search) remember(t *Trial) { s.known[t.Network] = verdict{t.Status, t.Accuracy, t.Reason} }

// Trials are the trials finished so far; the slice is not to be changed.
func (s *Search) Trials() []Trial { return s.trials }
