package pipeline

import (
	"math/rand/v2"
	"strings"

	"github.com/spf13/pflag"

	"coexplore/hw"
	"coexplore/hw/report"
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
	cli.FileVar(fl, &f.gantt, "gantt", "with --simulate, save a chart of the frames on their way to this file ("+strings.Join(figure.Formats(), ", ")+")")
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

// mostTraced is the most frames whose every step is kept.
const mostTraced = 1000

// simulate sends frames through the pipeline, and draws them.
func (f *simulateFlags) simulate(pipe *hw.Pipeline, net *hw.Network, target hw.Target) (*report.Simulation, error) {
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
	return &report.Simulation{Frames: f.frames, Jitter: f.jitter, ThroughputFPS: r.ThroughputFPS, FirstMS: r.FirstMS, MeanMS: r.MeanMS, MaxMS: r.MaxMS,
		Stages: r.Stages, ClockMHz: r.ClockMHz, Trace: r.Spans}, nil
}
