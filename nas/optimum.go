package nas

import (
	"fmt"
	"math"
	"slices"

	"coexplore/hw"
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
// every accelerator design d that can be the best (hw.CostTable). A stage takes
//
//	Lat = min over d of the sum of its layers' cycles on d
//
// so a partial stage is given up if even min over d of (cycles so far + most that
// the rest can add on d) is no more than the best Lat found, or if min over d of
// (cycles so far + least that the rest can add on d) exceeds the budget of a frame.
func (h *Pipelines) Optimum(actions []int, fps float64, fixed *Plan, tolerance float64) (*Optimum, error) {
	if fixed.Pipeline == nil {
		return nil, fmt.Errorf("nas: the plan is not a pipeline of FPGAs")
	}
	o, err := newOptimizer(h, len(h.space.Decode(actions, nil)), fps, fixed.Pipeline, tolerance)
	if err != nil {
		return nil, err
	}
	return o.run(slices.Clone(actions)), nil
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
	h      *Pipelines
	depth  int
	fps    float64
	budget int64
	good   int64 // cycles that are good enough to stop
	stages []hw.Stage
	states []mapState
	index  map[mapState]int
	nodes  int64
}

func newOptimizer(h *Pipelines, depth int, fps float64, p *hw.Pipeline, tolerance float64) (*optimizer, error) {
	t := h.planner.Target()
	o := &optimizer{h: h, depth: depth, fps: fps, stages: p.Stages, index: make(map[mapState]int)}
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
	t := o.h.planner.Target()
	bits := float64(m.channels) * float64(m.height) * float64(m.width) * float64(t.Bits)
	return t.LinkGbps == 0 || bits/(t.LinkGbps*1e9) <= 1/o.fps
}

// found is the best of a stage, or of the stages so far, between two states.
type found struct {
	cycles  int64   // -1: nothing fits
	bound   float64 // cycles that cannot be exceeded
	choices [][3]int
}

// run is the dynamic programme over the stages.
func (o *optimizer) run(actions []int) *Optimum {
	n := len(o.states)
	type best struct {
		sum, bound float64
		ok         bool
		choices    [][3]int
	}
	here := make([]best, n)
	here[0].ok = true
	for i := range o.stages {
		st := &o.stages[i]
		next := make([]best, n)
		for from := range here {
			if !here[from].ok || i > 0 && !o.linkFits(o.states[from]) {
				continue
			}
			for to, f := range o.stage(st, from) {
				if f.cycles < 0 {
					continue
				}
				sum, bound := here[from].sum+float64(f.cycles), here[from].bound+f.bound
				if !next[to].ok || sum > next[to].sum {
					next[to].ok, next[to].sum = true, sum
					next[to].choices = append(slices.Clone(here[from].choices), f.choices...)
				}
				next[to].bound = max(next[to].bound, bound)
			}
		}
		here = next
	}
	result := &Optimum{Nodes: o.nodes}
	scale := 1 / float64(len(o.stages)) * o.fps / (o.h.planner.Target().ClockMHz * 1e6) / float64(max(1, o.h.planner.Target().Batch))
	for _, b := range here {
		if !b.ok {
			continue
		}
		result.Bound = max(result.Bound, b.bound*scale)
		if u := b.sum * scale; result.Actions == nil || u > result.Efficiency {
			result.Efficiency = u
			result.Actions = slices.Clone(actions)
			start, _ := o.h.space.LayerDecisions(0, 0)
			for l, c := range b.choices {
				at := start + l*o.h.space.perLayer()
				copy(result.Actions[at:at+o.h.space.perLayer()], c[:])
			}
		}
	}
	return result
}

// stage finds the best of a stage from one state to each state.
func (o *optimizer) stage(st *hw.Stage, from int) []found {
	list := make([]found, len(o.states))
	for i := range list {
		list[i].cycles = -1
	}
	layers := min(st.Last, o.depth-1) - st.First + 1
	hasHead := st.Last >= o.depth
	table, ok := o.h.planner.CostTable(st.Device)
	if !ok {
		return list
	}
	s := newStageSearch(o, table, max(layers, 0), from, hasHead)
	if layers <= 0 {
		if s.tails[from] != nil {
			list[from] = s.solve(from)
		}
		return list
	}
	for to := range list {
		if s.reachable(to) && s.tails[to] != nil {
			list[to] = s.solve(to)
		}
	}
	return list
}

// stageSearch is the search over the layers of one stage from one state.
type stageSearch struct {
	o       *optimizer
	table   hw.CostTable
	designs int
	sure    int // designs that hold everything
	layers  int
	from    int
	options [][]option // by state
	tails   [][]int64  // by final state: cycles of the head's layers on each design; nil: cannot be
	tailRow [][]int32

	// For one final state: what the rest of the stage can add, by layer and state,
	// on each design; nil where the final state cannot be reached.
	most, least [][][]int64

	sums   [][]int64 // by layer: cycles so far on each design
	rows   []int32
	path   [][3]int
	best   int64
	choice [][3]int
	done   bool
}

func newStageSearch(o *optimizer, table hw.CostTable, layers, from int, hasHead bool) *stageSearch {
	s := &stageSearch{
		o: o, table: table, layers: layers, from: from,
		designs: len(table.Designs()), sure: table.Everywhere(),
		options: make([][]option, len(o.states)), tails: make([][]int64, len(o.states)), tailRow: make([][]int32, len(o.states)),
	}
	for i, m := range o.states {
		s.options[i] = s.optionsAt(m)
		if hasHead {
			s.tails[i], s.tailRow[i] = s.tail(m)
		} else {
			s.tails[i] = make([]int64, s.designs)
		}
	}
	s.sums = make([][]int64, layers+1)
	for l := range s.sums {
		s.sums[l] = make([]int64, s.designs)
	}
	s.path = make([][3]int, layers)
	return s
}

// optionsAt are the layers that can follow a state, the costly ones first: they
// come near the budget soonest.
func (s *stageSearch) optionsAt(m mapState) []option {
	space := &s.o.h.space
	var list []option
	for k, kernel := range space.Kernels {
		for f, filters := range space.Filters {
			for st, stride := range space.Strides {
				net, err := hw.Chain{{Kernel: kernel, Filters: filters, Stride: stride}}.Network(
					hw.Shape{C: m.channels, H: m.height, W: m.width}, space.Classes, space.Head)
				if err != nil {
					continue
				}
				row, ok := s.table.Row(net.Layers[0].Loops())
				if !ok {
					continue
				}
				out := net.Layers[0].Out
				cycles := s.table.Cycles(row)
				list = append(list, option{
					choice: [3]int{k, f, st}, to: s.o.index[mapState{out.C, out.H, out.W}],
					row: int32(row), cycles: cycles, smallest: slices.Min(cycles),
				})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b option) int { return int(b.smallest - a.smallest) })
	return list
}

// tail is what the head's layers after a state cost on each design.
func (s *stageSearch) tail(m mapState) ([]int64, []int32) {
	space := &s.o.h.space
	in := hw.Shape{C: m.channels, H: m.height, W: m.width}
	net, err := hw.Chain{{Kernel: 1, Filters: m.channels, Stride: 1}}.Network(in, space.Classes, space.Head)
	if err != nil {
		return nil, nil
	}
	sum := make([]int64, s.designs)
	var rows []int32
	for i := range net.Layers[1:] {
		l := &net.Layers[1+i]
		if l.Kind == hw.Dense && s.o.h.planner.Target().Dense == hw.DenseOnHost {
			continue
		}
		row, ok := s.table.Row(l.Loops())
		if !ok {
			return nil, nil
		}
		rows = append(rows, int32(row))
		for d, c := range s.table.Cycles(row) {
			sum[d] += c
		}
	}
	return sum, rows
}

// reachable tells whether the stage can end in a state; solve works it out.
func (s *stageSearch) reachable(to int) bool {
	s.most, s.least = make([][][]int64, s.layers+1), make([][][]int64, s.layers+1)
	for l := range s.most {
		s.most[l], s.least[l] = make([][]int64, len(s.o.states)), make([][]int64, len(s.o.states))
	}
	s.most[s.layers][to], s.least[s.layers][to] = s.tails[to], s.tails[to]
	for l := s.layers - 1; l >= 0; l-- {
		for m := range s.o.states {
			for i := range s.options[m] {
				op := &s.options[m][i]
				most, least := s.most[l+1][op.to], s.least[l+1][op.to]
				if most == nil {
					continue
				}
				if s.most[l][m] == nil {
					s.most[l][m], s.least[l][m] = make([]int64, s.designs), make([]int64, s.designs)
					for d := range s.least[l][m] {
						s.least[l][m][d] = math.MaxInt64
					}
				}
				a, b := s.most[l][m], s.least[l][m]
				for d, c := range op.cycles {
					a[d], b[d] = max(a[d], c+most[d]), min(b[d], c+least[d])
				}
			}
		}
	}
	return s.most[0][s.from] != nil
}

// solve finds the best of the stage that ends in the state for which reachable
// was called last.
func (s *stageSearch) solve(to int) found {
	s.best, s.done = -1, false
	if s.layers == 0 {
		if c := s.latency(s.tails[to], s.tailRow[to]); c <= s.o.budget {
			return found{cycles: c, bound: float64(c)}
		}
		return found{cycles: -1}
	}
	s.rows = s.rows[:0]
	clear(s.sums[0])
	s.descend(0, s.from, to)
	if s.best < 0 {
		return found{cycles: -1}
	}
	bound := float64(s.best)
	if s.done && s.best < s.o.budget { // it stopped early: the rest is not known
		bound = float64(s.o.budget)
	}
	return found{s.best, bound, slices.Clone(s.choice)}
}

// latency is the cycles of a whole stage.
func (s *stageSearch) latency(sums []int64, rows []int32) int64 {
	c := int64(math.MaxInt64)
	for d, v := range sums {
		if v < c && (d < s.sure || s.table.Holds(d, rows)) {
			c = v
		}
	}
	return c
}

func (s *stageSearch) descend(l, at, to int) {
	s.o.nodes++
	sums := s.sums[l]
	if l == s.layers {
		total := s.sums[l]
		rows := s.rows
		if tail := s.tails[to]; len(s.tailRow[to]) > 0 {
			total = make([]int64, s.designs)
			for d := range total {
				total[d] = sums[d] + tail[d]
			}
			rows = append(slices.Clone(rows), s.tailRow[to]...)
		}
		if c := s.latency(total, rows); c > s.best && c <= s.o.budget {
			s.best, s.choice = c, append(s.choice[:0], s.path...)
			s.done = c >= s.o.good
		}
		return
	}
	next := s.sums[l+1]
	for i := range s.options[at] {
		op := &s.options[at][i]
		most, least := s.most[l+1][op.to], s.least[l+1][op.to]
		if most == nil {
			continue
		}
		high, low := int64(math.MaxInt64), int64(math.MaxInt64)
		for d, c := range op.cycles {
			v := sums[d] + c
			next[d] = v
			low = min(low, v+least[d])
			if d < s.sure { // others may not hold the stage
				high = min(high, v+most[d])
			}
		}
		if low > s.o.budget || high <= s.best {
			continue
		}
		s.path[l] = op.choice
		s.rows = append(s.rows, op.row)
		s.descend(l+1, op.to, to)
		s.rows = s.rows[:len(s.rows)-1]
		if s.done {
			return
		}
	}
}
