package pipelines

import (
	"fmt"
	"math"
	"slices"

	"coexplore/hw"
	"coexplore/nas"
)

// An Optimum is the best that fast exploration can reach on a fixed pipeline.
type Optimum struct {
	Efficiency float64 // U of the best network found
	// Bound is a proven upper bound: no network of the same depth has a higher U
	// on this partition. It equals Efficiency, but for rounding, where the search
	// ran with no tolerance.
	Bound   float64
	Actions []int // the best network; nil if none meets the specification
	Nodes   int64 // how many partial stages were looked at
}

// Optimum finds, by search with bounds, the highest efficiency of a network of the
// same depth on the partition and FPGAs of a plan: what fast exploration looks for
// by learning. A stage's search over its layers stops once it is within tolerance
// of full utilization, a share such as 1e-4; with 0 every stage is searched to the
// end, which is for stages of up to some five layers.
//
// Stages meet in the feature map that one hands to the next, so the search finds
// the best of every stage for each pair of feature maps at its ends, and a dynamic
// programme over the stages chooses the maps in between.
//
// Within a stage it goes depth first through the layers, with the cycles so far on
// every accelerator design d that can be the best (accel.Table). A stage takes
//
//	Lat = min over d of the sum of its layers' cycles on d
//
// so a partial stage is given up if even min over d of (cycles so far + most that
// the rest can add on d) is no more than the best Lat found, or if min over d of
// (cycles so far + least that the rest can add on d) exceeds the budget of a frame.
func (h *Hardware) Optimum(actions []int, fps float64, fixed *nas.Plan, tolerance float64) (*Optimum, error) {
	if fixed.Pipeline == nil {
		return nil, fmt.Errorf("pipelines: the plan is not a pipeline of FPGAs")
	}
	o, err := newOptimizer(h, len(h.space.Decode(actions, nil)), fps, fixed.Pipeline, tolerance)
	if err != nil {
		return nil, err
	}
	return o.run(actions, tolerance), nil
}

// A mapState is a feature map between layers: its channels and its size.
type mapState struct{ channels, height, width int }

// option is a layer that can be chosen at a state, with its cost on one device.
type option struct {
	choice   [3]int // indices of kernel, filters, stride
	to       int    // state after it
	row      int32  // of the device's cost table
	cycles   []int64
	smallest int64
}

// optimizer holds what all stages share.
type optimizer struct {
	h      *Hardware
	depth  int
	fps    float64
	budget int64
	good   int64 // cycles that are good enough to stop
	stages []hw.Stage
	states []mapState
	index  map[mapState]int
	nodes  int64
	limit  int64 // partial stages to look at between two states
	cut    bool  // the limit has ended a search
}

func newOptimizer(h *Hardware, depth int, fps float64, p *hw.Pipeline, tolerance float64) (*optimizer, error) {
	t := h.options.Target
	if h.options.Latencies != nil {
		return nil, fmt.Errorf("pipelines: the optimum is worked out from the cost model, not from measured latencies")
	}
	for i, e := range h.options.Pool {
		if h.options.Pool.Target(i, t) != t {
			return nil, fmt.Errorf("pipelines: the optimum is worked out for FPGAs of the target's clock and word size: %s has its own", e.Device.Part)
		}
	}
	o := &optimizer{h: h, depth: depth, fps: fps, stages: p.Stages, index: make(map[mapState]int), limit: firstLimit}
	if tolerance == 0 {
		o.limit = math.MaxInt64
	}
	o.budget = int64(float64(t.Batch) * t.ClockMHz * 1e6 / fps)
	o.good = int64(math.Ceil(float64(o.budget) * (1 - tolerance)))
	s := &h.space
	o.state(mapState{s.Input.C, s.Input.H, s.Input.W})
	for i := 0; i < len(o.states); i++ { // grows as states are found
		for _, stride := range s.Strides {
			for _, f := range s.Filters {
				from := o.states[i]
				o.state(mapState{f, (from.height + stride - 1) / stride, (from.width + stride - 1) / stride})
			}
		}
	}
	return o, nil
}

func (o *optimizer) state(m mapState) int {
	k, ok := o.index[m]
	if !ok {
		k = len(o.states)
		o.index[m] = k
		o.states = append(o.states, m)
	}
	return k
}

// linkFits tells whether a feature map crosses a link within a frame's time.
func (o *optimizer) linkFits(m mapState) bool {
	t := o.h.options.Target
	bits := float64(m.channels) * float64(m.height) * float64(m.width) * float64(t.Bits)
	return t.LinkGbps == 0 || bits/(t.LinkGbps*1e9) <= 1/o.fps
}

// found is the best of a stage, or of the stages so far, between two states.
type found struct {
	cycles  int64   // -1: nothing was found that fits
	bound   float64 // cycles that cannot be exceeded; -1: nothing fits
	choices [][3]int
}

// none is that nothing fits.
var none = found{cycles: -1, bound: -1}

// firstLimit is how many partial stages the first of the passes looks at between two
// states.
const firstLimit = 1000

// run passes over the stages until the optimum is known to within the tolerance. Where
// there is one, each pass gives up between two states after ten times the partial stages
// that the pass before it did: most states need not be searched to the end for one way
// through all stages to be good enough.
func (o *optimizer) run(actions []int, tolerance float64) *Optimum {
	for ; ; o.limit *= 10 {
		o.cut = false
		result := o.pass(actions)
		if !o.cut || result.Actions != nil && result.Bound-result.Efficiency <= tolerance {
			return result
		}
	}
}

// pass is the dynamic programme over the stages.
func (o *optimizer) pass(actions []int) *Optimum {
	n := len(o.states)
	here := make([]found, n) // cycles are sums over the stages
	for i := range here {
		here[i] = none
	}
	here[0] = found{}
	for i := range o.stages {
		next := make([]found, n)
		for to := range next {
			next[to] = none
		}
		var open []int // maps that the stage can be handed
		for from := range here {
			if here[from].bound >= 0 && (i == 0 || o.linkFits(o.states[from])) {
				open = append(open, from)
			}
		}
		for k, list := range o.stage(&o.stages[i], open) {
			before := &here[open[k]]
			for to, f := range list {
				if f.bound < 0 {
					continue
				}
				next[to].bound = max(next[to].bound, before.bound+f.bound)
				if f.cycles >= 0 && before.cycles >= 0 && before.cycles+f.cycles > next[to].cycles {
					next[to].cycles = before.cycles + f.cycles
					next[to].choices = append(slices.Clone(before.choices), f.choices...)
				}
			}
		}
		here = next
	}
	result := &Optimum{Nodes: o.nodes}
	scale := 1 / float64(len(o.stages)) * o.fps / (o.h.options.Target.ClockMHz * 1e6) / float64(max(1, o.h.options.Target.Batch))
	for _, f := range here {
		result.Bound = max(result.Bound, f.bound*scale)
		if f.cycles < 0 {
			continue
		}
		if u := float64(f.cycles) * scale; result.Actions == nil || u > result.Efficiency {
			result.Efficiency = u
			result.Actions = slices.Clone(actions)
			for l, c := range f.choices {
				from, to := o.h.space.LayerDecisions(l, l)
				copy(result.Actions[from:to], c[:])
			}
		}
	}
	return result
}

// stage finds the best of a stage from each of the states to each state.
func (o *optimizer) stage(st *hw.Stage, open []int) [][]found {
	lists := make([][]found, len(open))
	for k := range lists {
		lists[k] = make([]found, len(o.states))
		for to := range lists[k] {
			lists[k][to] = none
		}
	}
	table, ok := o.h.planner.Table(st.Device)
	if !ok {
		return lists
	}
	layers := max(min(st.Last, o.depth-1)-st.First+1, 0)
	s := newStageSearch(o, table, layers, st.Last >= o.depth)
	for to := range o.states {
		if s.tails[to] == nil {
			continue
		}
		s.bind(to)
		for k, from := range open {
			if s.most[0][from] != nil {
				lists[k][to] = s.solve(from)
			}
		}
	}
	return lists
}
