package study

import (
	"context"
	"fmt"
	"math/rand/v2"

	"coexplore/nas"
	"coexplore/nas/controller"
	"coexplore/nas/method"
	"coexplore/nas/pipelines"
)

// Reach is how close fast exploration comes to the best that is possible on the
// same pipeline, in the mean over random pipelines: what splitting the controller
// is worth.
type Reach struct {
	Pipelines int     `json:"pipelines"`
	Gap       float64 `json:"gap"` // the optimum of every pipeline is known to within this
	// Split and Single hold, after each step, the highest U found as a share of the
	// optimum: with an RNN for each stage, and with one over the layers of all stages.
	Split  []float64 `json:"split"`
	Single []float64 `json:"single"`
}

// MeasureReach runs fast exploration for a number of steps from untrained
// controllers on count pipelines, those of random networks that meet fps frames a
// second on two FPGAs or more, and compares it with the optimum of package pipelines.
func MeasureReach(ctx context.Context, h *pipelines.Hardware, fps float64, count, steps int, seed uint64) (*Reach, error) {
	if count < 1 || steps < 1 {
		return nil, fmt.Errorf("study: at least 1 pipeline and 1 step are needed, are %d and %d", count, steps)
	}
	rng := rand.New(rand.NewPCG(seed, 1))
	choices := nas.Choices(h.Space())
	r := &Reach{Pipelines: count, Split: make([]float64, steps), Single: make([]float64, steps)}
	const tries = 10000 // networks drawn for a pipeline
	for n, drawn := 0, 0; n < count; drawn++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if drawn == tries*(n+1) {
			return nil, fmt.Errorf("study: of %d random networks only %d meet %g frames/s on two FPGAs or more of %v", drawn, n, fps, h.Pool())
		}
		actions := nas.Random(h.Space(), choices, rng)
		plan, err := h.Plan(actions, fps)
		if err != nil {
			return nil, err
		}
		if !plan.Feasible || len(plan.Stages) < 2 {
			continue
		}
		n++
		best, err := h.Optimum(actions, fps, plan, 1e-3)
		if err != nil {
			return nil, err
		}
		r.Gap = max(r.Gap, best.Bound-best.Efficiency)
		for _, curve := range [][]float64{r.Split, r.Single} {
			settings := method.DefaultFastSettings()
			settings.Single = &curve[0] == &r.Single[0]
			policy, err := controller.New(choices, controller.DefaultSettings(), rng)
			if err != nil {
				return nil, err
			}
			f, err := method.NewFastExploration(h, fps, policy, settings, actions, plan)
			if err != nil {
				return nil, err
			}
			for k := range curve {
				if err := f.Step(rng); err != nil {
					return nil, err
				}
				curve[k] += f.Best / best.Bound / float64(count)
			}
		}
	}
	return r, nil
}
