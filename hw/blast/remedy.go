package blast

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"coexplore/hw"
)

// Remedy is a change that would make a specification feasible: exactly one of
// more FPGAs, a higher limit on the FPGAs used, faster links, layers divided
// over several FPGAs, or a lower specification.
type Remedy struct {
	Add      string  `json:"add,omitempty"`   // add Count FPGAs of this part,
	Count    int     `json:"count,omitempty"` // the fewest that are enough
	Price    float64 `json:"price,omitempty"` // of what is added
	MaxFPGAs int     `json:"max_fpgas,omitempty"`
	LinkGbps float64 `json:"link_gbps,omitempty"` // the least bandwidth that is enough
	Parallel bool    `json:"parallel,omitempty"`
	FPS      float64 `json:"fps"` // the throughput then reached; alone, the highest specification that is met now
}

// maxAdded is the most FPGAs that a remedy adds.
const maxAdded = 8

// suggest looks for the smallest change of every kind, and ends the Reason with them.
func (p *problem) suggest(a *Answer) error {
	budget := p.budget()
	out, err := p.moreFPGAs(budget)
	if err != nil {
		return err
	}
	for most := p.MaxFPGAs + 1; p.MaxFPGAs > 0 && most <= p.Pool.Count(); most++ {
		reach, err := p.reached(p.counts, most, budget)
		if err != nil {
			return err
		}
		if reach > 0 {
			out = append(out, Remedy{MaxFPGAs: most, FPS: reach})
			break
		}
	}
	if !p.Parallel {
		p.Parallel = true
		reach, err := p.reached(p.counts, p.MaxFPGAs, budget)
		p.Parallel = false
		if err != nil {
			return err
		}
		if reach > 0 {
			out = append(out, Remedy{Parallel: true, FPS: reach})
		}
	}
	if p.Target.LinkGbps > 0 {
		r, ok, err := p.fasterLinks(budget)
		if err != nil {
			return err
		}
		if ok {
			out = append(out, r)
		}
	}
	if a.BestFPS > 0 {
		out = append(out, Remedy{FPS: a.BestFPS})
	}
	a.Remedies = out
	a.Reason += remedyText(out, p.FPS)
	return nil
}

// reached is the throughput of the fastest pipeline within the budget; 0 where
// there is none.
func (p *problem) reached(counts []int, most int, budget int64) (float64, error) {
	if err := p.ready(counts, most); err != nil {
		return 0, err
	}
	p.widen(budget, never-1, counts)
	p.programme.fill(budget, false)
	u := p.programme.pick(hw.MaxThroughput)
	if u < 0 {
		return 0, nil
	}
	return p.clock.fps(p.programme.final(u).slow), nil
}

// moreFPGAs finds the fewest FPGAs to add, all of one type of the pool; where one is
// not enough, one of another type of the catalogue as well. The cheapest come first.
func (p *problem) moreFPGAs(budget int64) ([]Remedy, error) {
	var out []Remedy
	try := func(counts []int, kind, add int) error {
		if sumInt(counts)+add > hw.MaxFPGAs {
			return nil
		}
		counts = slices.Clone(counts)
		counts[kind] += add
		most := p.MaxFPGAs
		if most > 0 {
			most += add
		}
		reach, err := p.reached(counts, most, budget)
		if err == nil && reach > 0 {
			dev := p.types[kind].dev
			out = append(out, Remedy{Add: dev.Part, Count: add, Price: float64(add) * dev.Price, FPS: reach})
		}
		return err
	}
	for add := 1; add <= maxAdded && len(out) == 0; add++ {
		for t := range p.Pool {
			if err := try(p.counts, t, add); err != nil {
				return nil, err
			}
		}
		if add > 1 || len(out) > 0 {
			continue
		}
		catalogue := p.Catalogue
		if catalogue == nil {
			catalogue = hw.Devices()
		}
		for i := range catalogue {
			if !p.tryType(&catalogue[i]) {
				continue
			}
			err := try(append(slices.Clone(p.counts), 0), len(p.Pool), 1)
			p.types, p.prices = p.types[:len(p.Pool)], p.prices[:len(p.Pool)]
			if err != nil {
				return nil, err
			}
		}
	}
	slices.SortStableFunc(out, func(x, y Remedy) int {
		return cmp.Or(cmp.Compare(x.Price, y.Price), cmp.Compare(y.FPS, x.FPS))
	})
	return out, nil
}

// tryType appends a type that the pool has not, with the network loaded; false: the
// pool has it, it holds nothing, or its clock is no fraction of the common one.
func (p *problem) tryType(dev *hw.Device) bool {
	if p.typeOf(dev.Part) >= 0 {
		return false
	}
	target := hw.Pool{{Device: *dev, Count: 1}}.Target(0, p.Target)
	if p.Latencies != nil { // a table knows only what it has
		return false
	}
	f, err := newFPGA(dev, target)
	if err != nil || f.weak != nil {
		return false
	}
	common, ticks, err := hw.CommonClock([]float64{p.clock.ClockMHz, target.ClockMHz})
	if err != nil || common != p.clock.ClockMHz {
		return false
	}
	f.ticks = ticks[1]
	p.addType(&f)
	p.types[len(p.Pool)].prepare(p.clock, nil, p.Design)
	return true
}

// fasterLinks finds the least bandwidth of the links that is enough.
func (p *problem) fasterLinks(budget int64) (Remedy, bool, error) {
	if err := p.ready(p.counts, p.MaxFPGAs); err != nil {
		return Remedy{}, false, err
	}
	p.anyLink = true
	p.widen(budget, budget, p.counts)
	in := p.instance(budget)
	p.anyLink = false
	var links []int64
	for i := range in.Candidates {
		links = append(links, in.Candidates[i].Link)
	}
	slices.Sort(links)
	links = slices.Compact(links)
	// The slowest link that has to be fast enough: the least for which there is a
	// pipeline. A link of L cycles takes the budget at L/budget times the bandwidth;
	// L is rounded up, so the figure is no less than what it takes.
	var failed error
	least, ok := slices.BinarySearchFunc(links, true, func(link int64, _ bool) int {
		try := *in
		try.Candidates = slices.DeleteFunc(slices.Clone(in.Candidates), func(c Candidate) bool { return c.Link > link })
		for i := range try.Candidates {
			try.Candidates[i].Link = 0
		}
		_, ok, err := try.Solve(hw.MaxThroughput, budget)
		if err != nil {
			failed = err
		}
		if ok {
			return 0
		}
		return -1
	})
	if failed != nil || !ok {
		return Remedy{}, false, failed
	}
	// Rounded up, as the time that the links then take is.
	need := p.Target.LinkGbps * float64(links[least]) / float64(budget) * (1 + 1e-12)
	if need <= p.Target.LinkGbps {
		return Remedy{}, false, nil
	}
	return Remedy{LinkGbps: need, FPS: p.FPS}, true, nil
}

// remedyText is the remedies as the end of a Reason, with the cheapest of the
// FPGAs to add.
func remedyText(rs []Remedy, fps float64) string {
	var ways []string
	added := false
	for _, r := range rs {
		if r.Add != "" && added {
			continue
		}
		added = added || r.Add != ""
		switch {
		case r.Add != "" && r.Count == 1:
			ways = append(ways, fmt.Sprintf("one more %s (%.4g frames/s)", r.Add, r.FPS))
		case r.Add != "":
			ways = append(ways, fmt.Sprintf("%d more %s (%.4g frames/s)", r.Count, r.Add, r.FPS))
		case r.MaxFPGAs > 0:
			ways = append(ways, fmt.Sprintf("a limit of %d FPGAs (%.4g frames/s)", r.MaxFPGAs, r.FPS))
		case r.LinkGbps > 0:
			ways = append(ways, fmt.Sprintf("links of %g Gbit/s", roundUp(r.LinkGbps)))
		case r.Parallel:
			ways = append(ways, fmt.Sprintf("layers divided over several FPGAs (%.4g frames/s)", r.FPS))
		default:
			ways = append(ways, fmt.Sprintf("a specification of %g frames/s", roundDown(r.FPS)))
		}
	}
	if len(ways) == 0 {
		return fmt.Sprintf("; nothing that was tried meets %g frames/s", fps)
	}
	return "; what would do: " + strings.Join(ways, ", or ")
}

// roundDown keeps four significant digits, towards zero; roundUp away from it.
func roundDown(v float64) float64 { return significant(v, math.Floor) }
func roundUp(v float64) float64   { return significant(v, math.Ceil) }

func significant(v float64, round func(float64) float64) float64 {
	if !(v > 0) || math.IsInf(v, 0) {
		return v
	}
	digits := 3 - int(math.Floor(math.Log10(v)))
	if digits >= 0 {
		unit := math.Pow10(digits)
		return round(v*unit) / unit
	}
	unit := math.Pow10(-digits)
	return round(v/unit) * unit
}
