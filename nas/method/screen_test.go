package method_test

import (
	"context"
	"testing"

	"coexplore/internal/searchtest"
	"coexplore/nas"
)

// planLog is hardware that remembers what it planned.
type planLog struct {
	nas.Hardware
	space nas.Space
	plans []loggedPlan
}

type loggedPlan struct {
	network                string
	feasible               bool
	efficiency, throughput float64
}

func (l *planLog) Plan(actions []int, fps float64) (*nas.Plan, error) {
	p, err := l.Hardware.Plan(actions, fps)
	if err == nil {
		l.plans = append(l.plans, loggedPlan{l.space.Network(actions), p.Feasible, p.Efficiency, p.Throughput})
	}
	return p, err
}

// TestScreened checks the choice of every screened method against going through all
// that it planned for a trial: the most efficient network that meets the specification
// and was not evaluated before, or where there is none the fastest that misses it.
func TestScreened(t *testing.T) {
	for _, name := range []string{"screened-random", "screened-evolution", "screened-nsga2", "hillclimb"} {
		for _, spec := range []float64{searchtest.Spec, 2200} { // the second is met by few
			p := searchtest.Problem(t, &searchtest.Counting{})
			log := &planLog{Hardware: p.Hardware, space: p.Space}
			p.Hardware, p.Spec = log, spec
			r, err := nas.Explore(context.Background(), p, nas.Settings{Seed: 8, Episodes: 60}, searchtest.Methods[name]())
			if err != nil {
				t.Fatal(err)
			}
			plans := log.plans[1:] // the first is the check of the specification
			evaluated := map[string]bool{}
			chosen := 0
			for _, trial := range r.Trials {
				own := plans[:trial.Plans]
				plans = plans[trial.Plans:]
				var best *loggedPlan
				for i := range own[:len(own)-1] {
					c := &own[i]
					if evaluated[c.network] {
						continue
					}
					if best == nil || c.feasible && !best.feasible ||
						c.feasible == best.feasible && (c.feasible && c.efficiency > best.efficiency || !c.feasible && c.throughput > best.throughput) {
						best = c
					}
				}
				if best != nil {
					chosen++
					if trial.Network != best.network || (trial.Status == nas.Pruned) == best.feasible {
						t.Fatalf("%s, trial %d: %s (%s) was proposed, of %d networks %+v is the best", name, trial.Index, trial.Network, trial.Status, len(own)-1, *best)
					}
				}
				if trial.Status != nas.Pruned {
					evaluated[trial.Network] = true
				}
			}
			if chosen < 50 {
				t.Errorf("%s at %g frames/s: only %d of 60 trials had a choice", name, spec, chosen)
			}
		}
	}
}
