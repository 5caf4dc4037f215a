package blast

import "sort"

// split is a layer divided over several FPGAs.
type split struct {
	by    hw.SplitBy
	unit  int // the layer, as a unit of the instance
	parts []splitPart
}

// splitPart is one FPGA's share of the layer.
type splitPart struct {
	kind    int // type of FPGA
	from, n int // units of the divided dimension
	best    Best
}

// partKey is a part of a layer on a type of FPGA.
type partKey struct {
	layer hw.Loops
	cost  costKey
}

const defaultWays = 4

// addSplits appends every way to divide a layer over a set of FPGAs of which
// none meets the budget alone, if all its parts stay within limit.
func (b *BLAST) addSplits(in *Instance, limit, budget int64) {
	ways := b.Ways
	if ways == 0 {
		ways = defaultWays
	}
	if in.MaxFPGAs > 0 {
		ways = min(ways, in.MaxFPGAs)
	}
	use := make([]int, len(b.types))
	for unit := range in.Layers {
		l := &b.work().loops[unit]
		var able []int // types that miss the budget alone
		for t := range b.types {
			if c := b.types[t].planner.exact(0, unit, unit+1); c > budget || budget >= hw.NeverCycles-1 {
				able = append(able, t)
			}
		}
		for _, by := range []hw.SplitBy{hw.ByChannels, hw.ByRows} {
			if l.units(by) < 2 {
				continue
			}
			sets(in, able, use, ways, func(n int) {
				if n < 2 || n > l.units(by) {
					return
				}
				parts := b.divide(l, by, use, n, limit)
				if parts == nil {
					return
				}
				g := Group{First: unit, Last: unit, Use: append([]int(nil), use...), ID: len(b.splits)}
				s := split{by: by, unit: unit, parts: parts}
				for _, p := range parts {
					g.Cycles, g.Sum = max(g.Cycles, p.best.Cycles), g.Sum+p.best.Cycles
				}
				if g.Link = b.splitLink(&s); g.Link > limit && !b.anyLink {
					return
				}
				b.splits = append(b.splits, s)
				in.Groups = append(in.Groups, g)
			})
		}
	}
}

// sets calls f with every set of at most ways FPGAs of the given types, in use,
// and their number.
func sets(in *Instance, types []int, use []int, ways int, f func(n int)) {
	clear(use)
	var add func(k, n int)
	add = func(k, n int) {
		if k == len(types) {
			f(n)
			return
		}
		t := types[k]
		for c := 0; c <= in.Types[t].Count && n+c <= ways; c++ {
			use[t] = c
			add(k+1, n+c)
		}
		use[t] = 0
	}
	add(0, 0)
}

// part is the best accelerator for n units of a layer on a type of FPGA. More
// units never take fewer cycles: an accelerator for them serves fewer as well.
func (b *BLAST) part(l *hw.Loops, by hw.SplitBy, n, kind int) Best {
	t := &b.types[kind]
	key := partKey{l.part(by, n), costKey{t.dev.Part, t.target().Bits}}
	if best, ok := b.parts[key]; ok {
		return best
	}
	best, err := t.planner.accelerator(0, []hw.Loops{key.layer})
	if err != nil {
		best.Cycles = hw.NeverCycles
	}
	if b.parts == nil || len(b.parts) >= maxMemo {
		b.parts = map[partKey]Best{}
	}
	b.parts[key] = best
	return best
}

// divide shares a layer out over the FPGAs in use, n of them, so that the
// slowest is done the earliest; nil if that is later than limit.
func (b *BLAST) divide(l *hw.Loops, by hw.SplitBy, use []int, n int, limit int64) []splitPart {
	units := l.units(by)
	// The most units that each type does within so many cycles.
	within := func(cycles int64) (most []int, all int) {
		most = make([]int, len(use))
		for t, c := range use {
			if c > 0 {
				most[t] = sort.Search(units, func(m int) bool { return b.part(l, by, m+1, t).Cycles > cycles })
				all += c * most[t]
			}
		}
		return most, all
	}
	if limit = min(limit, hw.NeverCycles-1); limit > 1 {
		even := int64(0) // an even division is one
		for t, c := range use {
			if c > 0 {
				even = max(even, b.part(l, by, (units+n-1)/n, t).Cycles)
			}
		}
		limit = min(limit, even)
	}
	if _, all := within(limit); all < units {
		return nil
	}
	low, high := int64(0), limit // low is too short, high long enough
	for high-low > 1 {
		mid := low + (high-low)/2
		if _, all := within(mid); all >= units {
			high = mid
		} else {
			low = mid
		}
	}
	most, all := within(high)
	var parts []splitPart
	for t, c := range use {
		for range c {
			parts = append(parts, splitPart{kind: t, n: most[t]})
		}
	}
	for ; all > units; all-- { // take from those that have the most
		big := 0
		for i := range parts {
			if parts[i].n >= parts[big].n {
				big = i
			}
		}
		parts[big].n--
	}
	from := 0
	for i := range parts {
		p := &parts[i]
		if p.n == 0 {
			return nil // a smaller set does as well
		}
		p.from, p.best = from, b.part(l, by, p.n, p.kind)
		from += p.n
	}
	return parts
}

// splitLink is the cycles in which the parts' inputs cross the link.
func (b *BLAST) splitLink(s *split) int64 {
	w := b.work()
	if s.unit == 0 || b.Target.LinkGbps == 0 {
		return 0
	}
	l := &w.loops[s.unit]
	bits := int64(0)
	for i, p := range s.parts {
		words := b.net.shareWords(w.layer[s.unit], l.share(s.by, p.from, p.n), i == 0)
		bits += words * int64(b.types[p.kind].target().Bits)
	}
	return b.Target.linkCyclesOfBits(bits)
}

// splitStages describes the FPGAs of a divided layer.
func (b *BLAST) splitStages(s *split, fps float64) []hw.Stage {
	var out []hw.Stage
	for _, p := range s.parts {
		planner := b.types[p.kind].planner
		loops := &planner.w.loops[s.unit]
		whole := *loops
		*loops = whole.part(s.by, p.n) // the stage's only layer is its part
		st := planner.stage(0, s.unit, s.unit+1, p.best.Design, p.best.Cycles, fps)
		*loops = whole
		share := whole.share(s.by, p.from, p.n)
		st.Shard = &share
		b.own(&st, p.kind)
		out = append(out, st)
	}
	return out
}
