package blast

import (
	"fmt"
	"slices"
	"strings"
)

// Limits of what a trace works out.
const (
	maxTraceLayers = 64
	maxTraceWork   = 50_000_000
	maxTraceSets   = 256
)

// tracer works a trace out.
type tracer struct {
	b      *BLAST
	a      *Answer
	in     *Instance
	splits []split
	obj    hw.Objective
	limit  int64 // of the instance: longer stages and links cannot be in an answer
	budget int64
	fps    float64
	chosen score
	part   map[int]bool // groups of the solution
}

func (b *BLAST) trace(a *Answer, obj hw.Objective, fps float64, budget int64) (*Trace, error) {
	if !a.Feasible {
		obj = hw.MaxThroughput
	}
	t := &tracer{b: b, a: a, in: a.Instance, splits: a.splits, obj: obj, limit: budget, budget: budget, fps: fps, part: map[int]bool{}}
	if obj == hw.MaxThroughput {
		t.limit = hw.NeverCycles - 1
		if t.in.Layers <= maxTraceLayers { // with the groups that are slower than the answer
			in, err := b.instance(t.limit, t.limit, b.counts(), b.MaxFPGAs)
			if err != nil {
				return nil, err
			}
			t.in, t.splits = in, b.splits
		}
	}
	t.chosen = score{a.Solution.Sum, a.Solution.Interval, int64(a.Solution.FPGAs), a.Solution.Price}
	for _, gi := range a.Solution.Groups {
		t.part[t.find(&a.Instance.Groups[gi])] = true
	}
	out := &Trace{Objective: obj, FPS: fps, BudgetMS: b.Target.Seconds(budget) * 1e3, Chosen: t.reach(t.chosen)}
	forward := newSolver(t.in)
	forward.fill(t.limit, obj == hw.MaxUtilization)
	var best []*score
	if int64(len(t.in.Groups))*int64(forward.size)*int64(forward.size) <= maxTraceWork {
		best = t.throughEach(forward)
	} else {
		out.Partial = true
	}
	t.groups(out, best)
	t.cuts(out, best)
	runnerUp := t.sets(out, forward)
	out.Why = t.why(runnerUp)
	return out, nil
}

// find is the index of the trace's own group that equals one of the answer's.
func (t *tracer) find(g *Group) int {
	for i := range t.in.Groups {
		o := &t.in.Groups[i]
		if o.First == g.First && o.Last == g.Last && o.Type == g.Type && o.Cycles == g.Cycles && o.Link == g.Link &&
			(o.Use == nil) == (g.Use == nil) && fmt.Sprint(o.Use) == fmt.Sprint(g.Use) {
			return i
		}
	}
	return -1
}

// throughEach is the best score of a pipeline through every group; nil where
// there is none. Whatever comes before a group and whatever comes after it are
// two problems, of which the second is solved from the end.
func (t *tracer) throughEach(forward *solver) []*score {
	n := t.in.Layers
	mirror := *t.in
	mirror.Groups = make([]Group, len(t.in.Groups))
	for i, g := range t.in.Groups {
		g.First, g.Last = n-1-g.Last, n-1-g.First
		mirror.Groups[i] = g
	}
	backward := newSolver(&mirror)
	backward.fill(t.limit, t.obj == hw.MaxUtilization)
	out := make([]*score, len(t.in.Groups))
	for i := range t.in.Groups {
		g := &t.in.Groups[i]
		if g.Cycles > t.limit || g.Link > t.limit {
			continue
		}
		for u := 0; u < forward.size; u++ {
			x := &forward.states[g.First*forward.size+u]
			if x.group == 0 {
				continue
			}
			for v := 0; v < backward.size; v++ {
				y := &backward.states[(n-1-g.Last)*backward.size+v]
				w := u + v + int(forward.delta[i])
				if y.group == 0 || w >= forward.size || forward.fpgas[w] < 0 || !forward.adds(u, v, g, w) {
					continue
				}
				s := score{x.sum + g.Sum + y.sum, max(x.slow, y.slow, g.Cycles, g.Link), int64(forward.fpgas[w]), forward.price[w]}
				if out[i] == nil || s.beats(*out[i], t.obj) {
					out[i] = &s
				}
			}
		}
	}
	return out
}

// adds reports that sets u and v and the group's FPGAs make the set w, no type
// of which is used more often than there are.
func (s *solver) adds(u, v int, g *Group, w int) bool {
	for k := range s.dims {
		n := s.count(u, k) + s.count(v, k)
		if g.Use != nil {
			n += g.Use[k]
		} else if g.Type == k {
			n++
		}
		if n != s.count(w, k) {
			return false
		}
	}
	return true
}

func (t *tracer) reach(s score) Reach {
	tg := &t.b.Target
	r := Reach{Price: s.price, FPGAs: int(s.fpgas)}
	if s.fpgas > 0 {
		r.Utilization = tg.Seconds(s.sum) * t.fps / float64(tg.Batch) / float64(s.fpgas)
	}
	if s.slow > 0 {
		r.ThroughputFPS = t.b.fps(s.slow)
	}
	return r
}

func (t *tracer) ms(cycles int64) float64 { return t.b.Target.Seconds(cycles) * 1e3 }

// fpgas names what a group runs on.
func (t *tracer) fpgas(g *Group) string {
	if g.Use == nil {
		return t.in.Types[g.Type].Name
	}
	return t.set(g.Use)
}

func (t *tracer) set(use []int) string {
	var items []string
	for k, n := range use {
		if n > 0 {
			items = append(items, fmt.Sprintf("%s:%d", t.in.Types[k].Name, n))
		}
	}
	return strings.Join(items, ",")
}

// groups fills in the groups that were considered: those of the instance, and
// those that were left out of it for missing the specification.
func (t *tracer) groups(out *Trace, best []*score) {
	layers := t.b.work().layer
	add := func(g *Group, through *score, chosen bool) {
		d := GroupDecision{First: layers[g.First], Last: layers[g.Last], FPGAs: t.fpgas(g), LatencyMS: t.ms(g.Cycles), LinkMS: t.ms(g.Link),
			Meets: g.Cycles <= t.budget && g.Link <= t.budget, Chosen: chosen}
		if g.Use != nil {
			d.Split = t.splits[g.ID].by.String()
		}
		switch {
		case chosen:
			d.Why = "a stage of the chosen pipeline"
		case t.obj == MaxThroughput: // whether it meets the specification is not asked
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
	for i := range t.in.Groups {
		var through *score
		if best != nil {
			through = best[i]
		}
		add(&t.in.Groups[i], through, t.part[i])
	}
	if t.limit > t.budget || t.in.Layers > maxTraceLayers {
		return
	}
	for k := range t.b.types {
		p := t.b.types[k].planner
		for i := range t.in.Layers {
			for j := i + 1; j <= t.in.Layers; j++ {
				if c := p.exact(0, i, j); c < hw.NeverCycles && (c > t.limit || p.w.linkAt(i) > t.limit) {
					add(&Group{First: i, Last: j - 1, Type: k, Cycles: c, Sum: c, Link: p.w.linkAt(i)}, nil, false)
				}
			}
		}
	}
}

// cuts fills in what every cut would lead to.
func (t *tracer) cuts(out *Trace, best []*score) {
	layers := t.b.work().layer
	for i := 1; i < t.in.Layers; i++ {
		d := CutDecision{Before: layers[i], Words: t.b.net.Cut(layers[i]).Words, LinkMS: t.ms(t.b.types[0].planner.w.linkAt(i))}
		var with, without *score
		for k := range t.in.Groups {
			g := &t.in.Groups[k]
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
func (t *tracer) sets(out *Trace, s *solver) (runnerUp *score) {
	var full []int
	for u := 1; u < s.size; u++ {
		if s.final(u).group != 0 {
			full = append(full, u)
		}
	}
	slices.SortStableFunc(full, func(u, v int) int {
		switch {
		case s.prefer(u, v, t.obj):
			return -1
		case s.prefer(v, u, t.obj):
			return 1
		}
		return 0
	})
	for i, u := range full[:min(len(full), maxTraceSets)] {
		use := make([]int, len(s.dims))
		for k := range use {
			use[k] = s.count(u, k)
		}
		x := s.score(u)
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

// loses says how another pipeline compares with the chosen one.
func (t *tracer) loses(s score) string {
	c, r := t.reach(t.chosen), t.reach(s)
	same := ""
	switch t.obj {
	case MaxUtilization:
		if t.chosen.sum*s.fpgas != s.sum*t.chosen.fpgas {
			return fmt.Sprintf("utilization %.2f%%, not %.2f%%", 100*r.Utilization, 100*c.Utilization)
		}
		same = fmt.Sprintf("the same utilization of %.2f%%, ", 100*r.Utilization)
	case MinCost:
		if t.chosen.price != s.price {
			return fmt.Sprintf("price %.4g, not %.4g", r.Price, c.Price)
		}
		same = fmt.Sprintf("the same price of %.4g, ", r.Price)
	}
	switch {
	case t.chosen.slow != s.slow:
		return same + fmt.Sprintf("%.4g frames/s, not %.4g", r.ThroughputFPS, c.ThroughputFPS)
	case t.chosen.fpgas != s.fpgas:
		return same + fmt.Sprintf("the same %.4g frames/s on %d FPGAs, not %d", r.ThroughputFPS, s.fpgas, t.chosen.fpgas)
	case t.chosen.price != s.price:
		return same + fmt.Sprintf("the same %.4g frames/s at a price of %.4g, not %.4g", r.ThroughputFPS, r.Price, c.Price)
	}
	return same + fmt.Sprintf("the same %.4g frames/s: a tie", r.ThroughputFPS)
}

// nothing says that there is no pipeline.
func (t *tracer) nothing() string {
	if t.obj == hw.MaxThroughput {
		return "the FPGAs do not suffice for the other layers"
	}
	return fmt.Sprintf("nothing meets %g frames/s", t.fps)
}

// why is the choice in a sentence.
func (t *tracer) why(runnerUp *score) string {
	c := t.reach(t.chosen)
	s := ""
	switch t.obj {
	case MaxUtilization:
		s = fmt.Sprintf("of all pipelines that meet %g frames/s it has the highest mean utilization, %.2f%%", t.fps, 100*c.Utilization)
	case MinCost:
		s = fmt.Sprintf("of all pipelines that meet %g frames/s it has the lowest price, %.4g", t.fps, c.Price)
	default:
		s = fmt.Sprintf("of all pipelines it has the highest throughput, %.4g frames/s", c.ThroughputFPS)
	}
	if runnerUp != nil {
		s += "; the best on other FPGAs has " + t.loses(*runnerUp)
	}
	return s
}
