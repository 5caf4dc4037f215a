package blast

import "coexplore/hw"

// stageCosts tells what the stages of a row of units cost.
type stageCosts interface {
	// cost is the ticks that units [i, j) take on one FPGA of type t, exact where
	// they are at most limit, else any number above it.
	cost(t, i, j int, limit int64) int64
}

// programme is BLAST (Jiang et al., IEEE TCAD 37(11), 2018) as a dynamic
// programme over (units placed, FPGAs of each type used): see Instance.Solve for
// the recurrence and a worked example. There is one for all uses: a search's
// planner, which knows its stages by the tables of a space, one for any network,
// which looks for each stage's best accelerator as it is needed, and an Instance,
// whose stages are given. They differ in the costs that they hand in.
//
// What the budget already rules out is not looked at: a stage whose lower bound
// passes it (and with it every longer one that ends in the same place), and a
// state whose remaining units are too much for the FPGAs that remain.
//
// Its buffers are used again from network to network.
type programme struct {
	units  int
	sets   *sets
	prices []float64 // of an FPGA of each type
	costs  stageCosts
	// known are the costs that are known already, of type t and units [i, j) at
	// known[t][i*(units+1)+j]; 0: ask costs, which may enter the answer. A nil row:
	// always ask.
	known [][]int64
	least [][]int64 // running sums of lower bounds of single units, of each type
	link  [][]int64 // ticks in which what crosses the cut before a unit arrives, of each type
	wide  []wide    // stages of several FPGAs, by rising end
	gaps  bool      // a longer stage may be cheaper: costs prove nothing about others

	states []state // of set u with j units placed at u*(units+1)+j
	suffix []int64 // lower bound of units j.. on the best type for each
}

// wide is a stage of several FPGAs, or one that differs from what its units cost
// on its type otherwise.
type wide struct {
	i, j      int
	use       []int // FPGAs of each type
	cost, sum int64 // until the slowest is done, and of all
	link      int64
}

// state is the best way to place the first units.
type state struct {
	sum  int64 // ticks of all FPGAs
	slow int64 // ticks of the slowest stage or link
	from int32 // units placed before the last stage
	by   int32 // the type of the last stage, plus 1; below 0: the wide stage ^by; 0: there is no way here
}

// start marks the state in which nothing is placed.
const start = 1 << 30

func (g *programme) at(u, j int) *state { return &g.states[u*(g.units+1)+j] }

func (g *programme) final(u int) *state { return g.at(u, g.units) }

// bound fills suffix, and sizes the states.
func (g *programme) bound() {
	n := g.units
	g.states = resize(g.states, g.sets.len()*(n+1))
	g.suffix = resize(g.suffix, n+1)
	clear(g.suffix)
	if g.gaps || len(g.wide) > 0 {
		return
	}
	for i := n - 1; i >= 0; i-- {
		least := never
		for _, sums := range g.least {
			least = min(least, sums[i+1]-sums[i])
		}
		g.suffix[i] = g.suffix[i+1] + least
	}
}

// fill works out every state in which no stage and no link takes more than budget
// ticks. A state keeps the largest sum, then the shortest interval, if bySum, else
// the shortest interval: neither a sum nor a maximum becomes better by a worse
// beginning, so that is exact.
func (g *programme) fill(budget int64, bySum bool) {
	budget = min(budget, never-1)
	n := g.units
	clear(g.states)
	g.states[0].by = start
	types := g.sets.types
	most := int64(g.sets.total[g.sets.len()-1])
	for u := 1; u < g.sets.len(); u++ {
		left := (most - int64(g.sets.total[u])) * budget
		row := g.states[u*(n+1):][: n+1 : n+1]
		for t := range types {
			v := int(g.sets.before[u*types+t])
			if v < 0 {
				continue
			}
			before := g.states[v*(n+1):][: n+1 : n+1]
			known, least, link := g.known[t], g.least[t], g.link[t]
			for j := n; j > 0 && g.suffix[j] <= left; j-- {
				best := &row[j]
				for i := j - 1; i >= 0; i-- {
					c := int64(0)
					if known != nil {
						c = known[i*(n+1)+j]
					}
					if c == 0 {
						if least[j]-least[i] > budget {
							break
						}
						if before[i].by == 0 {
							continue
						}
						c = g.costs.cost(t, i, j, budget)
					}
					if c > budget {
						if g.gaps {
							continue
						}
						break // and so do all longer stages
					}
					s := &before[i]
					if s.by == 0 || link[i] > budget {
						continue
					}
					best.take(state{s.sum + c, max(s.slow, c, link[i]), int32(i), int32(t) + 1}, bySum)
				}
				if j == n && bySum && types == 1 && g.enough(u) {
					return
				}
			}
		}
		g.fillWide(u, budget, bySum)
	}
}

// fillWide looks at the stages of several FPGAs that end with set u.
func (g *programme) fillWide(u int, budget int64, bySum bool) {
	for k := range g.wide {
		w := &g.wide[k]
		if w.cost > budget || w.link > budget {
			continue
		}
		v := g.sets.less(u, w.use)
		if v < 0 {
			continue
		}
		if s := g.at(v, w.i); s.by != 0 {
			g.at(u, w.j).take(state{s.sum + w.sum, max(s.slow, w.cost, w.link), int32(w.i), ^int32(k)}, bySum)
		}
	}
}

// take keeps the better of two ways into a state.
func (s *state) take(o state, bySum bool) {
	if s.by != 0 {
		if bySum && o.sum != s.sum {
			if o.sum < s.sum {
				return
			}
		} else if o.slow >= s.slow {
			return
		}
	}
	*s = o
}

// enough reports, for a pool of one type, that more than u FPGAs cannot give a
// higher utilisation: splitting a stage never raises the sum of ticks (the whole
// stage's accelerator serves both halves), so no sum exceeds that of the whole
// network on one FPGA.
func (g *programme) enough(u int) bool {
	s := g.final(u)
	if s.by == 0 || g.gaps || len(g.wide) > 0 {
		return false
	}
	whole := g.costs.cost(0, 0, g.units, never-1)
	return whole < never && whole*int64(g.sets.total[u]) < s.sum*int64(g.sets.total[u]+1)
}

// score is what the objectives compare.
type score struct {
	sum, slow, fpgas int64
	price            float64
}

func (g *programme) score(u int) score {
	f := g.final(u)
	return score{f.sum, f.slow, int64(g.sets.total[u]), g.sets.price(u, g.prices)}
}

// beats compares pipelines: by the objective, then by the shorter interval, fewer
// FPGAs, the lower price.
func (x score) beats(y score, obj hw.Objective) bool {
	switch obj {
	case hw.MaxUtilization: // sum/fpgas, as fractions
		if l, r := x.sum*y.fpgas, y.sum*x.fpgas; l != r {
			return l > r
		}
	case hw.MinCost:
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

// pick is the set of FPGAs of the best full state, -1 where there is none.
func (g *programme) pick(obj hw.Objective) int {
	best := -1
	var top score
	for u := 1; u < g.sets.len(); u++ {
		if g.final(u).by == 0 {
			continue
		}
		if s := g.score(u); best < 0 || s.beats(top, obj) {
			best, top = u, s
		}
	}
	return best
}

// step is a stage of a solution.
type step struct {
	i, j int
	t    int // its type of FPGA; below 0: the wide stage ^t
	// design is the given one of a partition's stage; nil: the best.
	design *hw.Design
}

// walk appends the stages of the full state of set u to steps, in order.
func (g *programme) walk(steps []step, u int) []step {
	first := len(steps)
	for j := g.units; j > 0; {
		s := g.at(u, j)
		st := step{i: int(s.from), j: j}
		if s.by > 0 {
			st.t = int(s.by) - 1
			u = int(g.sets.before[u*g.sets.types+st.t])
		} else {
			st.t = int(s.by)
			u = g.sets.less(u, g.wide[^st.t].use)
		}
		steps = append(steps, st)
		j = st.i
	}
	for a, b := first, len(steps)-1; a < b; a, b = a+1, b-1 {
		steps[a], steps[b] = steps[b], steps[a]
	}
	return steps
}
