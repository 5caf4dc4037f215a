package study

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/pipelines"
	"coexplore/nas/space"
)

// BestThroughputs are the highest throughputs, in frames/s and rising, that a
// pool of FPGAs reaches for each of the networks of a sample; 0 for a network
// that it cannot run at all.
type BestThroughputs []float64

// ValidShare draws networks of the hardware's space as nas.Random does, and plans
// each for the highest throughput that its pool reaches. What comes back tells the share of
// valid networks for any specification: see [BestThroughputs.Share]. The seed
// decides the sample, so that different pools are asked about the same networks.
func ValidShare(ctx context.Context, h *pipelines.Hardware, samples int, seed uint64) (BestThroughputs, error) {
	if samples < 1 {
		return nil, fmt.Errorf("study: at least 1 network must be sampled, %d are asked for", samples)
	}
	rng := rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))
	choices := nas.Choices(h.Space())
	best := make(BestThroughputs, samples)
	for i := range best {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var err error
		if best[i], err = h.BestThroughput(nas.Random(h.Space(), choices, rng)); err != nil {
			return nil, err
		}
	}
	slices.Sort(best)
	return best, nil
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

// ShareSettings say which networks are sampled, and which FPGAs are to run them.
type ShareSettings struct {
	Space   space.Chain // with the strides of each of Strides in place of its own
	Strides []string    // as space.Strides reads them
	Pools   []hw.Pool
	Target  hw.Target // the zero value means hw.DefaultTarget()
	Samples int       // networks that are sampled for each curve
	Seed    uint64    // decides the sample: equal strides mean the same networks
	FPS     []float64 // specifications, frames/s
}

// Shares are the shares of a space's networks that meet specifications: the
// paper's figure of valid networks (arXiv 1907.04650, section V).
type Shares struct {
	Space   string       `json:"space"`
	Samples int          `json:"samples"` // networks sampled for each curve
	Seed    uint64       `json:"seed"`
	FPS     []float64    `json:"fps"` // specifications, frames/s, rising
	Curves  []ShareCurve `json:"curves"`
}

// A ShareCurve is the shares of one stride setting and pool. Shares and their
// standard errors are from 0 to 1.
type ShareCurve struct {
	Stride        string    `json:"stride"`
	Pool          string    `json:"fpga"`
	Share         []float64 `json:"share"` // for each specification
	StandardError []float64 `json:"standard_error"`
	Median        float64   `json:"median_fps"` // of the networks' best throughputs

	Best  BestThroughputs `json:"-"` // what the curve is worked out from
	FPGAs int             `json:"-"` // in the pool
}

// MeasureShares works out a curve for each stride setting and pool, all at once.
func MeasureShares(ctx context.Context, s ShareSettings) (*Shares, error) {
	r := &Shares{Space: s.Space.Title, Samples: s.Samples, Seed: s.Seed, FPS: slices.Clone(s.FPS)}
	slices.Sort(r.FPS)
	r.FPS = slices.Compact(r.FPS)
	var hardware []*pipelines.Hardware
	for _, name := range s.Strides {
		strides, err := space.Strides(name)
		if err != nil {
			return nil, err
		}
		for _, pool := range s.Pools {
			h, err := pipelines.New(s.Space.WithStrides(strides...), pool, s.Target)
			if err != nil {
				return nil, err
			}
			hardware = append(hardware, h)
			r.Curves = append(r.Curves, ShareCurve{Stride: name, Pool: pool.String(), FPGAs: pool.Count()})
		}
	}
	errs := make([]error, len(r.Curves))
	var wg sync.WaitGroup
	for i := range r.Curves {
		wg.Go(func() { r.Curves[i].Best, errs[i] = ValidShare(ctx, hardware[i], s.Samples, s.Seed) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	for i := range r.Curves {
		c := &r.Curves[i]
		for _, fps := range r.FPS {
			share, se := c.Best.Share(fps)
			c.Share, c.StandardError = append(c.Share, share), append(c.StandardError, se)
		}
		c.Median = c.Best[len(c.Best)/2]
	}
	return r, nil
}
