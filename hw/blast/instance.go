package blast

import (
	"fmt"

	"coexplore/hw"
)

// Instance is the problem of BLAST in numbers: a row of layers to cut into
// groups, every way to run each group (the candidates), and the FPGAs there are. BLAST (Jiang
// et al., IEEE TCAD 37(11), 2018) places a buffer at each cut and assigns each
// group to an FPGA; Solve does both at once.
//
// All times are cycles of one clock (the clock of which all FPGAs' clocks are
// fractions, where they differ).
type Instance struct {
	Layers     int
	Types      []InstanceType
	MaxFPGAs   int // the most FPGAs that a solution may use; 0: as many as there are
	Candidates []Candidate
}

// InstanceType is the FPGAs of one type.
type InstanceType struct {
	Name  string
	Count int
	Price float64
}

// Candidate is one way to run layers First to Last, inclusive, as a pipeline stage:
// on one FPGA of a type, or, where Use is given, on several side by side.
type Candidate struct {
	First, Last int
	Type        int
	Use         []int // FPGAs of each type that share the work; nil: one of Type
	Cycles      int64 // until the slowest of its FPGAs is done
	Sum         int64 // of all its FPGAs
	Link        int64 // to move in what crosses the cut before First
}

// Solution is a chain of candidates that covers all layers.
type Solution struct {
	Candidates []int // indices into Instance.Candidates, in order
	Used       []int // FPGAs of each type
	FPGAs      int
	Sum        int64 // cycles of all FPGAs
	Interval   int64 // cycles of the slowest stage or link: one over the throughput
	Price      float64
}

// Check refuses an instance that is not one.
func (in *Instance) Check() error {
	if in.Layers < 1 {
		return fmt.Errorf("blast: instance of %d layers: want at least 1", in.Layers)
	}
	if len(in.Types) == 0 {
		return fmt.Errorf("blast: instance has no FPGA types")
	}
	if in.MaxFPGAs < 0 {
		return fmt.Errorf("blast: instance allows %d FPGAs: want 0 (all) or more", in.MaxFPGAs)
	}
	for _, t := range in.Types {
		if t.Count < 0 || !(t.Price >= 0) {
			return fmt.Errorf("blast: instance: %d of type %s at price %v: want no negative", t.Count, t.Name, t.Price)
		}
	}
	for i := range in.Candidates {
		g := &in.Candidates[i]
		if g.First < 0 || g.First > g.Last || g.Last >= in.Layers || g.Cycles < 0 || g.Link < 0 || g.Sum < g.Cycles {
			return fmt.Errorf("blast: instance: candidate %d (%+v) is none of %d layers", i, *g, in.Layers)
		}
		if g.Use == nil && (g.Type < 0 || g.Type >= len(in.Types)) || g.Use != nil && len(g.Use) != len(in.Types) {
			return fmt.Errorf("blast: instance: candidate %d (%+v) is not for %d types", i, *g, len(in.Types))
		}
		n := 0
		for _, u := range g.Use {
			if n += u; u < 0 {
				return fmt.Errorf("blast: instance: candidate %d uses %v FPGAs", i, g.Use)
			}
		}
		if g.Use != nil && n == 0 {
			return fmt.Errorf("blast: instance: candidate %d uses no FPGA", i)
		}
	}
	return nil
}

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
// The time is proportional to candidates times sets of FPGAs. The error is for an
// instance that is none, or whose FPGAs can be used in too many ways.
func (in *Instance) Solve(obj hw.Objective, budget int64) (s Solution, ok bool, err error) {
	r, err := newInstanceProgramme(in)
	if err != nil {
		return Solution{}, false, err
	}
	r.fill(budget, obj == hw.MaxUtilization)
	u := r.pick(obj)
	if u < 0 {
		return Solution{}, false, nil
	}
	f := r.final(u)
	s = Solution{Sum: f.sum, Interval: f.slow, FPGAs: int(r.sets.total[u]), Price: r.score(u).price}
	for _, n := range r.sets.of(u) {
		s.Used = append(s.Used, int(n))
	}
	for _, st := range r.walk(nil, u) {
		s.Candidates = append(s.Candidates, r.candidate(st))
	}
	return s, true, nil
}

// instanceProgramme is the programme of an instance, whose costs are given.
type instanceProgramme struct {
	programme
	one  [][]int32 // candidate of type t for layers [i, j) at one[t][i*(layers+1)+j], plus 1
	many []int32   // candidate of every wide stage
}

func newInstanceProgramme(in *Instance) (*instanceProgramme, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	n := in.Layers
	r := &instanceProgramme{}
	r.units, r.costs, r.gaps = n, r, true
	counts := make([]int, len(in.Types))
	most, ways := 0, 1
	for t := range in.Types {
		counts[t] = in.Types[t].Count
		r.prices = append(r.prices, in.Types[t].Price)
		r.known = append(r.known, make([]int64, (n+1)*(n+1)))
		for i := range r.known[t] {
			r.known[t][i] = never
		}
		r.one = append(r.one, make([]int32, (n+1)*(n+1)))
		r.least = append(r.least, make([]int64, n+1))
		r.link = append(r.link, make([]int64, n))
		for i := range r.link[t] {
			r.link[t][i] = -1
		}
	}
	for k := range in.Candidates {
		c := &in.Candidates[k]
		i, j := c.First, c.Last+1
		at := i*(n+1) + j
		ways = max(ways, sumInt(c.Use))
		if c.Use == nil && c.Sum == c.Cycles && c.Cycles > 0 && r.one[c.Type][at] == 0 && (r.link[c.Type][i] < 0 || r.link[c.Type][i] == c.Link) {
			r.known[c.Type][at], r.one[c.Type][at], r.link[c.Type][i] = c.Cycles, int32(k)+1, c.Link
			continue
		}
		use := c.Use
		if use == nil {
			use = make([]int, len(counts))
			use[c.Type] = 1
		}
		r.wide = append(r.wide, wide{i: i, j: j, use: use, cost: c.Cycles, sum: c.Sum, link: c.Link})
		r.many = append(r.many, int32(k))
	}
	most = min(sumInt(counts), n*ways)
	if in.MaxFPGAs > 0 {
		most = min(most, in.MaxFPGAs)
	}
	var err error
	if r.sets, err = newSets(counts, most, n); err != nil {
		return nil, err
	}
	r.bound()
	return r, nil
}

// cost implements stageCosts: all that there are are known.
func (r *instanceProgramme) cost(t, i, j int, _ int64) int64 { return r.known[t][i*(r.units+1)+j] }

// candidate is the index of a stage in Instance.Candidates.
func (r *instanceProgramme) candidate(s step) int {
	if s.t < 0 {
		return int(r.many[^s.t])
	}
	return int(r.one[s.t][s.i*(r.units+1)+s.j]) - 1
}

// instance is the loaded problem in numbers, without what takes longer than limit.
// The divided layers come last, in the order of p.splits.
func (p *problem) instance(limit int64) *Instance {
	in := &Instance{Layers: p.units.n, MaxFPGAs: p.MaxFPGAs}
	for t := range p.counts {
		f := &p.types[t]
		in.Types = append(in.Types, InstanceType{f.dev.Part, p.counts[t], f.dev.Price})
		for j := 1; j <= p.units.n; j++ {
			for i := j - 1; i >= 0 && f.bound(i, j) <= limit; i-- {
				c := f.cost(i, j, limit)
				if c > limit || c >= never {
					if f.short {
						continue
					}
					break // and so are all longer groups
				}
				if f.link[i] <= limit || p.anyLink {
					in.Candidates = append(in.Candidates, Candidate{First: i, Last: j - 1, Type: t, Cycles: c, Sum: c, Link: f.link[i]})
				}
			}
		}
	}
	for i := range p.splits {
		s := &p.splits[i]
		in.Candidates = append(in.Candidates, Candidate{First: s.i, Last: s.j - 1, Use: s.use, Cycles: s.cost, Sum: s.sum, Link: s.link})
	}
	return in
}
