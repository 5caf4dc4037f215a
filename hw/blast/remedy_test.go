package blast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/internal/heavy"
)

// remedyCase is a specification that is out of reach, mostly.
func remedyCase(rng *rand.Rand, n int) (*Planner, *hw.Network) {
	chain := randomChain(rng, 7)
	if n%4 == 3 {
		chain = slices.Repeat(hw.Chain{{Kernel: 3, Filters: 24, Stride: 1}}, 6+rng.IntN(3))
	}
	net, err := chain.Network(hw.Shape{C: 3, H: 24, W: 24}, 10, hw.FlattenHead)
	if err != nil {
		panic(err)
	}
	pool, err := hw.ParsePool([]string{"XC7Z010:1", "XC7Z015:3", "XC7Z010:2,XC7Z020:2"}[n%3])
	if err != nil {
		panic(err)
	}
	o := Options{Pool: pool, Target: hw.DefaultTarget(), Suggest: true, Parallel: n%7 == 0}
	o.Target.ClockMHz = []float64{100, 150, 133.33}[rng.IntN(3)]
	if n%2 == 0 {
		o.Target.LinkGbps = math.Round(1e4*0.05*(1+rng.Float64())) / 1e4
	}
	if n%4 == 3 {
		o.Catalogue = []hw.Device{} // the pool's own types alone
	}
	if n%5 == 0 {
		o.MaxFPGAs = 1
	}
	return mustNew(o), net
}

// TestRemedies applies every remedy of specifications that are out of reach, as
// a figure and as it is printed, and checks that a little less is not enough.
func TestRemedies(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 3))
	kinds := map[string]int{}
	cases := 0
	for n := 0; cases < heavy.Count(100, 1000); n++ {
		b, net := remedyCase(rng, n)
		best, err := b.planFor(net, 0, hw.MaxThroughput)
		if err != nil {
			t.Fatal(err)
		}
		fps := best.ThroughputFPS * (0.8 + 2*rng.Float64())
		a, err := b.planFor(net, fps, hw.MaxUtilization)
		if err != nil {
			t.Fatal(err)
		}
		if a.Feasible {
			kinds["none"]++
			if len(a.Remedies) > 0 || a.Reason != "" {
				t.Fatalf("a feasible answer has %+v, %q", a.Remedies, a.Reason)
			}
			continue
		}
		cases++
		if len(a.Remedies) == 0 || !strings.Contains(a.Reason, "what would do") {
			t.Fatalf("no remedies: %q", a.Reason)
		}
		// with plans the network after a change of the problem.
		with := func(r Remedy) *Answer {
			t.Helper()
			o := b.options
			o.Pool, o.FPS, o.Objective, o.Suggest = slices.Clone(o.Pool), fps, hw.MaxThroughput, false
			apply(&o, r)
			a, err := mustNew(o).Plan(net)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		for _, r := range a.Remedies {
			less := r
			kind := ""
			switch {
			case r.Add != "":
				if kind = "add"; r.Count > 1 {
					kind = "add several"
				}
				less.Count--
			case r.MaxFPGAs > 0:
				kind = "limit"
				less.MaxFPGAs--
			case r.LinkGbps > 0:
				kind = "link"
				less.LinkGbps *= 0.998
			case r.Parallel:
				kind = "parallel"
				less.Parallel = false
				less.FPS = fps
			default:
				kind = "specification"
				less.FPS *= 1.0001
			}
			kinds[kind]++
			enough := with(r)
			if !enough.Feasible || with(less).Feasible {
				t.Fatalf("%v on %v at %v: %+v is enough: %v; a little less is: %v\n%s", net.Name, b.options.Pool, fps, r, enough.Feasible, with(less).Feasible, a.Reason)
			}
			if kind != "link" && kind != "specification" && math.Abs(enough.ThroughputFPS/r.FPS-1) > 1e-9 {
				t.Fatalf("%+v reaches %v", r, enough.ThroughputFPS)
			}
		}
		printed := readRemedies(t, a.Reason)
		if len(printed) == 0 {
			t.Fatalf("nothing to do in %q", a.Reason)
		}
		for _, r := range printed {
			if !with(r).Feasible {
				t.Fatalf("%v on %v at %v: %+v is printed and not enough\n%s", net.Name, b.options.Pool, fps, r, a.Reason)
			}
		}
	}
	for _, k := range []string{"none", "add", "add several", "limit", "link", "parallel", "specification"} {
		if kinds[k] == 0 {
			t.Errorf("no remedy of kind %q among %v", k, kinds)
		}
	}
	t.Log(kinds)
}

// apply changes a problem as a remedy says.
func apply(o *Options, r Remedy) {
	switch {
	case r.Add != "":
		if o.MaxFPGAs > 0 {
			o.MaxFPGAs += r.Count
		}
		if i := slices.IndexFunc(o.Pool, func(e hw.PoolEntry) bool { return e.Device.Part == r.Add }); i >= 0 {
			o.Pool[i].Count += r.Count
			return
		}
		dev, err := hw.DeviceByName(r.Add)
		if err != nil {
			panic(err)
		}
		if r.Count > 0 {
			o.Pool = append(o.Pool, hw.PoolEntry{Device: dev, Count: r.Count})
		}
	case r.MaxFPGAs > 0:
		o.MaxFPGAs = r.MaxFPGAs
	case r.LinkGbps > 0:
		o.Target.LinkGbps = r.LinkGbps
	case r.Parallel:
		o.Parallel = true
	default:
		o.FPS = r.FPS
	}
}

var printedRemedies = []struct {
	form *regexp.Regexp
	make func(m []string) Remedy
}{
	{regexp.MustCompile(`one more (\S+) \(`), func(m []string) Remedy { return Remedy{Add: m[1], Count: 1} }},
	{regexp.MustCompile(`(\d+) more (\S+) \(`), func(m []string) Remedy { return Remedy{Add: m[2], Count: int(number(m[1]))} }},
	{regexp.MustCompile(`a limit of (\d+) FPGAs`), func(m []string) Remedy { return Remedy{MaxFPGAs: int(number(m[1]))} }},
	{regexp.MustCompile(`links of (\S+) Gbit/s`), func(m []string) Remedy { return Remedy{LinkGbps: number(m[1])} }},
	{regexp.MustCompile(`layers divided over several`), func([]string) Remedy { return Remedy{Parallel: true} }},
	{regexp.MustCompile(`a specification of (\S+) frames/s`), func(m []string) Remedy { return Remedy{FPS: number(m[1])} }},
}

// readRemedies reads what a reason suggests.
func readRemedies(t *testing.T, reason string) []Remedy {
	t.Helper()
	_, list, ok := strings.Cut(reason, "; what would do: ")
	if !ok {
		return nil
	}
	var out []Remedy
next:
	for _, item := range strings.Split(list, ", or ") {
		for _, p := range printedRemedies {
			if m := p.form.FindStringSubmatch(item); m != nil {
				out = append(out, p.make(m))
				continue next
			}
		}
		t.Fatalf("%q is no remedy that can be read", item)
	}
	return out
}

func number(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(fmt.Sprintf("%q: %v", s, err))
	}
	return v
}
