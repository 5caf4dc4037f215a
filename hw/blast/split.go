package blast

import (
	"sort"

	"coexplore/hw"
)

// split is a layer divided over several FPGAs.
type split struct {
	wide
	by    hw.SplitBy
	unit  int // the layer, as a unit
	parts []splitPart
}

// splitPart is one FPGA's part of the layer.
type splitPart struct {
	kind    int // type of FPGA
	from, n int // pieces of the divided dimension
	best    accelerator
}

// partKey is a part of a layer, and its design where that is given.
type partKey struct {
	layer  hw.Loops
	design hw.Design
}

const (
	defaultWays = 4       // FPGAs that one layer may be divided over, by default
	maxWays     = 16      // and at most
	maxParts    = 1 << 15 // accelerators of parts that are remembered, of each type
)

// widen lets the programme divide layers over several FPGAs, where that is allowed:
// in every way to divide a layer over a set of FPGAs of which none meets the budget
// alone, if all its parts stay within limit.
func (p *problem) widen(limit, budget int64, counts []int) {
	p.splits = p.splits[:0]
	if !p.Parallel {
		return
	}
	ways := min(p.ways(), p.programme.sets.most)
	use := make([]int, len(counts))
	for unit := range p.units.n {
		l := &p.units.loops[unit]
		var able []int // types that miss the budget alone
		for t := range counts {
			if p.types[t].weak == nil && (budget >= never-1 || p.types[t].exact(unit, unit+1) > budget) {
				able = append(able, t)
			}
		}
		for _, by := range []hw.SplitBy{hw.ByChannels, hw.ByRows} {
			if l.Pieces(by) < 2 {
				continue
			}
			setsOf(counts, able, use, ways, func(n int) {
				if n < 2 || n > l.Pieces(by) {
					return
				}
				parts := p.divide(l, by, use, n, limit)
				if parts == nil {
					return
				}
				s := split{by: by, unit: unit, parts: parts}
				s.i, s.j, s.use = unit, unit+1, append([]int(nil), use...)
				for _, x := range parts {
					s.cost, s.sum = max(s.cost, x.best.ticks), s.sum+x.best.ticks
				}
				if s.link = p.splitLink(&s); s.link > limit && !p.anyLink {
					return
				}
				p.splits = append(p.splits, s)
			})
		}
	}
	p.programme.wide = p.programme.wide[:0]
	for i := range p.splits {
		p.programme.wide = append(p.programme.wide, p.splits[i].wide)
	}
	p.programme.bound()
}

// setsOf calls f with every set of at most ways FPGAs of the given types, in use,
// and their number.
func setsOf(counts, types, use []int, ways int, f func(n int)) {
	clear(use)
	var add func(k, n int)
	add = func(k, n int) {
		if k == len(types) {
			f(n)
			return
		}
		t := types[k]
		for c := 0; c <= counts[t] && n+c <= ways; c++ {
			use[t] = c
			add(k+1, n+c)
		}
		use[t] = 0
	}
	add(0, 0)
}

// part is the best accelerator for n pieces of a layer. More pieces never take less
// time: an accelerator for them serves fewer as well.
func (f *costs) part(l *hw.Loops, by hw.SplitBy, n int) accelerator {
	key := partKey{layer: l.Part(by, n)}
	if f.given != nil {
		key.design = *f.given
	}
	if best, ok := f.parts[key]; ok {
		return best
	}
	best, err := f.accelerator([]hw.Loops{key.layer})
	if err != nil {
		best.ticks = never
	}
	if f.parts == nil || len(f.parts) >= maxParts {
		f.parts = map[partKey]accelerator{}
	}
	f.parts[key] = best
	return best
}

// divide shares a layer out over the FPGAs in use, n of them, so that the
// slowest is done the earliest; nil if that is later than limit.
func (p *problem) divide(l *hw.Loops, by hw.SplitBy, use []int, n int, limit int64) []splitPart {
	pieces := l.Pieces(by)
	// The most pieces that each type does within so many ticks.
	within := func(ticks int64) (most []int, all int) {
		most = make([]int, len(use))
		for t, c := range use {
			if c > 0 {
				most[t] = sort.Search(pieces, func(m int) bool { return p.types[t].part(l, by, m+1).ticks > ticks })
				all += c * most[t]
			}
		}
		return most, all
	}
	if limit = min(limit, never-1); limit > 1 {
		even := int64(0) // an even division is one
		for t, c := range use {
			if c > 0 {
				even = max(even, p.types[t].part(l, by, (pieces+n-1)/n).ticks)
			}
		}
		limit = min(limit, even)
	}
	if _, all := within(limit); all < pieces {
		return nil
	}
	low, high := int64(0), limit // low is too short, high long enough
	for high-low > 1 {
		mid := low + (high-low)/2
		if _, all := within(mid); all >= pieces {
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
	for ; all > pieces; all-- { // take from those that have the most
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
		x := &parts[i]
		if x.n == 0 {
			return nil // a smaller set does as well
		}
		x.from, x.best = from, p.types[x.kind].part(l, by, x.n)
		from += x.n
	}
	return parts
}

// splitBits is the bits that the parts bring in for one frame.
func (p *problem) splitBits(s *split) int64 {
	if s.unit == 0 || p.net == nil {
		return 0
	}
	l := &p.units.loops[s.unit]
	bits := int64(0)
	for i, x := range s.parts {
		words := p.net.ShardWords(p.units.layer[s.unit], l.Shard(s.by, x.from, x.n), i == 0)
		bits += words * int64(p.types[x.kind].target.Bits)
	}
	return bits
}

// splitLink is the ticks in which the parts' inputs cross the link.
func (p *problem) splitLink(s *split) int64 {
	if p.Target.LinkGbps == 0 {
		return 0
	}
	return p.clock.linkTicks(p.splitBits(s))
}

// describeSplit appends the stages of a divided layer, one for each FPGA, and gives
// the joules beyond static power that they take for Target.Batch frames.
func (p *problem) describeSplit(dst *hw.Pipeline, s *split) float64 {
	joules := 0.0
	whole := &p.units.loops[s.unit]
	for _, x := range s.parts {
		part := []hw.Loops{whole.Part(s.by, x.n)}
		joules += p.describeStage(dst, part, step{i: s.i, j: s.j, t: x.kind}, x.best.design, x.best.ticks)
		shard := whole.Shard(s.by, x.from, x.n)
		dst.Stages[len(dst.Stages)-1].Shard = &shard
	}
	return joules
}
