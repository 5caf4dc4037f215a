package method

import (
	"context"
	"math"
	"slices"

	"coexplore/nas"
	"coexplore/nas/pareto"
)

// The shares of an episode's plans.
const (
	randomShare = 0.2
	fastShare   = 0.2
)

// choose returns the actions of the candidate that is expected to improve the front
// most, the first of equals, and the best of the others. Where no network meets the
// specification, they are those of the fastest that misses it, and where there was no
// plan to spare those that the controller samples.
func (m *Surrogate) choose(ctx context.Context, s *nas.Search, t *nas.Trial) ([]int, []candidate, error) {
	rate, front, err := m.rating(s)
	if err != nil {
		return nil, nil, err
	}
	began := s.Plans()
	c := &candidates{search: s, rate: rate, place: make(map[string]int), until: began + m.Screen}
	c.keep(m.pool)
	until := c.until
	if !m.Random {
		until = began + int(randomShare*float64(m.Screen))
	}
	if err := c.random(ctx, until); err != nil {
		return nil, nil, err
	}
	if m.model.Len() == 0 {
		if err := m.begin(c); err != nil {
			return nil, nil, err
		}
	}
	if !m.Random && !m.Local {
		if err := m.fast(ctx, c, t, s.Plans()+int(fastShare*float64(m.Screen))); err != nil {
			return nil, nil, err
		}
	}
	if err := c.neighbours(ctx, front, c.until); err != nil {
		return nil, nil, err
	}
	if err := c.random(ctx, c.until); err != nil { // where all neighbours are known
		return nil, nil, err
	}
	best := c.top(m.Pool + 1)
	switch {
	case len(best) > 0:
		rest := make([]candidate, len(best)-1)
		for i, at := range best[1:] {
			rest[i] = c.list[at]
		}
		return c.list[best[0]].Actions, rest, nil
	case c.missed != nil:
		return c.missed, nil, nil
	}
	actions := m.policy.Sample(s.Rand, nil)
	return actions[:s.Problem.Space.Used(actions)], nil, nil
}

// rating returns what works out the improvement that a candidate is expected to bring,
// and the actions of the front's networks.
func (m *Surrogate) rating(s *nas.Search) (func(c *candidate), [][]int, error) {
	if err := m.model.Fit(); err != nil {
		return nil, nil, err
	}
	var designs []nas.Design
	for i := range s.Trials() {
		t := &s.Trials()[i]
		if (t.Status == nas.Trained || t.Status == nas.Reused) && nas.Meets(t.Throughput, s.Problem.Spec) {
			designs = append(designs, t.Design)
		}
	}
	var points [][]float64
	var front [][]int
	for _, d := range nas.Front(designs) {
		points = append(points, []float64{d.Accuracy, d.Efficiency})
		actions, err := s.Problem.Space.Actions(d.Network)
		if err != nil {
			return nil, nil, err
		}
		front = append(front, actions)
	}
	stairs, err := pareto.NewStaircase(points, [2]float64{})
	return func(c *candidate) {
		if c.features == nil {
			c.features = m.model.features.of(c.Actions, c.Params, c.MACs)
		}
		p := m.model.predict(c.features)
		if m.Certain {
			p.Deviation = 0
		}
		c.improvement = stairs.ExpectedImprovement(p.Excess(), c.Efficiency)
	}, front, err
}

// begin tells a model that knows of no accuracy what networks of middling size cost, by
// the candidates, and rates them anew.
func (m *Surrogate) begin(c *candidates) error {
	if len(c.list) == 0 {
		return nil
	}
	params, macs := 0.0, 0.0
	for i := range c.list {
		params += math.Log1p(float64(c.list[i].Params)) / float64(len(c.list))
		macs += math.Log1p(float64(c.list[i].MACs)) / float64(len(c.list))
	}
	m.model.Typical(int64(math.Expm1(params)), int64(math.Expm1(macs)))
	if err := m.model.Fit(); err != nil {
		return err
	}
	for i := range c.list {
		c.rate(&c.list[i])
	}
	return nil
}

// fast explores from the best candidate, with plans of the search up to a number; all
// that meets the specification becomes a candidate.
func (m *Surrogate) fast(ctx context.Context, c *candidates, t *nas.Trial, until int) error {
	s := c.search
	best := c.top(1)
	if len(best) == 0 || !c.may(1, until) {
		return nil
	}
	start := slices.Clone(c.list[best[0]].Actions)
	plan, err := s.Plan(start)
	if err != nil {
		return err
	}
	t.FastStart, t.FastBest = plan.Efficiency, plan.Efficiency
	settings := DefaultFastSettings()
	settings.Mode = Single{} // the improvement is that of the whole network
	f, err := NewFastExploration(s.Problem.Hardware, s.Problem.Spec, m.policy, settings, start, plan)
	if err != nil {
		return err
	}
	f.Merit = c.add
	for step := 1; c.may(f.StepPlans(), until); step++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f.Step(s.Rand); err != nil {
			return err
		}
		t.FastSteps, t.FastBest = step, f.Best
		err := s.RecordFast(nas.FastStep{
			Episode: t.Episode, Step: step, Rewards: f.Rewards, Efficiency: f.Efficiency, Meets: f.Meets, Best: f.Best,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
