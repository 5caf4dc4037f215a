package blast

// work is the network that a Planner works on, and the space it works in.
//
// Its solve method is BLAST (Jiang et al., IEEE TCAD 37(11), 2018) as a dynamic
// programme over (layers placed, FPGAs of each type used). The value of a state
// with j layers placed and u[t] FPGAs of type t used is
//
//	best[u][j] = best over t with u[t] > 0 and i < j of
//	             best[u - e_t][i] extended by layers i..j-1 on an FPGA of type t
//
// where, for the utilisation objective, the best has the largest sum of stage
// cycles with every stage and link within the budget, ties by the shorter
// slowest stage; for the other objectives it has the shorter slowest stage.
// Both are exact: a sum and a maximum never become better by a worse prefix.
//
// What the budget already rules out is not looked at: a group whose lower
// bound passes it (and with it every longer group that ends in the same place),
// and a state whose remaining layers are too much for the FPGAs that remain.
type work struct {
	n     int     // units: the layers that take FPGA cycles
	loops []hw.Loops // of each unit
	layer []int   // of each unit, its layer's index in the network
	total int     // layers of the network
	ids   []int32 // of each unit, its layer in the universe; nil: search by groups
	link  []int64 // of each unit, cycles to move what crosses the cut before it
	macs  int64   // multiply-accumulates of the network
	onHW  int64   // those of the units
	watts []float64
	types []typeWork

	dims, stride []int
	size         int
	used         []int32 // FPGAs used, of each u
	states       []state // (u, j) at u*(n+1)+j
	suffix       []int64 // lower bound of units j.. on the best type for each
}

// typeWork is the work for one type of FPGA.
type typeWork struct {
	cat    *catalogue
	sums   []int64 // running sums of the units' cycles on every design of cat
	least  []int64 // running sums of the units' lower bounds
	cycles []int64 // groups (i, j) at i*(n+1)+j; 0: not yet known
	lower  []int64 // lower bounds of groups, the same way; without a catalogue
	design []int32 // the catalogue's design for each known group
	bounds arrayBounds
}

// state is the best way to place the first units.
type state struct {
	sum    int64 // cycles of all stages together
	slow   int64 // cycles of the slowest stage or link
	from   int32 // units placed before the last stage
	device int16 // pool entry of the last stage
	ok     bool
}

func (b *work) at(u, j int) *state { return &b.states[u*(b.n+1)+j] }

func (b *work) final(u int) *state { return b.at(u, b.n) }

// count is how many FPGAs of type t the index u stands for.
func (b *work) count(u, t int) int { return u / b.stride[t] % b.dims[t] }

func (b *work) linkAt(i int) int64 {
	if i == 0 {
		return 0
	}
	return b.link[i]
}

// shape lays out the states for a pool.
func (b *work) shape(pool hw.Pool) {
	b.dims, b.stride, b.size = b.dims[:0], b.stride[:0], 1
	for _, e := range pool {
		d := min(e.Count, b.n) + 1
		b.dims, b.stride = append(b.dims, d), append(b.stride, b.size)
		b.size *= d
	}
	b.used = resize(b.used, b.size)
	for u := range b.used {
		b.used[u] = 0
		for t := range b.dims {
			b.used[u] += int32(b.count(u, t))
		}
	}
	b.states = resize(b.states, b.size*(b.n+1))
	b.suffix = resize(b.suffix, b.n+1)
	b.suffix[b.n] = 0
	for i := b.n - 1; i >= 0; i-- {
		least := hw.NeverCycles
		for t := range b.types {
			least = min(least, b.types[t].least[i+1]-b.types[t].least[i])
		}
		b.suffix[i] = b.suffix[i+1] + least
	}
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// solve fills the states within the budget. bounds takes lower bounds for the
// groups' cycles.
func (b *work) solve(p *Planner, budget int64, bySum, bounds bool) {
	budget = min(budget, hw.NeverCycles-1)
	n := b.n
	clear(b.states)
	b.states[0].ok = true
	all := int64(b.used[b.size-1])
	for u := 1; u < b.size; u++ {
		left := (all - int64(b.used[u])) * budget
		for t := range b.dims {
			if b.count(u, t) == 0 {
				continue
			}
			before := b.states[(u-b.stride[t])*(n+1):][: n+1 : n+1]
			tw := &b.types[t]
			for j := n; j > 0 && b.suffix[j] <= left; j-- {
				best := &b.states[u*(n+1)+j]
				for i := j - 1; i >= 0; i-- {
					var c int64
					if bounds {
						c = p.lower(t, i, j)
					} else if c = tw.cycles[i*(n+1)+j]; c == 0 && tw.least[j]-tw.least[i] <= budget {
						if !before[i].ok {
							continue
						}
						if tw.cat == nil && p.lower(t, i, j) > budget {
							break
						}
						c = p.exact(t, i, j)
					} else if c == 0 {
						break
					}
					if c > budget {
						break // and so do all longer groups
					}
					s := &before[i]
					if !s.ok || b.linkAt(i) > budget {
						continue
					}
					next := state{sum: s.sum + c, slow: max(s.slow, c, b.linkAt(i)), from: int32(i), device: int16(t), ok: true}
					if !best.ok || next.better(best, bySum) {
						*best = next
					}
				}
			}
		}
		if bySum && len(b.dims) == 1 && !bounds && b.enough(p, u) {
			return
		}
	}
}

// enough reports, for a pool of one type, that more than u FPGAs cannot give a
// higher utilisation: splitting a group never raises the sum of cycles (the
// whole group's accelerator serves both halves), so no sum exceeds that of the
// whole network on one FPGA.
func (b *work) enough(p *Planner, u int) bool {
	s := b.final(u)
	return s.ok && p.exact(0, 0, b.n)*int64(u) < s.sum*int64(u+1)
}

func (n *state) better(o *state, bySum bool) bool {
	if bySum && n.sum != o.sum {
		return n.sum > o.sum
	}
	return n.slow < o.slow
}
