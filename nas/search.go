package nas

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"sync"
	"time"
)

// A Search is a search under way, as a Method sees it: it plans and trains
// networks, keeps the accounts and tells the recorder.
type Search struct {
	Problem  *Problem
	Settings *Settings
	Rand     *rand.Rand // the search's one source of random numbers

	pcg      *rand.PCG
	plans    planCount
	entered  int // plans that trials account for
	choices  []int
	known    map[string]verdict
	trials   []Trial
	episode  int // episodes begun
	trained  int
	failures int // networks whose evaluation failed, since the last one that worked
	stopped  bool
	cut      bool                  // the present step is shorter than its method wanted
	logged   map[string]Evaluation // of Settings.Evaluated, by network
	halving  *halving              // nil: every network is trained to the end
	fast     time.Time             // when the present stretch of untrained work began
	line     []*step               // those under way, the first begun first
	current  *step                 // the one that is going on; nil: none is
	flying   map[string]bool       // networks that steps under way have evaluated
	slots    chan struct{}         // taken by each that is being evaluated
	recorder Recorder
}

// Remaining is how many more networks may be proposed. Each takes a plan at least.
func (s *Search) Remaining() int { return min(s.unspent(), s.plans.most-s.plans.made) }

// Batch is how many of n networks may be proposed together: fewer than n at the end of
// a search. A step that is cut short so is not what a search with higher limits would
// have done, which therefore goes on from before it.
func (s *Search) Batch(n int) int {
	most := s.Remaining()
	if most < n {
		s.cut = true
	}
	return min(n, most)
}

// unspent is how many more networks there may be, whatever plans are left.
func (s *Search) unspent() int {
	n := s.Settings.Episodes - s.episode
	if most := s.Settings.MaxTrained; most > 0 {
		if s.halving != nil {
			n = min(n, s.halving.trainings(most))
		} else {
			n = min(n, most-s.trained-len(s.flying))
		}
	}
	return max(n, 0)
}

// NextEpisode begins an episode and returns its number, from 0.
func (s *Search) NextEpisode() int {
	s.plans.allot(s.unspent())
	s.episode++
	return s.episode - 1
}

// Plan finds the most efficient way to run a network among those that meet the
// specification: BLAST with the utilization objective, where the hardware is a
// pipeline of FPGAs. Where none does, the plan is infeasible and says why.
func (s *Search) Plan(actions []int) (*Plan, error) {
	return s.Problem.Hardware.Plan(actions, s.Problem.Spec)
}

// Describe fills a trial with a network and its plan: it is pruned if the plan is
// not feasible, and has no accuracy yet. All plans made since the trial that was
// described before are the trial's.
func (s *Search) Describe(t *Trial, actions []int, p *Plan) {
	t.Design = Design{
		Network: s.Problem.Space.Network(actions), Efficiency: p.Efficiency, Throughput: p.Throughput,
		GOPSPerWatt: p.GOPSPerWatt, Params: p.Params, MACs: p.MACs, FPGAs: p.FPGAs,
	}
	t.Plans, s.entered = s.plans.made-s.entered, s.plans.made
	if p.Measure != nil && s.Problem.Objectives != nil {
		t.Metrics = p.Measure(p, actions)
	}
	if !p.Feasible {
		t.Status, t.Reason = Pruned, p.Reason
	}
}

// Known tells whether the network was evaluated in this search, or is in flight.
func (s *Search) Known(actions []int) bool { return s.asked(s.Problem.Space.Network(actions)) }

// asked is Known of a network by its name.
func (s *Search) asked(network string) bool {
	_, known := s.known[network]
	return known || s.flying[network]
}

// Evaluate finds the accuracy of the network of each trial that is not pruned,
// and fills in the trial's Accuracy, Status, Reason and TrainSeconds. Networks
// that were evaluated before, are in flight, or stand in the list twice, are not
// evaluated again. Where Settings.InFlight allows it, the method proposes more networks
// before Evaluate returns: in calls of Step that begin meanwhile, and end after this one.
// The only error is that of a ctx that is done, or of a search that is.
func (s *Search) Evaluate(ctx context.Context, trials []Trial) error {
	first := make(map[string]int)
	var networks []string
	for i := range trials {
		name := trials[i].Network
		if trials[i].Status == Pruned || s.asked(name) {
			continue
		}
		if _, twice := first[name]; twice {
			continue
		}
		first[name] = i
		networks = append(networks, name)
	}
	found, err := s.measure(ctx, networks)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for i := range trials {
		t := &trials[i]
		if t.Status == Pruned {
			continue
		}
		if j, ok := first[t.Network]; !ok || j != i {
			known := s.known[t.Network]
			if ok {
				known = verdictOf(&trials[j])
			}
			t.Status, t.Accuracy, t.Reason = known.status, known.accuracy, known.reason
			if known.status == Trained {
				t.Status = Reused
			}
			continue
		}
		m := &found[0]
		found = found[1:]
		t.Status, t.Accuracy, t.Reason, t.TrainSeconds = Trained, m.Accuracy, m.Reason, m.Seconds
		t.Epochs, t.Rungs = m.Epochs, m.rungs
		switch {
		case m.err != nil:
			t.Status, t.Accuracy, t.Reason = Failed, 0, m.err.Error()
		case m.Refused:
			t.Status, t.Accuracy = Refused, 0
		case m.stopped:
			t.Status = Stopped
		}
	}
	return nil
}

// measure evaluates networks, in their order. That takes no time of the fast work.
func (s *Search) measure(ctx context.Context, networks []string) ([]measured, error) {
	if s.halving == nil {
		return s.await(ctx, networks)
	}
	began := time.Now()
	found := s.climb(ctx, networks)
	s.fast = s.fast.Add(time.Since(began))
	return found, nil
}

// together calls do with 0 to n-1, as many at once as the settings say.
func (s *Search) together(n int, do func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		s.slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-s.slots }()
			do(i)
		})
	}
	wg.Wait()
}

// evaluate evaluates one network with the seed that belongs to it, again if that
// fails. The seconds are those of all attempts. What was evaluated before the search was
// resumed is looked up.
func (s *Search) evaluate(ctx context.Context, network string) (Evaluation, error) {
	if e, ok := s.logged[network]; ok {
		return e, nil
	}
	seconds := 0.0
	for left := orDefault(s.Settings.Retries, DefaultRetries); ; left-- {
		e, err := s.attempt(ctx, network)
		seconds += e.Seconds
		if err == nil || left <= 0 || ctx.Err() != nil {
			e.Seconds = seconds
			return e, err
		}
	}
}

// evaluations are those that trials of a search hold.
func evaluations(trials []Trial) map[string]Evaluation {
	known := make(map[string]Evaluation)
	for i := range trials {
		if t := &trials[i]; t.Status == Trained {
			known[t.Network] = Evaluation{Accuracy: t.Accuracy, Epochs: t.Epochs, Seconds: t.TrainSeconds, Reason: t.Reason}
		}
	}
	return known
}

// attempt evaluates one network.
func (s *Search) attempt(ctx context.Context, network string) (Evaluation, error) {
	e, err := timed(func() (Evaluation, error) { return s.Problem.Evaluator.Evaluate(ctx, network, s.seedOf(network)) })
	return e, checkAccuracy(network, e, err)
}

// timed takes the time of an evaluation that does not say its own.
func timed(evaluate func() (Evaluation, error)) (Evaluation, error) {
	began := time.Now()
	e, err := evaluate()
	if e.Seconds == 0 {
		e.Seconds = time.Since(began).Seconds()
	}
	return e, err
}

// checkAccuracy is err, or an error if there is none and the accuracy cannot be one.
func checkAccuracy(network string, e Evaluation, err error) error {
	if err == nil && !(e.Accuracy >= 0 && e.Accuracy <= 1) {
		return fmt.Errorf("nas: the evaluator says that the accuracy of %s is %g, which is not between 0 and 1", network, e.Accuracy)
	}
	return err
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
	for s.current != nil && s.current != s.line[0] { // of a step that evaluated nothing
		if err := s.wait(); err != nil {
			return err
		}
	}
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
	if s.halving != nil {
		s.halving.account(&t)
	}
	_, known := s.known[t.Network]
	switch {
	case t.Status == Trained:
		s.trained++
		s.failures = 0
	case t.Status == Stopped:
		s.failures = 0
	case t.Status == Failed && !known:
		s.failures++
	}
	if t.Status != Pruned && !known {
		s.known[t.Network] = verdictOf(&t)
	}
	s.stopped = s.stopped || s.Settings.Stop != nil && s.Settings.Stop(&t)
}

// A verdict is what is known of a network that needs no evaluation any more.
type verdict struct {
	status   Status // Trained, Stopped, Refused or Failed
	accuracy float64
	reason   string
}

// verdictOf is what a trial that was not pruned says about its network.
func verdictOf(t *Trial) verdict { return verdict{t.Status, t.Accuracy, t.Reason} }

// Trials are the trials finished so far; the slice is not to be changed.
func (s *Search) Trials() []Trial { return s.trials }
