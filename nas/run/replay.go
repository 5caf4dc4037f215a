package run

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"coexplore/nas"
	"coexplore/nas/method"
)

// A Replay is a run's search done once more, with the evaluations of its log, for what
// the log does not hold. It takes the time that planning took.
type Replay struct {
	nas.NopRecorder
	nas.Method
	Steps []nas.FastStep // of fast exploration, of all episodes
	// Policy has, of a method that learns, for each decision on the path, the probabilities of its choices after
	// each step of the method.
	Policy [][][]float64
	path   []int // decisions of OptHW, of which the policy is asked
}

// errNotLogged is for networks that a replay cannot evaluate.
var errNotLogged = errors.New("the log has no evaluation of it")

// NewReplay replays a run; nil where it is none that can be: with halving, accuracies are
// not all that was found out.
func NewReplay(ctx context.Context, c *Config, h nas.Hardware, space nas.Space, r *nas.Result) (*Replay, error) {
	best := r.OptHW
	if c.Halving > 0 || best == nil {
		return nil, nil
	}
	m, err := c.newMethod()
	if err != nil {
		return nil, err
	}
	p := &Replay{Method: m}
	if p.path, err = space.Actions(best.Network); err != nil {
		return nil, err
	}
	if _, ok := m.(method.Learner); ok {
		p.Policy = make([][][]float64, len(p.path))
	}
	last := len(r.Trials) - 1
	again, err := nas.Explore(ctx, nas.Problem{
		Space: space, Hardware: h, Spec: c.FPS, AccuracyFloor: c.AccuracyFloor, Objectives: c.Objectives,
		Evaluator: nas.EvaluatorFunc(func(context.Context, string, uint64) (nas.Evaluation, error) { return nas.Evaluation{}, errNotLogged }),
	}, nas.Settings{
		Seed: c.Seed, Episodes: c.Episodes, MaxTrained: c.MaxTrained, InFlight: c.InFlight, Retries: -1, MaxFailures: -1, Recorder: p, Evaluated: r.Trials,
		Stop: func(t *nas.Trial) bool { return t.Index >= last },
	}, p)
	if err != nil {
		return nil, err
	}
	for i := range again.Trials {
		if i > last || again.Trials[i].Network != r.Trials[i].Network {
			return nil, fmt.Errorf("the run cannot be replayed: its episode %d is another than that of this version of coexplore", i)
		}
	}
	return p, nil
}

// Fast implements nas.Recorder.
func (p *Replay) Fast(step nas.FastStep) error {
	step.Rewards = slices.Clone(step.Rewards)
	p.Steps = append(p.Steps, step)
	return nil
}

// Step implements nas.Method: it looks at the policy after each.
func (p *Replay) Step(ctx context.Context, s *nas.Search) error {
	err := p.Method.Step(ctx, s)
	if l, ok := p.Method.(method.Learner); ok {
		for i := range p.Policy {
			p.Policy[i] = append(p.Policy[i], l.Policy().Probabilities(p.path[:i], nil))
		}
	}
	return err
}
