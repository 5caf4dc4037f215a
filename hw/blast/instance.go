package blast

import (
	"fmt"
	"math"
)

// Instance is the problem of BLAST in numbers: a row of layers to cut into
// groups, every way to run each group, and the FPGAs there are. BLAST (Jiang
// et al., IEEE TCAD 37(11), 2018) places a buffer at each cut and assigns each
// group to an FPGA; Solve does both at once.
//
// All times are cycles of one clock.
type Instance struct {
	Layers   int
	Types    []InstanceType
	MaxFPGAs int // the most FPGAs that a solution may use; 0: as many as there are
	Groups   []Group
}

// InstanceType is the FPGAs of one type.
type InstanceType struct {
	Name  string
	Count int
	Price float64
}

// Group is one way to run layers First to Last, inclusive, as a pipeline stage:
// on one FPGA of a type, or, where Use is given, on several side by side.
type Group struct {
	First, Last int
	Type        int
	Use         []int // FPGAs of each type that share the work; nil: one of Type
	Cycles      int64 // until the slowest of its FPGAs is done
	Sum         int64 // of all its FPGAs
	Link        int64 // to move in what crosses the cut before First
	ID          int   // for the caller to know the group by
}

// Solution is a chain of groups that covers all layers.
type Solution struct {
	Groups   []int // indices into Instance.Groups, in order
	Used     []int // FPGAs of each type
	FPGAs    int
	Sum      int64 // cycles of all FPGAs
	Interval int64 // cycles of the slowest stage or link: one over the throughput
	Price    float64
}

// Check refuses an instance that is not one.
func (in *Instance) Check() error {
	if in.Layers < 1 {
		return fmt.Errorf("hw: instance of %d layers: want at least 1", in.Layers)
	}
	if len(in.Types) == 0 {
		return fmt.Errorf("hw: instance has no FPGA types")
	}
	if in.MaxFPGAs < 0 {
		return fmt.Errorf("hw: instance allows %d FPGAs: want 0 (all) or more", in.MaxFPGAs)
	}
	size := 1
	for _, t := range in.Types {
		if t.Count < 0 || !(t.Price >= 0) {
			return fmt.Errorf("hw: instance: %d of type %s at price %v: want no negative", t.Count, t.Name, t.Price)
		}
		if size *= min(t.Count, in.Layers*maxShare) + 1; size > maxSets {
			return fmt.Errorf("hw: the pool can be used in more than %d ways: allow fewer FPGAs of a type", maxSets)
		}
	}
	for i := range in.Groups {
		g := &in.Groups[i]
		if g.First < 0 || g.First > g.Last || g.Last >= in.Layers || g.Cycles < 0 || g.Link < 0 || g.Sum < g.Cycles {
			return fmt.Errorf("hw: instance: group %d (%+v) is none of %d layers", i, *g, in.Layers)
		}
		if g.Use == nil && (g.Type < 0 || g.Type >= len(in.Types)) || g.Use != nil && len(g.Use) != len(in.Types) {
			return fmt.Errorf("hw: instance: group %d (%+v) is not for %d types", i, *g, len(in.Types))
		}
		n := 0
		for _, u := range g.Use {
			if n += u; u < 0 {
				return fmt.Errorf("hw: instance: group %d uses %v FPGAs", i, g.Use)
			}
		}
		if g.Use != nil && n == 0 {
			return fmt.Errorf("hw: instance: group %d uses no FPGA", i)
		}
	}
	return nil
}

const (
	maxShare = 16      // FPGAs that one layer may be split over
	maxSets  = 1 << 20 // sets of FPGAs that a state may have used
)

// Solve finds the best solution in which no stage and no link takes more than
// budget cycles; ok is false where there is none. The objectives are those of
// Plan: hw.MaxUtilization has the largest Sum for its number of FPGAs, hw.MinCost the
// least Price, hw.MaxThroughput the shortest Interval. Ties go to the shorter
// Interval, then to fewer FPGAs, then to the lower Price.
//
// The state of the dynamic programme is (j, u): the first j layers are placed,
// on exactly u[t] FPGAs of every type t. A state keeps the sum S of its FPGAs'
// cycles and its interval T, the slowest stage or link so far. With a group g
// that runs layers i to j-1 on use(g) FPGAs, in c(g) cycles each frame and d(g)
// over the link before it,
//
//	S[j,u] = S[i, u-use(g)] + sum(g)
//	T[j,u] = max(T[i, u-use(g)], c(g), d(g))        S[0,0] = T[0,0] = 0
//
// and a state keeps, of all g that end at j with c(g) <= budget and d(g) <=
// budget, the one with the largest S (then the shortest T) for utilisation, and
// the one with the shortest T for the two other objectives. That is exact: how
// many FPGAs a state has used is part of it, so that neither price nor number
// differs between the ways into it, and neither a sum nor a maximum becomes
// better by a worse beginning. The states (Layers, u) are then compared by the
// objective: S over the number of FPGAs is the mean utilisation over TS.
//
// An example, which is also the package's Example of Solve: three layers that
// take 3, 2 and 4 cycles on a type A, of which there are two at price 2, and 5,
// 3 and 7 on the one B, at price 1. Groups take the sum of their layers; the
// budget is 7. The states (j; A used, B used) for utilisation, with the groups
// that reach them:
//
//	(1;1,0) S=3  A3           (1;0,1) S=5  B5
//	(2;1,0) S=5  A5           (2;2,0) S=5  A3 A2        (2;1,1) S=7  B5 A2, above A3 B3
//	(3;2,0) S=9  A5 A4, T=5, above A3 A6, T=6
//	(3;1,1) S=12 A5 B7, above B5 A6
//	(3;2,1) S=12 A3 A2 B7, above B5 A2 A4 and A3 B3 A4
//
// A state such as (2;0,1) is empty: 5+3 misses the budget. Mean utilisations
// are 9/2, 12/2 and 12/3 over 7: A5 B7 wins with 0.857. The cheapest set is one
// of each, whose shortest interval is that of B5 A6; the shortest of all is 4,
// A3 B3 A4.
//
// The time is proportional to groups times sets of FPGAs.
func (in *Instance) Solve(obj hw.Objective, budget int64) (Solution, bool) {
	s := newSolver(in)
	s.fill(budget, obj == hw.MaxUtilization)
	u := s.pick(obj)
	if u < 0 {
		return Solution{}, false
	}
	return s.solution(u), true
}

// solver is one run of Solve.
type solver struct {
	in     *Instance
	dims   []int
	stride []int
	size   int
	fpgas  []int32 // of each set of FPGAs u, how many they are
	price  []float64
	delta  []int32   // of each group, what it adds to u
	ends   [][]int32 // groups by the layer after their last
	states []way     // (j, u) at j*size+u
}

// way is the best way into a state: what it comes to, and its last group.
type way struct {
	sum   int64
	slow  int64
	group int32 // plus 1; 0: there is none
}

func newSolver(in *Instance) *solver {
	s := &solver{in: in, size: 1}
	limit := in.MaxFPGAs
	if limit == 0 {
		limit = math.MaxInt
	}
	for _, t := range in.Types {
		d := min(t.Count, in.Layers*maxShare, limit) + 1
		s.dims, s.stride = append(s.dims, d), append(s.stride, s.size)
		s.size *= d
	}
	s.fpgas, s.price = make([]int32, s.size), make([]float64, s.size)
	for u := range s.fpgas {
		for t := range s.dims {
			n := s.count(u, t)
			s.fpgas[u] += int32(n)
			s.price[u] += float64(n) * in.Types[t].Price
		}
		if int(s.fpgas[u]) > limit {
			s.fpgas[u] = -1
		}
	}
	s.index()
	s.states = make([]way, (in.Layers+1)*s.size)
	return s
}

// index sorts the groups by their end.
func (s *solver) index() {
	s.delta = make([]int32, len(s.in.Groups))
	s.ends = make([][]int32, s.in.Layers+1)
	counts := make([]int, s.in.Layers+1)
	for i := range s.in.Groups {
		counts[s.in.Groups[i].Last+1]++
	}
	flat := make([]int32, len(s.in.Groups))
	for j, n := range counts {
		s.ends[j], flat = flat[:0:n], flat[n:]
	}
	for i := range s.in.Groups {
		g := &s.in.Groups[i]
		if g.Use == nil {
			s.delta[i] = int32(s.stride[g.Type])
		}
		for t, n := range g.Use {
			s.delta[i] += int32(n * s.stride[t])
		}
		s.ends[g.Last+1] = append(s.ends[g.Last+1], int32(i))
	}
}

// count is how many FPGAs of type t the set u has.
func (s *solver) count(u, t int) int { return u / s.stride[t] % s.dims[t] }

// has reports that the set u has what the group uses.
func (s *solver) has(u int, g *Group) bool {
	if g.Use == nil {
		return s.count(u, g.Type) > 0
	}
	for t, n := range g.Use {
		if s.count(u, t) < n {
			return false
		}
	}
	return true
}

// fill works out every state.
func (s *solver) fill(budget int64, bySum bool) {
	clear(s.states)
	s.states[0].group = 1
	for j := 1; j <= s.in.Layers; j++ {
		row := s.states[j*s.size : (j+1)*s.size]
		for _, gi := range s.ends[j] {
			g := &s.in.Groups[gi]
			if g.Cycles > budget || g.Link > budget {
				continue
			}
			own := max(g.Cycles, g.Link)
			delta := int(s.delta[gi])
			from := s.states[g.First*s.size : (g.First+1)*s.size]
			for u := delta; u < s.size; u++ {
				p := &from[u-delta]
				if p.group == 0 || s.fpgas[u] < 0 || !s.has(u, g) {
					continue
				}
				sum, slow := p.sum+g.Sum, max(p.slow, own)
				to := &row[u]
				if to.group != 0 {
					if bySum && sum != to.sum {
						if sum < to.sum {
							continue
						}
					} else if slow >= to.slow {
						continue
					}
				}
				*to = way{sum, slow, gi + 1}
			}
		}
	}
}

// pick is the set of FPGAs of the best full state, -1 where there is none.
func (s *solver) pick(obj hw.Objective) int {
	best := -1
	for u := 1; u < s.size; u++ {
		if s.final(u).group != 0 && (best < 0 || s.prefer(u, best, obj)) {
			best = u
		}
	}
	return best
}

func (s *solver) final(u int) *way { return &s.states[s.in.Layers*s.size+u] }

// prefer reports that full state u beats full state v.
func (s *solver) prefer(u, v int, obj hw.Objective) bool {
	return s.score(u).beats(s.score(v), obj)
}

func (s *solver) score(u int) score {
	f := s.final(u)
	return score{f.sum, f.slow, int64(s.fpgas[u]), s.price[u]}
}

// score is what the objectives compare.
type score struct {
	sum, slow, fpgas int64
	price            float64
}

func (x score) beats(y score, obj hw.Objective) bool {
	switch obj {
	case MaxUtilization: // sum/fpgas, as fractions
		if l, r := x.sum*y.fpgas, y.sum*x.fpgas; l != r {
			return l > r
		}
	case MinCost:
		if x.price != y.price {
			return x.price < y.price
		}
	}
	if x.slow != y.slow {
		return x.slow < y.slow
	}
	if x.fpgas != y.fpgas {
		return x.fpgas < y.fpgas
	}
	return x.price < y.price
}

// solution walks back from a full state.
func (s *solver) solution(u int) Solution {
	f := s.final(u)
	sol := Solution{Sum: f.sum, Interval: f.slow, FPGAs: int(s.fpgas[u]), Price: s.price[u]}
	for t := range s.dims {
		sol.Used = append(sol.Used, s.count(u, t))
	}
	n := 0
	for j, v := s.in.Layers, u; j > 0; n++ {
		gi := s.states[j*s.size+v].group - 1
		j, v = s.in.Groups[gi].First, v-int(s.delta[gi])
	}
	sol.Groups = make([]int, n)
	for j, v := s.in.Layers, u; j > 0; {
		gi := s.states[j*s.size+v].group - 1
		n--
		sol.Groups[n] = int(gi)
		j, v = s.in.Groups[gi].First, v-int(s.delta[gi])
	}
	return sol
}
