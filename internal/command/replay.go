package command

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"coexplore/kernelext/figure"
	"coexplore/nas"
	"coexplore/nas/method"
	"coexplore/nas/run"
)

// A replay is a run's search done once more, with the evaluations of its log, for what
// the log does not hold. It takes the time that planning took.
type replay struct {
	nas.NopRecorder
	nas.Method
	path  []int          // decisions of a network, of which the policy is asked
	steps []nas.FastStep // of fast exploration, of all episodes
	// policy has, for each decision on the path, the probabilities of its choices after
	// each step of the method.
	policy [][][]float64
}

// errNotLogged is for networks that a replay cannot evaluate.
var errNotLogged = errors.New("the log has no evaluation of it")

// newReplay replays a run; nil where it is none that can be: with halving, accuracies are
// not all that was found out.
func newReplay(ctx context.Context, c *run.Config, h nas.Hardware, space nas.Space, r *nas.Result) (*replay, error) {
	best := r.OptHW
	if c.Halving > 0 || best == nil {
		return nil, nil
	}
	m, err := newMethod(c)
	if err != nil {
		return nil, err
	}
	p := &replay{Method: m}
	if p.path, err = space.Actions(best.Network); err != nil {
		return nil, err
	}
	if _, ok := m.(method.Learner); ok {
		p.policy = make([][][]float64, len(p.path))
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
func (p *replay) Fast(step nas.FastStep) error {
	step.Rewards = slices.Clone(step.Rewards)
	p.steps = append(p.steps, step)
	return nil
}

// Step implements nas.Method: it looks at the policy after each.
func (p *replay) Step(ctx context.Context, s *nas.Search) error {
	err := p.Method.Step(ctx, s)
	if l, ok := p.Method.(method.Learner); ok {
		for i := range p.policy {
			p.policy[i] = append(p.policy[i], l.Policy().Probabilities(p.path[:i], nil))
		}
	}
	return err
}

// plots are the figures of what a replay found: the fast exploration of the episode that
// took most steps of it, and the policy on the way to the network.
func (p *replay) plots(space nas.Space) []namedPlot {
	var longest []nas.FastStep
	for from := 0; from < len(p.steps); {
		to := from
		for to < len(p.steps) && p.steps[to].Episode == p.steps[from].Episode {
			to++
		}
		if to-from > len(longest) {
			longest = p.steps[from:to]
		}
		from = to
	}
	var decisions []figure.Decision
	for i, of := range p.policy {
		d := space.Decisions()[i]
		list := figure.Decision{Name: string(d.Kind), Probabilities: of}
		if d.Layer >= 0 {
			list.Name = fmt.Sprintf("%s %d", d.Kind, d.Layer+1)
		}
		for _, v := range d.Values {
			list.Choices = append(list.Choices, fmt.Sprint(v))
		}
		decisions = append(decisions, list)
	}
	return drawable(namedPlot{name: "fast", plot: figure.FastSteps(longest)}, namedPlot{name: "policy", plot: figure.Policy(decisions)})
}
