package blast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/hw/accel"
)

func randomChain(rng *rand.Rand, most int) hw.Chain {
	var c hw.Chain
	for range 1 + rng.IntN(most) {
		c = append(c, hw.ConvSpec{Kernel: 1 + 2*rng.IntN(3), Filters: 12 * (1 + rng.IntN(3)), Stride: 1 + rng.IntN(2)})
	}
	return c
}

// TestPlanEqualsInstance compares plans, which ask for the costs of stages as they
// need them, with the solutions of the same problem in numbers.
func TestPlanEqualsInstance(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	for _, s := range []string{"XC7Z015:3", "XC7Z010:2,XC7Z020:1", "XC7Z010:1,XC7Z015:2,ZU3EG:1"} {
		target := hw.DefaultTarget()
		target.LinkGbps = 1.5
		p := mustNew(Options{Pool: parsePool(t, s), Target: target})
		feasible := 0
		for range 25 {
			net, err := randomChain(rng, 6).Network(hw.Shape{C: 3, H: 24, W: 24}, 10, hw.FlattenHead)
			if err != nil {
				t.Fatal(err)
			}
			for _, obj := range objectives {
				fps := 50 * math.Pow(60, rng.Float64())
				got, err := p.planFor(net, fps, obj)
				if err != nil {
					t.Fatal(err)
				}
				of, asked := obj, fps
				if !got.Feasible {
					asked, of = 0, hw.MaxThroughput
				} else if feasible++; obj == hw.MaxThroughput {
					asked = 0
				}
				in, budget, err := p.asks(asked, of, nil).Instance(net)
				if err != nil {
					t.Fatal(err)
				}
				if budget == 0 {
					budget = hw.NeverCycles - 1
				}
				want, ok, err := in.Solve(of, budget)
				if err != nil || !ok {
					t.Fatal(ok, err)
				}
				x := planScore(got)
				w := score{want.Sum, want.Interval, int64(want.FPGAs), want.Price}
				if x.beats(w, of) || w.beats(x, of) {
					t.Fatalf("%s %v at %v, %v: %+v\ninstance %+v", s, net.Name, fps, obj, x, w)
				}
				if (got.Reason == "") != got.Feasible || !got.Feasible && got.BestFPS != got.ThroughputFPS {
					t.Fatalf("reason %q, best %v", got.Reason, got.BestFPS)
				}
			}
		}
		if feasible < 20 || feasible > 70 {
			t.Errorf("%s: %d of 75 feasible", s, feasible)
		}
	}
}

// planScore is what the objectives compare, read off an answer whose FPGAs have
// one clock.
func planScore(a *Answer) score {
	s := score{fpgas: int64(len(a.Stages)), price: a.Price}
	for i := range a.Stages {
		s.sum += a.Stages[i].Cycles
	}
	s.slow = int64(math.Round(a.IntervalMS * 1e5))
	return s
}

func ExamplePlanner() {
	pool, err := hw.ParsePool("XC7Z015:2")
	if err != nil {
		panic(err)
	}
	net, err := hw.ParseNetwork("3x36,5x36,1x64,3x48s2,7x24,1x64", hw.Shape{C: 3, H: 32, W: 32}, 10, hw.FlattenHead)
	if err != nil {
		panic(err)
	}
	b := mustNew(Options{Pool: pool, Target: hw.DefaultTarget(), Explain: true, Suggest: true})
	a, err := b.planFor(net, 80, hw.MaxUtilization)
	if err != nil {
		panic(err)
	}
	for _, s := range a.Stages {
		fmt.Printf("layers %d-%d on %s: %.2f ms\n", s.First+1, s.Last+1, s.Device, s.LatencyMS)
	}
	for _, c := range a.Trace.Cuts {
		fmt.Printf("cut before layer %d, chosen %v: %s\n", c.Before+1, c.Chosen, c.Why)
	}
	if a, err = b.planFor(net, 110, hw.MaxUtilization); err != nil {
		panic(err)
	}
	fmt.Println(a.Feasible, strings.Split(a.Reason, "; ")[1])
	// Output:
	// layers 1-2 on XC7Z015: 11.98 ms
	// layers 3-7 on XC7Z015: 7.59 ms
	// cut before layer 2, chosen false: with it nothing meets 80 frames/s
	// cut before layer 3, chosen true: without it nothing meets 80 frames/s
	// cut before layer 4, chosen false: with it nothing meets 80 frames/s
	// cut before layer 5, chosen false: with it nothing meets 80 frames/s
	// cut before layer 6, chosen false: with it nothing meets 80 frames/s
	// false the best that the pool XC7Z015:2 reaches is 83.47 frames/s
}

// TestLimit compares the limit on FPGAs with pools of so many.
func TestLimit(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 2))
	for range 12 {
		net, err := randomChain(rng, 7).Network(hw.Shape{C: 3, H: 24, W: 24}, 10, hw.FlattenHead)
		if err != nil {
			t.Fatal(err)
		}
		fps := 50 * math.Pow(40, rng.Float64())
		for _, obj := range objectives {
			for most := 1; most <= 3; most++ {
				limited := mustNew(Options{Pool: parsePool(t, "XC7Z010:3,XC7Z020:2"), Target: hw.DefaultTarget(), MaxFPGAs: most})
				got, err := limited.planFor(net, fps, obj)
				if err != nil {
					t.Fatal(err)
				}
				if len(got.Stages) > most {
					t.Fatalf("%d FPGAs, want at most %d", len(got.Stages), most)
				}
				// The best over all pools of exactly that many.
				var best *Answer
				for small := 0; small <= most; small++ {
					var pool hw.Pool
					for i, n := range []int{small, most - small} {
						if n > 0 {
							pool = append(pool, hw.PoolEntry{Device: limited.options.Pool[i].Device, Count: min(n, limited.options.Pool[i].Count)})
						}
					}
					a, err := mustNew(Options{Pool: pool, Target: hw.DefaultTarget()}).planFor(net, fps, obj)
					if err != nil {
						t.Fatal(err)
					}
					if best == nil || betterAnswer(a, best, obj) {
						best = a
					}
				}
				if betterAnswer(best, got, obj) || betterAnswer(got, best, obj) {
					t.Fatalf("%v, at most %d, %v at %v: %+v\nwant %+v", net.Name, most, obj, fps, got.Pipeline, best.Pipeline)
				}
			}
		}
	}
}

// betterAnswer compares answers by their figures.
func betterAnswer(a, b *Answer, obj hw.Objective) bool {
	if a.Feasible != b.Feasible {
		return a.Feasible
	}
	if !a.Feasible {
		obj = hw.MaxThroughput
	}
	const eps = 1e-9
	switch obj {
	case hw.MaxUtilization:
		if math.Abs(a.Efficiency-b.Efficiency) > eps {
			return a.Efficiency > b.Efficiency
		}
	case hw.MinCost:
		if math.Abs(a.Price-b.Price) > eps {
			return a.Price < b.Price
		}
	}
	return a.ThroughputFPS > b.ThroughputFPS*(1+eps)
}

// TestBits gives one type of FPGA its own word size, and checks stages and
// links one by one.
func TestBits(t *testing.T) {
	target := hw.DefaultTarget()
	target.LinkGbps = 1
	net, err := hw.ParseNetwork("3x36,5x36,1x64,3x48s2,7x24,1x64", hw.Shape{C: 3, H: 32, W: 32}, 10, hw.FlattenHead)
	if err != nil {
		t.Fatal(err)
	}
	pool := parsePool(t, "XC7Z015:1,XC7Z020:1")
	pool[1].Bits = 16
	b := mustNew(Options{Pool: pool, Target: target})
	mixed := false
	for _, fps := range []float64{35, 70, 90, 120, 150, 200} {
		a, err := b.planFor(net, fps, hw.MaxUtilization)
		if err != nil {
			t.Fatal(err)
		}
		mixed = mixed || len(a.Stages) == 2
		slow := 0.0
		for i, s := range a.Stages {
			own := target
			if s.Device == "XC7Z020" {
				own.Bits = 16
			}
			if own.Bits == 16 != (s.Bits == 16) {
				t.Errorf("stage %+v says %d bits", s, s.Bits)
			}
			var loops []hw.Loops
			for l := s.First; l <= s.Last; l++ {
				if net.Layers[l].Kind == hw.Conv {
					loops = append(loops, net.Layers[l].Loops())
				}
			}
			dev, err := hw.DeviceByName(s.Device)
			if err != nil {
				t.Fatal(err)
			}
			best, err := accel.BestDesign(loops, &dev, own)
			if err != nil {
				t.Fatal(err)
			}
			if best.Cycles != s.Cycles {
				t.Errorf("stage %d: %d cycles, the best accelerator has %d", i, s.Cycles, best.Cycles)
			}
			if err := accel.Fits(&dev, loops, s.Design, own); err != nil {
				t.Error(err)
			}
			slow = max(slow, s.LatencyMS)
			if s.First > 0 {
				slow = max(slow, float64(net.Cut(s.First).Words)*float64(own.Bits)/1e9*1e3)
			}
		}
		if math.Abs(a.IntervalMS/slow-1) > 1e-5 { // links end at whole cycles
			t.Errorf("interval %v ms, the slowest stage or link takes %v", a.IntervalMS, slow)
		}
	}
	if !mixed {
		t.Error("no pipeline has both word sizes")
	}
}
