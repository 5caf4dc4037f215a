package figure

import (
	"math/rand/v2"
	"testing"

	"coexplore/hw"
	"coexplore/hw/blast"
	"coexplore/hw/sim"
)

func init() {
	builders["gantt-jitter"] = func() *Figure { return sampleGantt(0.2, 0.6) }
}

// sampleGantt simulates eight frames on four FPGAs; without jitter, two of them
// share the second layer.
func sampleGantt(gbps, jitter float64) *Figure {
	target := hw.DefaultTarget()
	target.LinkGbps = gbps
	net, err := hw.ParseNetwork("3x36,5x36,1x64,3x48s2,7x24,1x64", hw.Shape{C: 3, H: 32, W: 32}, 10, hw.FlattenHead)
	if err != nil {
		return &Figure{err: err}
	}
	pool, err := hw.ParsePool("XC7Z015:4")
	if err != nil {
		return &Figure{err: err}
	}
	planner, err := blast.New(blast.Options{Pool: pool, Target: target, FPS: 90, Objective: hw.MaxThroughput, Parallel: jitter == 0})
	if err != nil {
		return &Figure{err: err}
	}
	pipe, err := planner.Plan(net)
	if err != nil {
		return &Figure{err: err}
	}
	machine, err := sim.New(&pipe.Pipeline, net, target)
	if err != nil {
		return &Figure{err: err}
	}
	machine.Trace, machine.Jitter, machine.Rand = true, jitter, rand.New(rand.NewPCG(1, 2))
	run, err := machine.Run(8)
	if err != nil {
		return &Figure{err: err}
	}
	return Gantt(&pipe.Pipeline, run)
}

func TestGanttRefuses(t *testing.T) {
	pipe := samplePipeline(0.9, 0.8)
	if err := Gantt(pipe, &sim.Result{Frames: 3}).Err(); err == nil {
		t.Error("a simulation without a trace is drawn")
	}
	if err := Gantt(pipe, &sim.Result{Frames: 1, ClockMHz: 100, Spans: []sim.Span{{FPGA: 2, End: 5}}}).Err(); err == nil {
		t.Error("a trace of another pipeline is drawn")
	}
}
