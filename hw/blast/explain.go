package blast

import (
	"fmt"
	"slices"

	"coexplore/hw"
)

// Limits of what a trace works out.
const (
	maxTraceLayers = 64
	maxTraceWork   = 50_000_000
	maxTraceSets   = 256
)

// tracer works a trace out.
type tracer struct {
	p      *problem
	in     *Instance
	obj    hw.Objective
	limit  int64 // of the instance: longer stages and links cannot be in an answer
	budget int64
	chosen score
	part   []bool // of each candidate, whether it is a stage of the answer
}

// explain makes the trace of the pipeline in p.steps.
func (p *problem) explain(a *Answer) (*Trace, error) {
	t := &tracer{p: p, obj: p.Objective, budget: p.budget()}
	if !a.Feasible {
		t.obj = hw.MaxThroughput
	}
	t.chosen = score{price: a.Price, fpgas: int64(len(a.Stages))}
	var stages []Candidate
	for _, s := range p.steps {
		cost, link, _ := p.stepCost(s)
		c := Candidate{First: s.i, Last: s.j - 1, Type: max(s.t, 0), Cycles: cost, Sum: cost, Link: link}
		if s.t < 0 {
			c.Use, c.Sum = p.splits[^s.t].use, p.splits[^s.t].sum
		}
		stages = append(stages, c)
		t.chosen.sum, t.chosen.slow = t.chosen.sum+c.Sum, max(t.chosen.slow, cost, link)
	}
	t.limit = t.budget
	if t.obj == hw.MaxThroughput {
		t.limit = t.chosen.slow
		if p.units.n <= maxTraceLayers { // with the groups that are slower than the answer
			t.limit = never - 1
		}
	}
	if err := p.ready(p.counts, p.MaxFPGAs); err != nil {
		return nil, err
	}
	p.widen(t.limit, t.limit, p.counts)
	t.in = p.instance(t.limit)
	t.part = make([]bool, len(t.in.Candidates))
	for i := range stages {
		t.part[t.find(&stages[i])] = true
	}
	out := &Trace{Objective: t.obj, FPS: p.FPS, BudgetMS: t.ms(t.budget), Chosen: t.reach(t.chosen)}
	if p.FPS == 0 {
		out.BudgetMS = 0
	}
	forward, err := newInstanceProgramme(t.in)
	if err != nil {
		return nil, err
	}
	forward.fill(t.limit, t.obj == hw.MaxUtilization)
	var best []*score
	if n := int64(forward.sets.len()); int64(len(t.in.Candidates))*n*n <= maxTraceWork {
		if best, err = t.throughEach(forward); err != nil {
			return nil, err
		}
	} else {
		out.Partial = true
	}
	t.groups(out, best)
	t.cuts(out, best)
	runnerUp := t.sets(out, forward)
	out.Why = t.why(runnerUp)
	return out, nil
}

// find is the index of the candidate that equals a stage of the answer.
func (t *tracer) find(c *Candidate) int {
	i := slices.IndexFunc(t.in.Candidates, func(o Candidate) bool {
		return o.First == c.First && o.Last == c.Last && o.Type == c.Type && o.Cycles == c.Cycles && o.Link == c.Link &&
			(o.Use == nil) == (c.Use == nil) && slices.Equal(o.Use, c.Use)
	})
	if i < 0 {
		panic("blast: a stage of the answer is no candidate")
	}
	return i
}

// split is the division that a candidate of several FPGAs stands for.
func (t *tracer) split(k int) *split {
	return &t.p.splits[k-(len(t.in.Candidates)-len(t.p.splits))]
}

// throughEach is the best score of a pipeline through every candidate; nil where
// there is none. Whatever comes before a group and whatever comes after it are two
// problems, of which the second is solved from the end.
func (t *tracer) throughEach(forward *instanceProgramme) ([]*score, error) {
	n := t.in.Layers
	mirror := *t.in
	mirror.Candidates = make([]Candidate, len(t.in.Candidates))
	for i, c := range t.in.Candidates {
		c.First, c.Last = n-1-c.Last, n-1-c.First
		mirror.Candidates[i] = c
	}
	backward, err := newInstanceProgramme(&mirror)
	if err != nil {
		return nil, err
	}
	backward.fill(t.limit, t.obj == hw.MaxUtilization)
	sets := forward.sets
	out := make([]*score, len(t.in.Candidates))
	use := make([]int, sets.types)
	for i := range t.in.Candidates {
		c := &t.in.Candidates[i]
		if c.Cycles > t.limit || c.Link > t.limit {
			continue
		}
		for u := range sets.len() {
			x := forward.at(u, c.First)
			if x.by == 0 {
				continue
			}
			with := -1
			if c.Use != nil {
				with = sets.more(u, c.Use)
			} else {
				with = int(sets.after[u*sets.types+c.Type])
			}
			if with < 0 {
				continue
			}
			for v := range sets.len() {
				y := backward.at(v, n-1-c.Last)
				if y.by == 0 || int(sets.total[with]+sets.total[v]) > sets.most {
					continue
				}
				for k, m := range sets.of(v) {
					use[k] = int(m)
				}
				w := sets.more(with, use)
				if w < 0 {
					continue
				}
				s := score{x.sum + c.Sum + y.sum, max(x.slow, y.slow, c.Cycles, c.Link), int64(sets.total[w]), sets.price(w, forward.prices)}
				if out[i] == nil || s.beats(*out[i], t.obj) {
					out[i] = &s
				}
			}
		}
	}
	return out, nil
}

// groups fills in the groups that were considered: those of the instance, and
// those that were left out of it for missing the specification.
func (t *tracer) groups(out *Trace, best []*score) {
	layers := t.p.units.layer
	add := func(k int, g *Candidate, through *score) {
		chosen := k >= 0 && t.part[k]
		d := GroupDecision{First: layers[g.First], Last: layers[g.Last], FPGAs: t.fpgas(g), LatencyMS: t.ms(g.Cycles), LinkMS: t.ms(g.Link),
			Meets: g.Cycles <= t.budget && g.Link <= t.budget, Chosen: chosen}
		if g.Use != nil {
			d.Split = t.split(k).by.String()
		}
		switch {
		case chosen:
			d.Why = "a stage of the chosen pipeline"
		case t.obj == hw.MaxThroughput: // whether it meets the specification is not asked
		case !d.Meets && g.Cycles > t.budget:
			d.Why = fmt.Sprintf("misses the %.4g ms of the specification", t.ms(t.budget))
		case !d.Meets:
			d.Why = fmt.Sprintf("the link into it takes %.4g ms and misses the specification", d.LinkMS)
		}
		if through != nil {
			r := t.reach(*through)
			d.Best = &r
			if d.Why == "" {
				d.Why = "at best " + t.loses(*through)
			}
		} else if d.Why == "" && !out.Partial {
			d.Why = "with it " + t.nothing()
		}
		out.Groups = append(out.Groups, d)
	}
	for i := range t.in.Candidates {
		var through *score
		if best != nil {
			through = best[i]
		}
		add(i, &t.in.Candidates[i], through)
	}
	if t.limit > t.budget || t.in.Layers > maxTraceLayers {
		return
	}
	for k := range t.p.counts {
		link := t.p.types[k].link
		for i := range t.in.Layers {
			for j := i + 1; j <= t.in.Layers; j++ {
				if c := t.p.types[k].exact(i, j); c < never && (c > t.limit || link[i] > t.limit) {
					add(-1, &Candidate{First: i, Last: j - 1, Type: k, Cycles: c, Sum: c, Link: link[i]}, nil)
				}
			}
		}
	}
}

// cuts fills in what every cut would lead to.
func (t *tracer) cuts(out *Trace, best []*score) {
	layers := t.p.units.layer
	for i := 1; i < t.in.Layers; i++ {
		d := CutDecision{Before: layers[i], Words: t.p.units.words[i], LinkMS: t.ms(t.p.types[0].link[i])}
		var with, without *score
		for k := range t.in.Candidates {
			g := &t.in.Candidates[k]
			d.Chosen = d.Chosen || g.First == i && t.part[k]
			if best == nil || best[k] == nil {
				continue
			}
			switch {
			case g.First == i && (with == nil || best[k].beats(*with, t.obj)):
				with = best[k]
			case g.First < i && i <= g.Last && (without == nil || best[k].beats(*without, t.obj)):
				without = best[k]
			}
		}
		if with != nil {
			r := t.reach(*with)
			d.With = &r
		}
		if without != nil {
			r := t.reach(*without)
			d.Without = &r
		}
		switch {
		case out.Partial:
			d.Why = "not worked out for a problem of this size"
		case d.Chosen && without == nil:
			d.Why = "without it " + t.nothing()
		case d.Chosen:
			d.Why = "without it at best " + t.loses(*without)
		case with == nil:
			d.Why = "with it " + t.nothing()
		default:
			d.Why = "with it at best " + t.loses(*with)
		}
		out.Cuts = append(out.Cuts, d)
	}
}

// sets fills in the best pipeline for every set of FPGAs, the best first, and
// gives the best of those that were not chosen.
func (t *tracer) sets(out *Trace, g *instanceProgramme) (runnerUp *score) {
	var full []int
	for u := 1; u < g.sets.len(); u++ {
		if g.final(u).by != 0 {
			full = append(full, u)
		}
	}
	slices.SortStableFunc(full, func(u, v int) int {
		switch x, y := g.score(u), g.score(v); {
		case x.beats(y, t.obj):
			return -1
		case y.beats(x, t.obj):
			return 1
		}
		return 0
	})
	for i, u := range full[:min(len(full), maxTraceSets)] {
		use := make([]int, g.sets.types)
		for k, n := range g.sets.of(u) {
			use[k] = int(n)
		}
		x := g.score(u)
		d := SetDecision{FPGAs: t.set(use), Best: t.reach(x), Chosen: i == 0, Why: "chosen"}
		if i == 1 {
			runnerUp = &x
		}
		if i > 0 {
			d.Why = t.loses(x)
		}
		out.Sets = append(out.Sets, d)
	}
	return runnerUp
}
