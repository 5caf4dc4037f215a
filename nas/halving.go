package nas

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// Halving saves training: networks are trained for an epoch first, and only the better
// ones go on, to Eta epochs, to Eta squared and so on until they are trained to the end.
// It is asynchronous successive halving (Li, Jamieson, Rostamizadeh, Gonina, Ben-tzur,
// Hardt, Recht and Talwalkar, "A System for Massively Parallel Hyperparameter Tuning",
// MLSys 2020, arXiv 1810.05934), which suits methods that propose one network at a time,
// in the form that decides at once: a network goes on from a rung if it is among the best
// 1/Eta, rounded up, of those measured there so far, itself included. So the first does.
// One that does not is Stopped, and is not taken up again. Networks are judged in the
// order in which they are proposed, also where several are trained at once, so that the
// order decides everything.
//
// Only what was trained to the end is a design. Methods see a stopped network's accuracy
// at its last rung in its reward.
type Halving struct {
	Eta int // at least 2
}

// Rungs are the numbers of epochs after which networks are judged, where a whole
// training has so many: 1, Eta, Eta squared, ... below it.
func (h *Halving) Rungs(epochs int) []int {
	var list []int
	for r := 1; r < epochs; r *= h.Eta {
		list = append(list, r)
	}
	return list
}

// GoesOn tells whether a network with an accuracy goes on from a rung where the
// accuracies of all, its own among them, are seen. Equals go on together.
func (h *Halving) GoesOn(accuracy float64, seen []float64) bool {
	return rank(accuracy, seen) <= h.keep(len(seen))
}

// keep is how many of n go on.
func (h *Halving) keep(n int) int { return (n + h.Eta - 1) / h.Eta }

// rank is 1 for the highest of those seen.
func rank(accuracy float64, seen []float64) int {
	n := 1
	for _, v := range seen {
		if v > accuracy {
			n++
		}
	}
	return n
}

// A Gradual is an Evaluator that can train a network in portions.
type Gradual interface {
	Evaluator
	// Epochs is how many a whole training has.
	Epochs() int
	// Begin returns the training of a network, of which nothing is done yet. Done to its
	// last epoch it finds what Evaluate finds.
	Begin(network string, seed uint64) (Training, error)
}

// A Training is the training of one network in portions. It serves one goroutine at a
// time.
type Training interface {
	// To trains on until so many epochs are done in all, measures, and says what the
	// whole training has come to: Epochs and Seconds are those since it began.
	To(ctx context.Context, epochs int) (Evaluation, error)
}

// halving is a search's accounts of halving.
type halving struct {
	*Halving
	evaluator Gradual
	epochs    []int       // the rungs, and a whole training
	seen      [][]float64 // at each rung, the accuracies in order
	spent     int         // epochs trained
}

// newHalving is nil if the settings want none.
func newHalving(p *Problem, s *Settings) (*halving, error) {
	if s.Halving == nil {
		return nil, nil
	}
	if s.Halving.Eta < 2 {
		return nil, fmt.Errorf("nas: halving lets one in 2 networks or fewer go on, not one in %d", s.Halving.Eta)
	}
	g, ok := p.Evaluator.(Gradual)
	if !ok {
		return nil, fmt.Errorf("nas: halving needs an evaluator that trains epoch by epoch; accuracies from a table or another program are there at once")
	}
	rungs := s.Halving.Rungs(g.Epochs())
	if len(rungs) == 0 {
		return nil, fmt.Errorf("nas: halving needs trainings of 2 epochs or more, they have %d", g.Epochs())
	}
	return &halving{Halving: s.Halving, evaluator: g, epochs: append(rungs, g.Epochs()), seen: make([][]float64, len(rungs))}, nil
}

// account keeps what a trial was measured at.
func (h *halving) account(t *Trial) {
	h.spent += t.Epochs
	for k, v := range t.Rungs {
		h.seen[k] = append(h.seen[k], v)
	}
}

// trainings is how many whole trainings' epochs are left of so many, rounded up.
func (h *halving) trainings(most int) int {
	whole := float64(h.epochs[len(h.epochs)-1])
	return int(math.Ceil(float64(most) - float64(h.spent)/whole))
}

// A measured network is one whose evaluation has ended.
type measured struct {
	Evaluation
	err     error
	rungs   []float64
	stopped bool
}

// climb trains networks from rung to rung.
func (s *Search) climb(ctx context.Context, networks []string) []measured {
	list := make([]measured, len(networks))
	climbers := make([]climber, len(networks))
	alive := make([]int, len(networks))
	for i := range networks {
		alive[i] = i
		climbers[i] = climber{network: networks[i], retries: orDefault(s.Settings.Retries, DefaultRetries)}
	}
	for k, epochs := range s.halving.epochs {
		s.together(len(alive), func(j int) {
			m := &list[alive[j]]
			m.Evaluation, m.err = s.train(ctx, &climbers[alive[j]], epochs)
		})
		if k == len(s.halving.seen) || ctx.Err() != nil {
			break
		}
		on := alive[:0]
		seen := slices.Clone(s.halving.seen[k])
		for _, i := range alive {
			m := &list[i]
			if m.err != nil || m.Refused || m.Reason != "" { // it has ended
				continue
			}
			m.rungs, seen = append(m.rungs, m.Accuracy), append(seen, m.Accuracy)
			if s.halving.GoesOn(m.Accuracy, seen) {
				on = append(on, i)
				continue
			}
			m.stopped = true
			m.Reason = fmt.Sprintf("stopped after %d of %d epochs: rank %d of %d by accuracy, the best %d go on",
				epochs, s.halving.epochs[len(s.halving.seen)], rank(m.Accuracy, seen), len(seen), s.halving.keep(len(seen)))
		}
		alive = on
	}
	return list
}

// A climber is a network on its way up.
type climber struct {
	network  string
	training Training
	retries  int     // that are left
	lost     float64 // seconds of attempts that failed
}

// train takes a network to a rung, from the beginning again if that fails.
func (s *Search) train(ctx context.Context, c *climber, epochs int) (e Evaluation, err error) {
	for ; ; c.retries-- {
		if c.training == nil {
			c.training, err = s.halving.evaluator.Begin(c.network, s.seedOf(c.network))
		}
		if err == nil {
			e, err = timed(func() (Evaluation, error) { return c.training.To(ctx, epochs) })
			err = checkAccuracy(c.network, e, err)
		}
		if err == nil || c.retries <= 0 || ctx.Err() != nil {
			e.Seconds += c.lost
			return e, err
		}
		c.lost += e.Seconds
		c.training = nil
	}
}
