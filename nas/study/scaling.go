package study

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/pipelines"
	"coexplore/nas/results"
	"coexplore/nas/space"
)

// ScalingSettings say what is measured. The settings of reach hold for every cell.
type ScalingSettings struct {
	ReachSettings
	Space          space.Chain  // its depths give way to Layers
	FPGA           hw.PoolEntry // a pipeline of n stages has n of them
	Target         hw.Target
	Stages, Layers []int
}

// Slack is the share of its highest throughput that a pipeline of a results.Scaling has to
// reach.
const Slack = 0.5

// MeasureScaling explores, for every number of stages and layers, the pipelines of
// random networks that are cut for the highest throughput, at a specification of Slack
// times that: so exploration begins at an efficiency below Slack whatever the size.
func MeasureScaling(ctx context.Context, s ScalingSettings) (*results.Scaling, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	r := &results.Scaling{Plans: s.Plans, Pipelines: s.Pipelines}
	for _, stages := range s.Stages {
		for _, layers := range s.Layers {
			chains := s.Space
			chains.MinLayers, chains.MaxLayers = layers, layers
			hardware := func() (*pipelines.Hardware, error) {
				pool := hw.Pool{s.FPGA}
				pool[0].Count = stages
				return pipelines.New(chains, pool, s.Target)
			}
			cell := results.ScalingCell{Stages: stages, Layers: layers}
			h, err := hardware()
			if err != nil {
				return nil, err
			}
			rng := rand.New(rand.NewPCG(s.Seed, uint64(1000*stages+layers)))
			starts, err := scalingStarts(ctx, h, stages, s.Pipelines, rng)
			if err != nil {
				return nil, err
			}
			cell.Product = float64(layers) * logChoices(chains)
			for i := range starts {
				sum := 0.0
				for _, st := range starts[i].plan.Pipeline.Stages {
					sum += math.Pow(10, float64(min(st.Last, layers-1)-st.First+1)*logChoices(chains))
				}
				cell.Sum += math.Log10(sum) / float64(len(starts))
			}
			if cell.Reach, err = reachOn(ctx, hardware, starts, s.ReachSettings); err != nil {
				return nil, err
			}
			r.Cells = append(r.Cells, cell)
		}
	}
	return r, nil
}

func (s *ScalingSettings) check() error {
	if err := s.ReachSettings.check(); err != nil {
		return err
	}
	if len(s.Stages) == 0 || len(s.Layers) == 0 {
		return fmt.Errorf("study: there are no numbers of stages or layers to measure")
	}
	for _, stages := range s.Stages {
		for _, layers := range s.Layers {
			if stages < 2 || layers < stages {
				return fmt.Errorf("study: %d layers cannot make %d stages: at least 2 stages, and a layer in each, are needed", layers, stages)
			}
		}
	}
	return nil
}

// logChoices is the logarithm, to base 10, of the choices for a layer.
func logChoices(s space.Chain) float64 {
	return math.Log10(float64(len(s.Kernels) * len(s.Filters) * len(s.Strides)))
}

// scalingStarts draws networks until so many have a layer to decide in each of as many
// stages as there are FPGAs, when they are cut for the highest throughput.
func scalingStarts(ctx context.Context, h *pipelines.Hardware, stages, count int, rng *rand.Rand) ([]start, error) {
	var starts []start
	const tries = 1000 // networks drawn for a pipeline
	for drawn := 0; len(starts) < count; drawn++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if drawn == tries*(len(starts)+1) {
			return nil, fmt.Errorf("study: of %d random networks of %d layers only %d are fastest on %d stages of %v",
				drawn, h.Space().MaxLayers, len(starts), stages, h.Pool())
		}
		actions := nas.Random(h.Space(), nas.Choices(h.Space()), rng)
		fastest, err := h.BestThroughput(actions)
		if err != nil {
			return nil, err
		}
		if fastest == 0 {
			continue
		}
		tight, err := h.Plan(actions, fastest*(1-1e-9))
		if err != nil {
			return nil, err
		}
		if !tight.Feasible || len(tight.Stages) != stages {
			continue
		}
		fps := Slack * fastest
		plan, err := h.Replan(actions, fps, tight)
		if err != nil {
			return nil, err
		}
		starts = append(starts, start{actions, fps, keepPlan(plan)})
	}
	return starts, nil
}
