package pipelines

import (
	"math"
	"slices"

	"coexplore/hw"
	"coexplore/hw/accel"
)

// stageSearch is the search over the layers of one stage.
type stageSearch struct {
	o       *optimizer
	table   *accel.Table
	designs int
	sure    int // designs that hold everything
	layers  int
	options [][]option // by state
	tails   [][]int64  // by final state: cycles of the head's layers on each design; nil: cannot be
	tailRow [][]int32

	// For the final state to: what the rest of the stage can add, by layer and state,
	// on each design; nil where the final state cannot be reached.
	to          int
	most, least [][][]int64

	sums   [][]int64 // by layer: cycles so far on each design
	rows   []int32
	path   [][3]int
	best   int64
	choice [][3]int
	done   bool
	left   int64 // partial stages that may still be looked at
}

func newStageSearch(o *optimizer, table *accel.Table, layers int, hasHead bool) *stageSearch {
	s := &stageSearch{
		o: o, table: table, layers: layers,
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
		if l.Kind == hw.Dense && s.o.h.options.Target.Dense == hw.DenseOnHost {
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

// bind sets the final state that solve looks for ways to, and works out its bounds.
func (s *stageSearch) bind(to int) {
	s.to = to
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
}

// solve finds the best of the stage from a state to the one that was bound last, which
// can be reached from there.
func (s *stageSearch) solve(from int) found {
	s.best, s.done, s.left = -1, false, s.o.limit
	if s.layers == 0 {
		if c := s.latency(s.tails[s.to], s.tailRow[s.to]); c <= s.o.budget {
			return found{cycles: c, bound: float64(c)}
		}
		return none
	}
	s.rows = s.rows[:0]
	clear(s.sums[0])
	s.descend(0, from)
	f := none
	if s.best >= 0 {
		f = found{s.best, float64(s.best), slices.Clone(s.choice)}
	}
	if s.left <= 0 && !s.done {
		s.o.cut = true
	}
	if s.left <= 0 || s.done { // it stopped early: the rest is not known
		f.bound = float64(s.o.budget)
	}
	return f
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

func (s *stageSearch) descend(l, at int) {
	s.o.nodes++
	s.left--
	sums := s.sums[l]
	if l == s.layers {
		total := s.sums[l]
		rows := s.rows
		if tail := s.tails[s.to]; len(s.tailRow[s.to]) > 0 {
			total = make([]int64, s.designs)
			for d := range total {
				total[d] = sums[d] + tail[d]
			}
			rows = append(slices.Clone(rows), s.tailRow[s.to]...)
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
		s.descend(l+1, op.to)
		s.rows = s.rows[:len(s.rows)-1]
		if s.done || s.left <= 0 {
			return
		}
	}
}
