package blast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"coexplore/hw"
)

// The example that the comment of Solve works through.
func ExampleInstance_Solve() {
	in := Instance{Layers: 3, Types: []InstanceType{{"A", 2, 2}, {"B", 1, 1}}}
	for t, cycles := range [][]int64{{3, 2, 4}, {5, 3, 7}} {
		for i := range cycles {
			c := int64(0)
			for j := i; j < len(cycles); j++ {
				c += cycles[j]
				in.Candidates = append(in.Candidates, Candidate{First: i, Last: j, Type: t, Cycles: c, Sum: c})
			}
		}
	}
	const budget = 7
	for _, obj := range []hw.Objective{hw.MaxUtilization, hw.MinCost, hw.MaxThroughput} {
		s, _, _ := in.Solve(obj, budget)
		fmt.Printf("%v:", obj)
		for _, g := range s.Candidates {
			g := in.Candidates[g]
			fmt.Printf(" layers %d-%d on %s", g.First+1, g.Last+1, in.Types[g.Type].Name)
		}
		fmt.Printf("; interval %d, price %v, utilization %.3f\n", s.Interval, s.Price, float64(s.Sum)/float64(s.FPGAs)/budget)
	}
	// Output:
	// utilization: layers 1-2 on A layers 3-3 on B; interval 7, price 3, utilization 0.857
	// cost: layers 1-1 on B layers 2-3 on A; interval 6, price 3, utilization 0.786
	// throughput: layers 1-1 on A layers 2-2 on B layers 3-3 on A; interval 4, price 5, utilization 0.476
}

// randomInstance has up to 8 layers and 4 FPGAs of up to 3 types, links, groups
// that fit nowhere, sometimes layers split over several FPGAs and a limit on
// the FPGAs used; the budget is met by some solutions and missed by others.
func randomInstance(rng *rand.Rand) (*Instance, int64) {
	in := &Instance{Layers: 1 + rng.IntN(8)}
	left := 4
	for t := range 1 + rng.IntN(3) {
		n := 1 + rng.IntN(left-2+t)
		left -= n
		in.Types = append(in.Types, InstanceType{string(rune('A' + t)), n, float64(1 + rng.IntN(4))})
		if left == 0 || t < 2 && left+t < 3 {
			break
		}
	}
	if rng.IntN(3) == 0 {
		in.MaxFPGAs = 1 + rng.IntN(4)
	}
	span := 1 + rng.Int64N(40) // a small span makes ties
	links := rng.IntN(2) == 0
	link := make([]int64, in.Layers)
	for i := 1; i < in.Layers && links; i++ {
		link[i] = rng.Int64N(2 * span)
	}
	total := int64(0)
	for t := range in.Types {
		speed := 1 + rng.Int64N(3)
		for i := range in.Layers {
			c := int64(0)
			for j := i; j < in.Layers; j++ {
				c += speed * (1 + rng.Int64N(span))
				if t == 0 && i == 0 {
					total = c
				}
				if rng.IntN(20) > 0 {
					in.Candidates = append(in.Candidates, Candidate{First: i, Last: j, Type: t, Cycles: c, Sum: c, Link: link[i]})
				}
			}
		}
	}
	if rng.IntN(3) == 0 {
		for i := range in.Layers {
			use := make([]int, len(in.Types))
			n := 0
			for t := range use {
				use[t] = rng.IntN(in.Types[t].Count + 1)
				n += use[t]
			}
			if n > 1 {
				c := 1 + rng.Int64N(2*span)
				in.Candidates = append(in.Candidates, Candidate{First: i, Last: i, Use: use, Cycles: c,
					Sum: c + rng.Int64N(int64(n-1)*c+1), Link: link[i] * int64(n)})
			}
		}
	}
	rng.Shuffle(len(in.Candidates), func(i, j int) { in.Candidates[i], in.Candidates[j] = in.Candidates[j], in.Candidates[i] })
	return in, 1 + rng.Int64N(total+span)
}

// bruteForce tries every partition and assignment, and keeps no state but the
// groups chosen so far.
func bruteForce(in *Instance, obj hw.Objective, budget int64) (best score, found bool) {
	var chosen []int
	var try func(at int)
	try = func(at int) {
		if at == in.Layers {
			used := make([]int, len(in.Types))
			var x score
			for _, gi := range chosen {
				g := &in.Candidates[gi]
				x.sum += g.Sum
				x.slow = max(x.slow, g.Cycles, g.Link)
				if g.Use == nil {
					used[g.Type]++
				}
				for t, n := range g.Use {
					used[t] += n
				}
			}
			for t, n := range used {
				if n > in.Types[t].Count {
					return
				}
				x.fpgas += int64(n)
				x.price += float64(n) * in.Types[t].Price
			}
			if x.slow > budget || in.MaxFPGAs > 0 && x.fpgas > int64(in.MaxFPGAs) {
				return
			}
			if !found || x.beats(best, obj) {
				best, found = x, true
			}
			return
		}
		if len(chosen) == 4 {
			return
		}
		for gi := range in.Candidates {
			if in.Candidates[gi].First == at {
				chosen = append(chosen, gi)
				try(in.Candidates[gi].Last + 1)
				chosen = chosen[:len(chosen)-1]
			}
		}
	}
	try(0)
	return best, found
}

// TestSolveBruteForce compares every objective with all partitions and
// assignments of 12,000 random instances.
func TestSolveBruteForce(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	const instances = 12000
	met, limited, split, several := 0, 0, 0, 0
	for n := range instances {
		in, budget := randomInstance(rng)
		if err := in.Check(); err != nil {
			t.Fatal(err)
		}
		for _, obj := range objectives {
			b := budget
			if obj == hw.MaxThroughput {
				b = math.MaxInt64
			}
			want, ok := bruteForce(in, obj, b)
			got, found, err := in.Solve(obj, b)
			if err != nil {
				t.Fatal(err)
			}
			if found != ok {
				t.Fatalf("instance %d, %v: solution %v, brute force %v\n%+v", n, obj, found, ok, in)
			}
			if !ok {
				continue
			}
			met++
			x := score{got.Sum, got.Interval, int64(got.FPGAs), got.Price}
			if x.beats(want, obj) || want.beats(x, obj) {
				t.Fatalf("instance %d, %v: %+v, brute force %+v\n%+v", n, obj, x, want, in)
			}
			checkSolution(t, in, got, b)
			if in.MaxFPGAs > 0 {
				limited++
			}
			if len(got.Candidates) > 1 {
				several++
			}
			if got.FPGAs > len(got.Candidates) {
				split++
			}
		}
	}
	if met < instances || met == 3*instances || limited < 100 || split < 100 || several < instances/2 {
		t.Errorf("the instances are one-sided: %d solutions, %d under a limit of FPGAs, %d with split layers, %d of several stages",
			met, limited, split, several)
	}
	t.Logf("%d instances: %d solutions, %d under a limit of FPGAs, %d with split layers, %d of several stages", instances, met, limited, split, several)
}

// checkSolution adds up a solution's groups anew.
func checkSolution(t *testing.T, in *Instance, s Solution, budget int64) {
	t.Helper()
	at, slow, sum, fpgas := 0, int64(0), int64(0), 0
	used := make([]int, len(in.Types))
	for _, gi := range s.Candidates {
		g := &in.Candidates[gi]
		if g.First != at {
			t.Fatalf("group %+v does not begin at layer %d", g, at)
		}
		at = g.Last + 1
		slow, sum = max(slow, g.Cycles, g.Link), sum+g.Sum
		if g.Use == nil {
			used[g.Type]++
		}
		for k, n := range g.Use {
			used[k] += n
		}
	}
	for k, n := range used {
		fpgas += n
		if n != s.Used[k] || n > in.Types[k].Count {
			t.Fatalf("solution %+v uses %v of %+v", s, used, in.Types)
		}
	}
	if at != in.Layers || slow != s.Interval || sum != s.Sum || fpgas != s.FPGAs || slow > budget {
		t.Fatalf("solution %+v does not add up: %d layers, interval %d, sum %d, %d FPGAs", s, at, slow, sum, fpgas)
	}
}
