package nas

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"coexplore/hw"
)

// BestThroughputs are the highest throughputs, in frames/s and rising, that a
// pool of FPGAs reaches for each of the networks of a sample; 0 for a network
// that it cannot run at all.
type BestThroughputs []float64

// ValidShare draws networks of the space as [Random] does, and plans each for the
// highest throughput that the pool reaches. What comes back tells the share of
// valid networks for any specification: see [BestThroughputs.Share]. The seed
// decides the sample, so that different pools are asked about the same networks.
func ValidShare(ctx context.Context, space ChainSpace, pool hw.Pool, target hw.Target, samples int, seed uint64) (BestThroughputs, error) {
	if samples < 1 {
		return nil, fmt.Errorf("nas: at least 1 network must be sampled, %d are asked for", samples)
	}
	hardware, err := NewPipelines(space, pool, target)
	if err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))
	choices := Choices(space)
	best := make(BestThroughputs, samples)
	for i := range best {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if best[i], err = hardware.throughput(Random(space, choices, rng)); err != nil {
			return nil, err
		}
	}
	slices.Sort(best)
	return best, nil
}

// throughput is the highest that the pool reaches for a network, frames/s; 0 if
// a layer of it fits no FPGA.
func (h *Pipelines) throughput(actions []int) (float64, error) {
	h.net = h.space.Decode(actions, h.net)
	s := &h.space
	p := &h.free.pipeline
	// The specification has no part in this objective.
	err := h.planner.PlanChain(p, h.net, s.Input, s.Classes, s.Head, 1, hw.MaxThroughput)
	var misfit *hw.FitError
	if errors.As(err, &misfit) {
		return 0, nil
	}
	return p.ThroughputFPS, err
}

// Share is the share of the sample's networks, 0 to 1, that reach fps frames/s,
// and its standard error as an estimate of the share in the whole space:
// sqrt(p(1-p)/n), that of a binomial proportion.
func (b BestThroughputs) Share(fps float64) (share, standardError float64) {
	if len(b) == 0 {
		return 0, 0
	}
	at, _ := slices.BinarySearch(b, fps*(1-1e-9))
	n := float64(len(b))
	share = float64(len(b)-at) / n
	return share, math.Sqrt(share * (1 - share) / n)
}
