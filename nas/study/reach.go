package study

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"coexplore/nas"
	"coexplore/nas/method"
	"coexplore/nas/pipelines"
	"coexplore/nas/results"
)

// ReachSettings say how much is measured.
type ReachSettings struct {
	Pipelines int // random pipelines
	Plans     int // that each explorer makes on each of them
	Seed      uint64
	// Fast is how the RNNs learn; nil stands for method.DefaultFastSettings, as
	// co-exploration has them. Mode is not looked at.
	Fast *method.FastSettings
	// Done, if not nil, is called whenever a pipeline is explored, never twice at once.
	Done func()
	// Workers is how many pipelines are explored at once; zero means one for each core.
	// It does not change the result.
	Workers int
}

func (s *ReachSettings) check() error {
	if s.Pipelines < 1 || s.Plans < 1 {
		return fmt.Errorf("study: at least 1 pipeline and 1 plan are needed, are %d and %d", s.Pipelines, s.Plans)
	}
	return nil
}

// MeasureReach explores the pipelines of random networks that meet fps frames a second
// on two FPGAs or more, from untrained controllers and at equal numbers of plans, and
// compares what is found with the optimum of package pipelines. Hardware serves one
// exploration at a time, so that it is made several times, always alike.
func MeasureReach(ctx context.Context, hardware func() (*pipelines.Hardware, error), fps float64, s ReachSettings) (*results.Reach, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	h, err := hardware()
	if err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewPCG(s.Seed, 1))
	choices := nas.Choices(h.Space())
	var starts []start
	const tries = 10000 // networks drawn for a pipeline
	for drawn := 0; len(starts) < s.Pipelines; drawn++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if drawn == tries*(len(starts)+1) {
			return nil, fmt.Errorf("study: of %d random networks only %d meet %g frames/s on two FPGAs or more of %v", drawn, len(starts), fps, h.Pool())
		}
		actions := nas.Random(h.Space(), choices, rng)
		plan, err := h.Plan(actions, fps)
		if err != nil {
			return nil, err
		}
		if plan.Feasible && len(plan.Stages) >= 2 {
			starts = append(starts, start{actions, fps, keepPlan(plan)})
		}
	}
	return reachOn(ctx, hardware, starts, s)
}

// A start is a network on a pipeline that meets the specification, from where to
// explore.
type start struct {
	actions []int
	fps     float64
	plan    *nas.Plan
}

// keepPlan is a copy of a plan which hardware does not use again.
func keepPlan(p *nas.Plan) *nas.Plan {
	kept, pipeline := *p, *p.Pipeline
	kept.Stages, pipeline.Stages = slices.Clone(p.Stages), slices.Clone(p.Pipeline.Stages)
	kept.Pipeline = &pipeline
	return &kept
}

// reachOn explores from each start with each explorer.
func reachOn(ctx context.Context, hardware func() (*pipelines.Hardware, error), starts []start, s ReachSettings) (*results.Reach, error) {
	r := &results.Reach{Pipelines: len(starts), Plans: milestones(s.Plans)}
	begins, gaps := make([]float64, len(starts)), make([]float64, len(starts))
	shares := make([][][]float64, len(starts)) // by start, explorer and milestone
	workers := s.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	workers = min(workers, len(starts))
	fast := method.DefaultFastSettings()
	if s.Fast != nil {
		fast = *s.Fast
	}
	rivals := explorers(fast)
	var telling sync.Mutex
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			h, err := hardware()
			for i := w; i < len(starts) && err == nil; i += workers {
				var best *pipelines.Optimum
				if best, err = h.Optimum(starts[i].actions, starts[i].fps, starts[i].plan, 1e-3); err != nil {
					break
				}
				begins[i], gaps[i] = starts[i].plan.Efficiency/best.Bound, best.Bound-best.Efficiency
				shares[i], err = exploreAll(ctx, h, rivals, &starts[i], rand.NewPCG(s.Seed, uint64(2+i)), r.Plans, best.Bound)
				if s.Done != nil {
					telling.Lock()
					s.Done()
					telling.Unlock()
				}
			}
			errs[w] = err
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	r.Gap = slices.Max(gaps)
	r.Start = results.Quartiles(begins)
	for k, e := range rivals {
		c := results.ReachCurve{Method: e.method, Name: e.name}
		for m := range r.Plans {
			at, mean := make([]float64, len(starts)), 0.0
			for i := range starts {
				at[i] = shares[i][k][m]
				mean += at[i] / float64(len(starts))
			}
			c.Mean, c.Quartiles = append(c.Mean, mean), append(c.Quartiles, results.Quartiles(at))
		}
		r.Curves = append(r.Curves, c)
	}
	return r, nil
}

// exploreAll runs every explorer from a start and returns, for each, the shares of best
// that it had reached at the milestones.
func exploreAll(ctx context.Context, h *pipelines.Hardware, rivals []explorer, from *start, seeds *rand.PCG, at []int, best float64) ([][]float64, error) {
	var shares [][]float64
	for _, e := range rivals {
		c := &course{
			Hardware: h, fps: from.fps, choices: nas.Choices(h.Space()), actions: from.actions, fixed: from.plan,
			curve: make([]float64, at[len(at)-1]),
		}
		rng := rand.New(rand.NewPCG(seeds.Uint64(), seeds.Uint64()))
		if err := e.explore(ctx, c, rng); !errors.Is(err, errSpent) {
			return nil, err
		}
		reached := make([]float64, len(at))
		for m, n := range at {
			reached[m] = c.curve[n-1] / best
		}
		shares = append(shares, reached)
	}
	return shares, nil
}

// milestones are numbers of plans up to the last, 8 for each doubling.
func milestones(last int) []int {
	var list []int
	for x := 0.0; ; x++ {
		n := int(math.Round(math.Pow(2, x/8)))
		if n >= last {
			return append(list, last)
		}
		if len(list) == 0 || n > list[len(list)-1] {
			list = append(list, n)
		}
	}
}
