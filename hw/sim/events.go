package sim

import (
	"container/heap"
	"fmt"
)

// Run moves frames through the machine until the last one is done.
func (s *Simulation) Run(frames int) (*Result, error) {
	if frames < 1 {
		return nil, fmt.Errorf("hw: simulation: %d frames: want at least 1", frames)
	}
	if err := s.Check(); err != nil {
		return nil, err
	}
	m := newMachine(s, frames)
	m.run()
	return m.result(), nil
}

// machine is a simulation under way.
type machine struct {
	sim    *Simulation
	frames int
	now    int64
	queue  eventQueue
	made   int // events so far, to keep those of one moment in order
	stages []stageState
	res    *Result
}

// stageState is a stage and the link before it.
type stageState struct {
	fpga  int // number of its first FPGA
	lanes []laneState
	sent  int   // frames that the link has sent
	moved int   // frames that have arrived
	busy  bool  // the link is moving one
	since int64 // and began then
	done  int   // frames that all its FPGAs have finished
}

// laneState is one FPGA.
type laneState struct {
	frames  int // finished
	layer   int // being computed
	busy    bool
	since   int64 // the current layer began
	began   int64 // the first frame began
	ended   int64 // the last frame ended
	working int64 // cycles in layers
	starved int64
	blocked int64
	idle    int64 // idle from here on
	here    bool  // and its next frame is there
}

// event is the end of a layer, of a transfer, or the arrival of a frame.
type event struct {
	at    int64
	order int
	stage int
	lane  int // the FPGA of the stage, or transfer or arrival
}

// What ends where no layer does.
const (
	transfer = -1 - iota // over the link into the stage
	arrival              // of a frame at the stage
)

type eventQueue []event

func (q eventQueue) Len() int { return len(q) }
func (q eventQueue) Less(i, j int) bool {
	return q[i].at < q[j].at || q[i].at == q[j].at && q[i].order < q[j].order
}
func (q eventQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *eventQueue) Push(x any)   { *q = append(*q, x.(event)) }
func (q *eventQueue) Pop() any {
	e := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return e
}

func newMachine(s *Simulation, frames int) *machine {
	clock, _ := s.clock()
	m := &machine{sim: s, frames: frames, stages: make([]stageState, len(s.Stages)),
		res: &Result{Frames: frames, Started: make([]int64, frames), Done: make([]int64, 0, frames), ClockMHz: clock}}
	for f := range m.res.Started {
		m.res.Started[f] = -1
	}
	fpga := 0
	for k := range m.stages {
		m.stages[k] = stageState{fpga: fpga, lanes: make([]laneState, len(s.Stages[k].Cycles))}
		fpga += len(s.Stages[k].Cycles)
	}
	return m
}

func (m *machine) run() {
	if m.sim.Every == 0 {
		m.stages[0].moved = m.frames
	} else {
		for f := range m.frames {
			m.schedule(int64(f)*m.sim.Every, 0, arrival)
		}
	}
	m.start(0)
	for m.queue.Len() > 0 {
		e := heap.Pop(&m.queue).(event)
		m.now = e.at
		switch e.lane {
		case transfer:
			m.sent(e.stage)
		case arrival:
			m.arrived(e.stage)
		default:
			m.layerEnded(e.stage, e.lane)
		}
	}
}

func (m *machine) schedule(at int64, stage, lane int) {
	m.made++
	heap.Push(&m.queue, event{at, m.made, stage, lane})
}

// sent ends a transfer into stage k, which may start the stage before, whose output
// buffer is free now, and the next transfer. The frame arrives after the link's
// latency.
func (m *machine) sent(k int) {
	st := &m.stages[k]
	m.trace(Span{FPGA: st.fpga, Frame: st.sent, Layer: -1, Start: st.since, End: m.now + m.sim.LinkLatency})
	st.busy = false
	st.sent++
	if m.sim.LinkLatency == 0 {
		m.arrived(k)
	} else {
		m.schedule(m.now+m.sim.LinkLatency, k, arrival)
	}
	m.move(k)
	m.start(k - 1)
}

// arrived lets stage k start on a frame.
func (m *machine) arrived(k int) {
	m.stages[k].moved++
	m.start(k)
}

// layerEnded goes on to the FPGA's next layer, or ends its frame.
func (m *machine) layerEnded(k, l int) {
	st := &m.stages[k]
	lane := &st.lanes[l]
	plan := &m.sim.Stages[k]
	m.trace(Span{FPGA: st.fpga + l, Frame: lane.frames, Layer: plan.Layers[lane.layer], Start: lane.since, End: m.now})
	lane.working += m.now - lane.since
	if lane.layer++; lane.layer < len(plan.Layers) {
		m.layer(k, l)
		return
	}
	lane.busy, lane.layer, lane.ended, lane.idle, lane.here = false, 0, m.now, m.now, false
	lane.frames++
	done := lane.frames
	for i := range st.lanes {
		done = min(done, st.lanes[i].frames)
	}
	if done > st.done {
		st.done = done
		if k+1 < len(m.stages) {
			m.move(k + 1)
		} else {
			m.res.Done = append(m.res.Done, m.now)
		}
		m.move(k) // an input buffer is free
	}
	m.start(k)
}

// layer begins the FPGA's current layer.
func (m *machine) layer(k, l int) {
	lane := &m.stages[k].lanes[l]
	lane.since = m.now
	m.schedule(m.now+m.sim.length(m.sim.Stages[k].Cycles[l][lane.layer]), k, l)
}

// start begins the next frame on every FPGA of stage k that can.
func (m *machine) start(k int) {
	st := &m.stages[k]
	for l := range st.lanes {
		lane := &st.lanes[l]
		if lane.busy || lane.frames == m.frames {
			continue
		}
		here := lane.frames < st.moved
		room := k+1 == len(m.stages) || lane.frames < m.stages[k+1].sent+m.sim.Buffers
		lane.wait(m.now, here)
		if !here || !room {
			continue
		}
		if lane.frames == 0 {
			lane.began = m.now
		}
		if k == 0 && m.res.Started[lane.frames] < 0 {
			m.res.Started[lane.frames] = m.now
		}
		lane.busy = true
		m.layer(k, l)
	}
}

// wait books the time since the FPGA was last looked at by what it waited for
// then, and notes what it waits for from now on: a frame that is not here yet,
// or else an output buffer.
func (lane *laneState) wait(now int64, here bool) {
	if lane.frames > 0 {
		if lane.here {
			lane.blocked += now - lane.idle
		} else {
			lane.starved += now - lane.idle
		}
	}
	lane.idle, lane.here = now, here
}

// move begins the next transfer into stage k if it can.
func (m *machine) move(k int) {
	if k == 0 {
		return
	}
	st := &m.stages[k]
	if st.busy || st.sent >= m.stages[k-1].done || st.sent >= st.done+m.sim.Buffers {
		return
	}
	st.busy, st.since = true, m.now
	m.schedule(m.now+m.sim.length(m.sim.Stages[k].Link), k, transfer)
}

func (m *machine) trace(s Span) {
	if m.sim.Trace {
		m.res.Spans = append(m.res.Spans, s)
	}
}

// result adds up what was seen.
func (m *machine) result() *Result {
	r := m.res
	r.First = r.Done[0]
	for f := range r.Done {
		ms := float64(r.Done[f]-r.Started[f]) / (r.ClockMHz * 1e3)
		r.MeanMS += ms / float64(m.frames)
		r.MaxMS = max(r.MaxMS, ms)
	}
	r.FirstMS = float64(r.First-r.Started[0]) / (r.ClockMHz * 1e3)
	warm := (m.frames - 1) / 2
	if n := m.frames - 1 - warm; n > 0 {
		r.Interval = float64(r.Done[m.frames-1]-r.Done[warm]) / float64(n)
	} else {
		r.Interval = float64(r.First)
	}
	r.ThroughputFPS = m.sim.fps(r.Interval)
	for k := range m.stages {
		var use Waiting
		for i := range m.stages[k].lanes {
			lane := &m.stages[k].lanes[i]
			share := 1 / (float64(max(lane.ended-lane.began, 1)) * float64(len(m.stages[k].lanes)))
			use.Busy += float64(lane.working) * share
			use.Starved += float64(lane.starved) * share
			use.Blocked += float64(lane.blocked) * share
		}
		r.Stages = append(r.Stages, use)
	}
	return r
}
