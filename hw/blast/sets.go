package blast

import (
	"fmt"

	"coexplore/hw"
)

// maxStates bounds the states of the dynamic programme: 24 bytes each.
const maxStates = 1 << 23

// sets are the sets of FPGAs that a pipeline may use: how many of each type, at
// most so many in all. Set 0 is empty, and a set comes after all that have fewer
// FPGAs.
type sets struct {
	types  int
	most   int     // FPGAs of a set
	use    []int16 // of set u, FPGAs of type t at u*types+t
	total  []int32 // FPGAs of set u
	before []int32 // at u*types+t, the set with one FPGA of type t less; -1: there is none
	after  []int32 // and with one more
}

// newSets lists the sets of at most most FPGAs out of counts, for a network of so
// many units. The error says that there are too many to plan exactly.
func newSets(counts []int, most, units int) (*sets, error) {
	if n := countSets(counts, most); n > maxStates/(units+1) {
		return nil, fmt.Errorf("blast: a pool of %d types with %d FPGAs can be used in more ways than can be planned exactly for %d layers: "+
			"allow fewer FPGAs in a pipeline (MaxFPGAs, --max-fpgas), or give fewer types", len(counts), sumInt(counts), units)
	}
	s := &sets{types: len(counts), most: most}
	index := map[string]int32{}
	set := make([]int16, len(counts))
	key := make([]byte, 2*len(counts))
	of := func() string {
		for t, n := range set {
			key[2*t], key[2*t+1] = byte(n), byte(n>>8)
		}
		return string(key)
	}
	add := func(total int) {
		u := int32(len(s.total))
		index[of()] = u
		s.total = append(s.total, int32(total))
		s.use = append(s.use, set...)
		for t := range set {
			s.after = append(s.after, -1)
			s.before = append(s.before, -1)
			if set[t] == 0 {
				continue
			}
			set[t]--
			v := index[of()]
			set[t]++
			s.before[int(u)*s.types+t] = v
			s.after[int(v)*s.types+t] = u
		}
	}
	var fill func(t, left, total int)
	fill = func(t, left, total int) {
		if t == len(counts)-1 {
			if left <= counts[t] {
				set[t] = int16(left)
				add(total)
				set[t] = 0
			}
			return
		}
		for n := range min(left, counts[t]) + 1 {
			set[t] = int16(n)
			fill(t+1, left-n, total)
		}
		set[t] = 0
	}
	for total := range min(most, sumInt(counts)) + 1 {
		fill(0, total, total)
	}
	return s, nil
}

// countSets is how many sets of at most most FPGAs there are; more than maxStates
// where they are too many to count.
func countSets(counts []int, most int) int {
	ways := make([]int, most+1) // sets of the types so far, by their FPGAs
	ways[0] = 1
	for _, c := range counts {
		next := make([]int, most+1)
		for n, w := range ways {
			for k := 0; k <= c && n+k <= most && w > 0; k++ {
				next[n+k] = min(next[n+k]+w, maxStates+1)
			}
		}
		ways = next
	}
	return min(sumInt(ways), maxStates+1)
}

func (s *sets) len() int { return len(s.total) }

// of is the FPGAs of each type of set u.
func (s *sets) of(u int) []int16 { return s.use[u*s.types : (u+1)*s.types] }

// less is the set u without those of use, -1 if it lacks them.
func (s *sets) less(u int, use []int) int {
	for t, n := range use {
		for ; n > 0 && u >= 0; n-- {
			u = int(s.before[u*s.types+t])
		}
	}
	return u
}

// more is the set u with those of use, -1 if there are not so many.
func (s *sets) more(u int, use []int) int {
	for t, n := range use {
		for ; n > 0 && u >= 0; n-- {
			u = int(s.after[u*s.types+t])
		}
	}
	return u
}

// price is that of the FPGAs of set u.
func (s *sets) price(u int, prices []float64) float64 {
	p := 0.0
	for t, n := range s.of(u) {
		p += float64(n) * prices[t]
	}
	return p
}

func sumInt(v []int) int {
	s := 0
	for _, x := range v {
		s += x
	}
	return s
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// never is the time of what cannot run.
const never = hw.NeverCycles
