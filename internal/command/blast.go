package command

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"coexplore/hw"
	"coexplore/internal/atomicfile"
	"coexplore/kernelext/figure"
)

// blastFlags are the flags of pipeline that tell BLAST what it may do, and what
// to show of it.
type blastFlags struct {
	most, ways       int
	bits             string
	parallel         bool
	explain          bool
	frames           int
	jitter           float64
	seed             uint64
	gantt, programme string
}

func (f *blastFlags) add(fl *pflag.FlagSet) {
	fl.IntVar(&f.most, "max-fpgas", 0, "the most FPGAs of the pool to use (0: all)")
	fl.StringVar(&f.bits, "device-bits", "", "word sizes of single parts: PART:BITS, comma separated")
	fl.BoolVar(&f.parallel, "parallel", false, "divide a layer over several FPGAs where none alone meets --fps")
	fl.IntVar(&f.ways, "ways", 4, "the most FPGAs for one layer, with --parallel")
	fl.BoolVar(&f.explain, "explain", false, "print what was considered, and why the answer won")
	fl.IntVar(&f.frames, "simulate", 0, "send so many frames through the pipeline, event by event (--json has the trace of up to 1000)")
	fl.Float64Var(&f.jitter, "jitter", 0, "with --simulate, spread all times evenly over 1-JITTER to 1+JITTER times their length")
	fl.Uint64Var(&f.seed, "seed", 1, "of the jitter")
	fl.StringVar(&f.gantt, "gantt", "", "with --simulate, save a chart of the frames on their way to this file ("+strings.Join(figure.Formats(), ", ")+")")
	fl.StringVar(&f.programme, "lp", "", "save the problem as a mixed integer programme to this file, in the CPLEX LP format")
}

// check refuses values that make no sense. With a given partition there is
// nothing to decide.
func (f *blastFlags) check(partition bool) error {
	switch {
	case f.most < 0:
		return usagef("--max-fpgas %d: want 0 (all) or more", f.most)
	case f.ways < 2 || f.ways > 16:
		return usagef("--ways %d: want 2 to 16", f.ways)
	case f.frames < 0 || f.frames > 1_000_000:
		return usagef("--simulate %d: want frames, 1 to 1000000", f.frames)
	case !(f.jitter >= 0 && f.jitter <= 1):
		return usagef("--jitter %v: want 0 to 1", f.jitter)
	case f.frames == 0 && (f.jitter > 0 || f.gantt != ""):
		return usagef("--jitter and --gantt need --simulate FRAMES, as in --simulate 8")
	case partition && (f.most > 0 || f.bits != "" || f.parallel || f.explain || f.programme != ""):
		return usagef("--partition leaves nothing to decide for --max-fpgas, --device-bits, --parallel, --explain and --lp")
	}
	return nil
}

// blast is BLAST as the flags have it.
func (f *blastFlags) blast(pool hw.Pool, target hw.Target, d *hw.Design, catalogue []hw.Device) (*hw.BLAST, error) {
	b := &hw.BLAST{Pool: pool, Target: target, MaxFPGAs: f.most, Parallel: f.parallel, Ways: f.ways, Design: d, Suggest: true, Catalogue: catalogue}
	if f.bits == "" {
		return b, nil
	}
	b.Bits = map[string]int{}
	for _, item := range strings.Split(f.bits, ",") {
		part, size, ok := strings.Cut(item, ":")
		bits, err := strconv.Atoi(size)
		if !ok || err != nil {
			return nil, usagef("--device-bits %q: want PART:BITS, as in ZU3EG:8", f.bits)
		}
		b.Bits[part] = bits
	}
	return b, nil
}

// plan is BLAST's answer. Without a specification, utilizations are given at
// the throughput that is reached.
func (f *blastFlags) plan(b *hw.BLAST, net *hw.Network, fps float64, obj hw.Objective) (*hw.Answer, error) {
	if fps == 0 {
		a, err := b.Plan(net, 1, obj)
		if err != nil {
			return nil, err
		}
		if fps = a.ThroughputFPS; len(a.Stages) == 0 {
			fps = 1
		}
	}
	b.Explain = f.explain
	a, err := b.Plan(net, fps, obj)
	if err == nil && len(a.Stages) == 0 {
		err = fmt.Errorf("hw: %s", a.Reason)
	}
	return a, err
}

// writeProgramme saves the problem of an answer for a solver. Without a
// specification there is no budget.
func (f *blastFlags) writeProgramme(b *hw.BLAST, net *hw.Network, a *hw.Answer, obj hw.Objective, fps float64) error {
	if obj == hw.MaxThroughput {
		fps = 0
	}
	in, budget, err := b.Instance(net, fps)
	if err != nil {
		return err
	}
	m := hw.MILP{Instance: in, Objective: obj, Budget: budget}
	if obj == hw.MaxUtilization {
		m.FPGAs = len(a.Stages)
	}
	var buf bytes.Buffer
	if _, err := m.WriteTo(&buf); err != nil {
		return err
	}
	return atomicfile.Write(f.programme, buf.Bytes())
}

// find lets BLAST decide.
func (f *pipelineFlags) find(net *hw.Network, pool hw.Pool, d *hw.Design, obj hw.Objective) (*hw.Answer, error) {
	all, err := f.catalogue()
	if err != nil {
		return nil, err
	}
	b, err := f.blast(pool, f.target, d, all)
	if err != nil {
		return nil, err
	}
	a, err := f.plan(b, net, f.fps, obj)
	if err != nil || f.programme == "" {
		return a, err
	}
	if !a.Feasible && obj != hw.MaxThroughput {
		obj = hw.MaxThroughput // as the answer
	}
	return a, f.writeProgramme(b, net, a, obj, f.fps)
}

// given plans the given partition.
func (f *pipelineFlags) given(net *hw.Network, pool hw.Pool, d *hw.Design) (*hw.Answer, error) {
	planner, err := hw.NewPlanner(pool, f.target)
	if err != nil {
		return nil, err
	}
	if err := planner.Fix(d); err != nil {
		return nil, usageError{err}
	}
	place, err := placements(f.partition, pool)
	if err != nil {
		return nil, err
	}
	fps := f.fps
	if fps == 0 {
		fps = 1 // decides nothing: utilisation is given at the throughput reached
	}
	pipe, err := planner.PlanFixed(net, fps, place)
	if err != nil {
		return nil, err
	}
	a := &hw.Answer{Pipeline: *pipe}
	for i := range a.Stages {
		for _, e := range pool {
			if e.Device.Part == a.Stages[i].Device {
				a.Price += e.Device.Price
			}
		}
	}
	if f.fps == 0 {
		atOwnSpeed(&a.Pipeline)
	}
	return a, nil
}

// atOwnSpeed gives utilisations at the throughput that is reached, where no
// specification was given: the slowest stage's is 1.
func atOwnSpeed(p *hw.Pipeline) {
	p.Feasible, p.Reason, p.BestFPS, p.Efficiency = true, "", 0, 0
	for i := range p.Stages {
		s := &p.Stages[i]
		s.Utilization *= p.ThroughputFPS
		p.Efficiency += s.Utilization / float64(len(p.Stages))
	}
}

// simulation is what --simulate adds to the result.
type simulation struct {
	Frames        int           `json:"frames"`
	Jitter        float64       `json:"jitter"`
	ThroughputFPS float64       `json:"throughput_fps"` // after warm-up
	FirstMS       float64       `json:"first_ms"`       // until the first frame is done
	MeanMS        float64       `json:"mean_ms"`        // a frame takes
	MaxMS         float64       `json:"max_ms"`
	Stages        []hw.StageUse `json:"stages"`
	ClockMHz      float64       `json:"clock_mhz"` // of the trace's cycles
	Trace         []hw.Span     `json:"trace,omitempty"`
}

// mostTraced is the most frames whose every step is kept.
const mostTraced = 1000

// simulate sends frames through the pipeline, and draws them.
func (f *blastFlags) simulate(pipe *hw.Pipeline, net *hw.Network, target hw.Target) (*simulation, error) {
	sim, err := hw.NewSimulation(pipe, net, target)
	if err != nil {
		return nil, err
	}
	sim.Jitter, sim.Rand, sim.Trace = f.jitter, rand.New(rand.NewPCG(f.seed, 0)), f.frames <= mostTraced || f.gantt != ""
	r, err := sim.Run(f.frames)
	if err != nil {
		return nil, err
	}
	if f.gantt != "" {
		p, err := figure.Gantt(pipe, r)
		if err != nil {
			return nil, err
		}
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
			percent(u.Busy), percent(u.Starved), percent(u.Blocked))
	}
}
