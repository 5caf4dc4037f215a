package sim

import (
	"fmt"
	"math"
	"math/rand/v2"

	"coexplore/hw"
	"coexplore/hw/accel"
)

// Simulation is a pipeline as a machine that frames move through, event by
// event, to hold against the analytic figures and to show what they leave out.
//
// Each stage is one FPGA, or several that run one layer side by side, and works
// on one frame at a time, layer by layer. Between two stages lies a link. It
// carries one frame at a time, from the buffers of the sender to those of the
// receiver, and both have room for Buffers frames: with two, a stage fills one
// buffer while the link empties the other. So
//   - a stage begins a frame when it is idle, the frame has arrived whole, and
//     one of its output buffers is free;
//   - a link begins a frame when it is idle, the sender has finished the frame,
//     and one of the receiver's input buffers is free. An input buffer is free
//     again once the stage has finished its frame.
//
// With two buffers and no jitter, frames leave one interval apart, the slowest
// stage's or link's time, and the first is there after the sum of all times:
// exactly as the analytic model has it. A source that always has a frame makes
// the frames after it wait in the buffers, so that they take longer; uneven
// times make stages wait for each other, so that throughput falls.
//
// All times are cycles of the clock of which all stages' clocks are fractions
// (hw.CommonClock). An item that moves is hw.Target.Batch frames.
type Simulation struct {
	Stages  []Stage
	Buffers int // frames that a sender or a receiver holds; 2 is double buffering
	// Jitter spreads every layer's and link's time evenly over 1-Jitter to
	// 1+Jitter times its length, 0 <= Jitter <= 1, with numbers from Rand.
	Jitter float64
	Rand   *rand.Rand
	// LinkLatency is the cycles from the sending of the last bit over a link to its
	// arrival; the link is free for the next frame meanwhile.
	LinkLatency int64
	Every       int64 // cycles between the frames that arrive; 0: one is always there
	Trace       bool  // record a Span for every layer and transfer

	clockMHz float64
	batch    int
}

// Stage is one stage of a Simulation.
type Stage struct {
	Link   int64 // cycles to move a frame in from the stage before
	Layers []int // the layers' indices in the network
	// Cycles holds, for each FPGA of the stage, the cycles of each layer.
	Cycles [][]int64
}

// Span is something that took time in a simulation.
type Span struct {
	FPGA  int   `json:"fpga"`  // counted over all stages from 0; of a transfer, the receiving stage's first
	Frame int   `json:"frame"` // from 0
	Layer int   `json:"layer"` // index in the network; -1 for a transfer
	Start int64 `json:"start"` // cycles
	End   int64 `json:"end"`
}

// Link reports that the span is a transfer over the link into its FPGA.
func (s Span) Link() bool { return s.Layer < 0 }

// Result is what a simulation saw.
type Result struct {
	Frames   int
	First    int64   // cycles until the first frame was done
	Interval float64 // cycles between frames, the mean over the second half of them
	// ThroughputFPS is frames a second over the second half: after warm-up.
	ThroughputFPS float64
	FirstMS       float64 // First in milliseconds
	// MeanMS and MaxMS are the time of a frame from its start on the first
	// stage to its end on the last.
	MeanMS, MaxMS float64
	Started, Done []int64 // of each frame, cycles
	Stages        []Waiting
	Spans         []Span // with Trace, in the order in which they ended
	ClockMHz      float64
}

// Waiting is how a stage spent the time from its first frame to its last:
// shares that sum to 1. Of a stage of several FPGAs it is the mean.
type Waiting struct {
	Busy    float64 `json:"busy"`
	Starved float64 `json:"starved"` // waiting for a frame to arrive
	Blocked float64 `json:"blocked"` // waiting for an output buffer
}

// New makes a pipeline of a network a machine with double buffers.
// The target is the one that the pipeline was planned for.
func New(pipe *hw.Pipeline, net *hw.Network, t hw.Target) (*Simulation, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	clocks := make([]float64, len(pipe.Stages))
	for k := range pipe.Stages {
		clocks[k] = stageTarget(&pipe.Stages[k], t).ClockMHz
	}
	if len(clocks) == 0 {
		return nil, fmt.Errorf("hw: simulation: the pipeline has no stages")
	}
	clock, ticks, err := hw.CommonClock(clocks)
	if err != nil {
		return nil, err
	}
	s := &Simulation{Buffers: 2, clockMHz: clock, batch: t.Batch, LinkLatency: int64(t.LinkLatencyUS*clock + 0.5)}
	t.ClockMHz = clock
	at, sharded := 0, 0 // layers covered; pieces of a divided layer covered
	for k := range pipe.Stages {
		st := &pipe.Stages[k]
		if st.First != at || st.Last < st.First || st.Last >= len(net.Layers) {
			return nil, fmt.Errorf("hw: simulation: stage %d has layers %d to %d, after %d of %d", k+1, st.First+1, st.Last+1, at, len(net.Layers))
		}
		own := stageTarget(st, t)
		var layers []int
		var cycles []int64
		for i := st.First; i <= st.Last; i++ {
			l := &net.Layers[i]
			if l.Kind == hw.Dense && t.Dense == hw.DenseOnHost {
				continue
			}
			loops := l.Loops()
			if st.Shard != nil && len(layers) == 0 {
				loops = st.Shard.Loops(loops)
			}
			c, err := accel.LayerCost(loops, st.Design, own)
			if err != nil {
				return nil, fmt.Errorf("%w (simulation, stage %d, layer %d)", err, k+1, i+1)
			}
			layers, cycles = append(layers, i), append(cycles, c.Cycles*ticks[k])
		}
		if sharded > 0 {
			last := &s.Stages[len(s.Stages)-1]
			last.Cycles = append(last.Cycles, cycles)
		} else {
			s.Stages = append(s.Stages, Stage{Link: linkInto(pipe, k, net, t), Layers: layers, Cycles: [][]int64{cycles}})
		}
		if st.Shard != nil {
			if st.Shard.First != sharded {
				return nil, fmt.Errorf("hw: simulation: stage %d has %v, after %d", k+1, st.Shard, sharded)
			}
			if sharded = st.Shard.Last + 1; sharded < st.Shard.Of {
				continue
			}
			sharded = 0
		}
		at = st.Last + 1
	}
	if at != len(net.Layers) {
		return nil, fmt.Errorf("hw: simulation: the pipeline covers %d of %d layers", at, len(net.Layers))
	}
	return s, nil
}

// stageTarget is the target with the stage's own word size and clock.
func stageTarget(st *hw.Stage, t hw.Target) hw.Target {
	if st.Bits != 0 {
		t.Bits = st.Bits
	}
	if st.ClockMHz != 0 {
		t.ClockMHz = st.ClockMHz
	}
	return t
}

// linkInto is the cycles of the link before stage k, of the target's clock.
func linkInto(pipe *hw.Pipeline, k int, net *hw.Network, t hw.Target) int64 {
	first := pipe.Stages[k].First
	if first == 0 {
		return 0
	}
	bits := int64(0)
	for i := k; i < len(pipe.Stages) && pipe.Stages[i].First == first; i++ {
		st := &pipe.Stages[i]
		words := int64(0)
		if st.Shard == nil {
			words = net.Cut(first).Words
		} else {
			words = net.ShardWords(first, *st.Shard, i == k)
		}
		bits += int64(stageTarget(st, t).Bits) * words
	}
	t.Bits = 1
	return t.LinkCycles(bits)
}

// Check refuses a machine that cannot run.
func (s *Simulation) Check() error {
	switch {
	case len(s.Stages) == 0:
		return fmt.Errorf("hw: simulation: no stages")
	case s.Buffers < 1:
		return fmt.Errorf("hw: simulation: %d buffers: want at least 1", s.Buffers)
	case !(s.Jitter >= 0 && s.Jitter <= 1):
		return fmt.Errorf("hw: simulation: jitter of %v: want 0 to 1", s.Jitter)
	case s.Jitter > 0 && s.Rand == nil:
		return fmt.Errorf("hw: simulation: jitter needs a source of random numbers")
	case s.LinkLatency < 0:
		return fmt.Errorf("hw: simulation: a link latency of %d cycles: want 0 or more", s.LinkLatency)
	case s.Every < 0:
		return fmt.Errorf("hw: simulation: %d cycles between frames: want 0 or more", s.Every)
	}
	for k, st := range s.Stages {
		if st.Link < 0 || len(st.Cycles) == 0 {
			return fmt.Errorf("hw: simulation: stage %d: link of %d cycles into %d FPGAs", k+1, st.Link, len(st.Cycles))
		}
		for _, c := range st.Cycles {
			if len(c) != len(st.Layers) || len(c) == 0 {
				return fmt.Errorf("hw: simulation: stage %d: %d times for %d layers", k+1, len(c), len(st.Layers))
			}
		}
	}
	return nil
}

// Interval is the analytic interval in cycles: the slowest stage or link.
func (s *Simulation) Interval() int64 {
	slow := int64(0)
	for k := range s.Stages {
		slow = max(slow, s.Stages[k].Link, s.Stages[k].slowest())
	}
	return slow
}

// Latency is the analytic latency of one frame in cycles: all stages and links
// one after another.
func (s *Simulation) Latency() int64 {
	all := int64(0)
	for k := range s.Stages {
		all += s.Stages[k].Link + s.Stages[k].slowest()
	}
	all += int64(len(s.Stages)-1) * s.LinkLatency
	return all
}

// slowest is the cycles of the stage's slowest FPGA.
func (st *Stage) slowest() int64 {
	slow := int64(0)
	for _, c := range st.Cycles {
		all := int64(0)
		for _, x := range c {
			all += x
		}
		slow = max(slow, all)
	}
	return slow
}

// fps turns cycles between items into frames a second.
func (s *Simulation) fps(interval float64) float64 {
	clock, batch := s.clock()
	return float64(batch) * clock * 1e6 / interval
}

func (s *Simulation) clock() (MHz float64, batch int) {
	if s.clockMHz == 0 {
		return hw.DefaultTarget().ClockMHz, 1
	}
	return s.clockMHz, s.batch
}

// length is how long something of c cycles takes this time.
func (s *Simulation) length(c int64) int64 {
	if s.Jitter == 0 {
		return c
	}
	return int64(math.Round(float64(c) * (1 + s.Jitter*(2*s.Rand.Float64()-1))))
}
