package blast

import (
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
)

// solve makes the instance that the objective needs and solves it.
func (b *BLAST) solve(obj hw.Objective, budget int64, counts []int, most int) (*Instance, Solution, bool, error) {
	limit := budget
	if obj == hw.MaxThroughput {
		budget = hw.NeverCycles - 1
		if limit = b.firstInterval(counts, most); limit == 0 {
			limit = hw.NeverCycles - 1
		}
	}
	in, err := b.instance(limit, budget, counts, most)
	if err != nil {
		return nil, Solution{}, false, err
	}
	sol, ok := in.Solve(obj, limit)
	return in, sol, ok, nil
}

// instance lists the groups within limit cycles. Layers are divided where that
// helps to stay within the budget.
func (b *BLAST) instance(limit, budget int64, counts []int, most int) (*Instance, error) {
	in := b.empty(counts, most)
	// Each type has a planner of its own, so that they can be asked side by side.
	found := make([][]Group, len(b.types))
	var all errgroup.Group
	all.SetLimit(runtime.GOMAXPROCS(0))
	for t := range b.types {
		all.Go(func() error {
			found[t] = b.types[t].groups(t, limit, b.anyLink)
			return nil
		})
	}
	_ = all.Wait() // they do not fail
	in.Groups = slices.Concat(found...)
	b.splits = nil
	if b.Parallel {
		b.addSplits(in, limit, budget)
	}
	return in, in.Check()
}

// groups lists the groups that type t runs within limit cycles.
func (bt *blastType) groups(t int, limit int64, anyLink bool) []Group {
	var out []Group
	p := bt.planner
	for j := 1; j <= p.w.n; j++ {
		for i := j - 1; i >= 0 && p.lower(0, i, j) <= limit; i-- {
			c := p.exact(0, i, j)
			if c > limit || c >= hw.NeverCycles {
				break // and so are all longer groups
			}
			if link := p.w.linkAt(i); link <= limit || anyLink {
				out = append(out, Group{First: i, Last: j - 1, Type: t, Cycles: c, Sum: c, Link: link, ID: -1})
			}
		}
	}
	return out
}

// empty is an instance without groups.
func (b *BLAST) empty(counts []int, most int) *Instance {
	in := &Instance{Layers: b.work().n, MaxFPGAs: most}
	for t := range b.types {
		in.Types = append(in.Types, InstanceType{b.types[t].dev.Part, counts[t], b.types[t].dev.Price})
	}
	return in
}

// firstInterval is an interval that the pool reaches: that of the pipeline
// which is best by lower bounds. 0: no pipeline was found.
func (b *BLAST) firstInterval(counts []int, most int) int64 {
	in := b.empty(counts, most)
	for t := range b.types {
		p := b.types[t].planner
		for j := 1; j <= in.Layers; j++ {
			for i := j - 1; i >= 0; i-- {
				c := p.lower(0, i, j)
				if c >= hw.NeverCycles {
					break
				}
				in.Groups = append(in.Groups, Group{First: i, Last: j - 1, Type: t, Cycles: c, Sum: c, Link: p.w.linkAt(i)})
			}
		}
	}
	sol, ok := in.Solve(hw.MaxThroughput, hw.NeverCycles-1)
	if !ok {
		return 0
	}
	slow := int64(0)
	for _, gi := range sol.Groups {
		g := &in.Groups[gi]
		c := b.types[g.Type].planner.exact(0, g.First, g.Last+1)
		if c >= hw.NeverCycles {
			return 0
		}
		slow = max(slow, c, g.Link)
	}
	return slow
}
