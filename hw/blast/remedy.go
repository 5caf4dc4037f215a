package blast

import (
	"fmt"
	"math"
	"slices"
	"strings"
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

// remedies looks for the smallest change of every kind.
func (b *BLAST) remedies(a *Answer, fps float64, budget int64) ([]Remedy, error) {
	out, err := b.moreFPGAs(budget)
	if err != nil {
		return nil, err
	}
	for most := b.MaxFPGAs + 1; b.MaxFPGAs > 0 && most <= b.Pool.Count(); most++ {
		reach, err := b.reached(budget, b.counts(), most)
		if err != nil {
			return nil, err
		}
		if reach > 0 {
			out = append(out, Remedy{MaxFPGAs: most, FPS: reach})
			break
		}
	}
	if !b.Parallel {
		b.Parallel = true
		reach, err := b.reached(budget, b.counts(), b.MaxFPGAs)
		b.Parallel = false
		if err != nil {
			return nil, err
		}
		if reach > 0 {
			out = append(out, Remedy{Parallel: true, FPS: reach})
		}
	}
	if b.Target.LinkGbps > 0 {
		if r, ok := b.fasterLinks(fps, budget); ok {
			out = append(out, r)
		}
	}
	if a.BestFPS > 0 {
		out = append(out, Remedy{FPS: a.BestFPS})
	}
	return out, nil
}

// reached is the throughput of the fastest pipeline within the budget; 0 where
// there is none.
func (b *BLAST) reached(budget int64, counts []int, most int) (float64, error) {
	in, err := b.instance(budget, budget, counts, most)
	if err != nil {
		return 0, err
	}
	sol, ok := in.Solve(hw.MaxThroughput, budget)
	if !ok {
		return 0, nil
	}
	return b.fps(sol.Interval), nil
}

// fps is the throughput at an interval of so many cycles.
func (b *BLAST) fps(interval int64) float64 {
	return float64(b.Target.Batch) / b.Target.Seconds(interval)
}

// moreFPGAs finds the fewest FPGAs to add, all of one type of the pool; where
// one is not enough, one of another type of the catalogue as well.
func (b *BLAST) moreFPGAs(budget int64) ([]Remedy, error) {
	var out []Remedy
	try := func(counts []int, kind, add int) error {
		if sum := sumInt(counts) + add; sum > maxPool {
			return nil
		}
		counts = slices.Clone(counts)
		counts[kind] += add
		most := b.MaxFPGAs
		if most > 0 {
			most += add
		}
		reach, err := b.reached(budget, counts, most)
		if err == nil && reach > 0 {
			dev := b.types[kind].dev
			out = append(out, Remedy{Add: dev.Part, Count: add, Price: float64(add) * dev.Price, FPS: reach})
		}
		return err
	}
	for add := 1; add <= maxAdded && len(out) == 0; add++ {
		for t := range b.Pool {
			if err := try(b.counts(), t, add); err != nil {
				return nil, err
			}
		}
		if add > 1 || len(out) > 0 {
			continue
		}
		catalogue := b.Catalogue
		if catalogue == nil {
			catalogue = hw.Devices()
		}
		for i := range catalogue {
			dev := &catalogue[i]
			if slices.ContainsFunc(b.Pool, func(e hw.PoolEntry) bool { return e.Device.Part == dev.Part }) {
				continue
			}
			if err := b.addType(dev); err != nil {
				continue // it holds no accelerator of this target
			}
			err := try(append(b.counts(), 0), len(b.types)-1, 1)
			b.types = b.types[:len(b.Pool)]
			if err != nil {
				return nil, err
			}
		}
	}
	slices.SortStableFunc(out, func(x, y Remedy) int {
		switch {
		case x.Price != y.Price:
			if x.Price < y.Price {
				return -1
			}
			return 1
		case x.FPS > y.FPS:
			return -1
		case x.FPS < y.FPS:
			return 1
		}
		return 0
	})
	return out, nil
}

func sumInt(v []int) (s int) {
	for _, x := range v {
		s += x
	}
	return s
}

// fasterLinks finds the least bandwidth of the links that is enough.
func (b *BLAST) fasterLinks(fps float64, budget int64) (Remedy, bool) {
	gbps := b.Target.LinkGbps
	b.anyLink = true
	in, err := b.instance(budget, budget, b.counts(), b.MaxFPGAs)
	b.anyLink = false
	if err != nil {
		return Remedy{}, false
	}
	var links []int64
	for i := range in.Groups {
		links = append(links, in.Groups[i].Link)
	}
	slices.Sort(links)
	links = slices.Compact(links)
	// The slowest link that has to be fast enough: the least for which there is
	// a pipeline. A link of L cycles takes the budget at L/budget times the
	// bandwidth; L is rounded up, so the figure is no less than what it takes.
	least, ok := slices.BinarySearchFunc(links, true, func(link int64, _ bool) int {
		try := *in
		try.Groups = slices.Clone(in.Groups)
		try.Groups = slices.DeleteFunc(try.Groups, func(g Group) bool { return g.Link > link })
		for i := range try.Groups {
			try.Groups[i].Link = 0
		}
		if _, ok := try.Solve(hw.MaxThroughput, budget); ok {
			return 0
		}
		return -1
	})
	if !ok {
		return Remedy{}, false
	}
	need := gbps * float64(links[least]) / float64(budget)
	if need <= gbps {
		return Remedy{}, false
	}
	return Remedy{LinkGbps: need, FPS: fps}, true
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
