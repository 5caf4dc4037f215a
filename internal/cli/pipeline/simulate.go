package pipeline

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	"github.com/spf13/pflag"

	"coexplore/hw"
	"coexplore/hw/sim"
	"coexplore/internal/cli"
	"coexplore/kernelext/figure"
)

// simulateFlags are the flags of pipeline that send frames through it.
type simulateFlags struct {
	frames int
	jitter float64
	seed   uint64
	gantt  string
}

func (f *simulateFlags) add(fl *pflag.FlagSet) {
	fl.IntVar(&f.frames, "simulate", 0, "send so many frames through the pipeline, event by event (--json has the trace of up to 1000)")
	fl.Float64Var(&f.jitter, "jitter", 0, "with --simulate, spread all times evenly over 1-JITTER to 1+JITTER times their length")
	fl.Uint64Var(&f.seed, "seed", 1, "of the jitter")
	fl.StringVar(&f.gantt, "gantt", "", "with --simulate, save a chart of the frames on their way to this file ("+strings.Join(figure.Formats(), ", ")+")")
}

// check refuses values that make no sense.
func (f *simulateFlags) check() error {
	switch {
	case f.frames < 0 || f.frames > 1_000_000:
		return cli.Usagef("--simulate %d: want frames, 1 to 1000000", f.frames)
	case !(f.jitter >= 0 && f.jitter <= 1):
		return cli.Usagef("--jitter %v: want 0 to 1", f.jitter)
	case f.frames == 0 && (f.jitter > 0 || f.gantt != ""):
		return cli.Usagef("--jitter and --gantt need --simulate FRAMES, as in --simulate 8")
	}
	return nil
}

// simulation is what --simulate adds to the result.
type simulation struct {
	Frames        int           `json:"frames"`
	Jitter        float64       `json:"jitter"`
	ThroughputFPS float64       `json:"throughput_fps"` // after warm-up
	FirstMS       float64       `json:"first_ms"`       // until the first frame is done
	MeanMS        float64       `json:"mean_ms"`        // a frame takes
	MaxMS         float64       `json:"max_ms"`
	Stages        []sim.Waiting `json:"stages"`
	ClockMHz      float64       `json:"clock_mhz"` // of the trace's cycles
	Trace         []sim.Span    `json:"trace,omitempty"`
}

// mostTraced is the most frames whose every step is kept.
const mostTraced = 1000

// simulate sends frames through the pipeline, and draws them.
func (f *simulateFlags) simulate(pipe *hw.Pipeline, net *hw.Network, target hw.Target) (*simulation, error) {
	machine, err := sim.New(pipe, net, target)
	if err != nil {
		return nil, err
	}
	machine.Jitter, machine.Rand, machine.Trace = f.jitter, rand.New(rand.NewPCG(f.seed, 0)), f.frames <= mostTraced || f.gantt != ""
	r, err := machine.Run(f.frames)
	if err != nil {
		return nil, err
	}
	if f.gantt != "" {
		p := figure.Gantt(pipe, r)
		if err := figure.Save(p, f.gantt); err != nil {
			return nil, err
		}
	}
	return &simulation{f.frames, f.jitter, r.ThroughputFPS, r.FirstMS, r.MeanMS, r.MaxMS, r.Stages, r.ClockMHz, r.Spans}, nil
}

// print writes what was simulated beside the analytic figures.
func (s *simulation) print(out io.Writer, pipe *hw.Pipeline) {
	fmt.Fprintf(out, "\nSimulated, %d frames", s.Frames)
	if s.Jitter > 0 {
		fmt.Fprintf(out, " with a jitter of %g", s.Jitter)
	}
	fmt.Fprintf(out, ": %.4g frames/s after warm-up (analytic %.4g); the first frame after %.4g ms (analytic %.4g), all others in up to %.4g ms\n",
		s.ThroughputFPS, pipe.ThroughputFPS, s.FirstMS, pipe.LatencyMS, s.MaxMS)
	for i, u := range s.Stages {
		fmt.Fprintf(out, "stage %d: %s busy, %s waiting for a frame, %s waiting for an output buffer\n", i+1,
			cli.Percent(u.Busy), cli.Percent(u.Starved), cli.Percent(u.Blocked))
	}
}
