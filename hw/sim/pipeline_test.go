package sim

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// Frames through a pipeline of three stages: the machine agrees with the analytic
// figures, until times become uneven.
func ExampleSimulation() {
	s := Simulation{Buffers: 2, Stages: []Stage{
		{Layers: []int{0, 1}, Cycles: [][]int64{{450_000, 500_000}}},
		{Link: 100_000, Layers: []int{2}, Cycles: [][]int64{{1_000_000}}},
		{Link: 800_000, Layers: []int{3}, Cycles: [][]int64{{990_000}}},
	}}
	r, err := s.Run(1000)
	if err != nil {
		panic(err)
	}
	fmt.Printf("analytic:  %.2f frames/s, first frame after %.1f ms\n", s.fps(float64(s.Interval())), float64(s.Latency())/1e5)
	fmt.Printf("simulated: %.2f frames/s, first frame after %.1f ms, a frame takes %.1f ms on average\n", r.ThroughputFPS, r.FirstMS, r.MeanMS)
	s.Jitter, s.Rand = 0.5, rand.New(rand.NewPCG(1, 1))
	if r, err = s.Run(1000); err != nil {
		panic(err)
	}
	fmt.Printf("with jitter: %.0f frames/s\n", r.ThroughputFPS)
	// Output:
	// analytic:  100.00 frames/s, first frame after 38.4 ms
	// simulated: 100.00 frames/s, first frame after 38.4 ms, a frame takes 56.5 ms on average
	// with jitter: 89 frames/s
}

// randomMachine has up to 6 stages, some of several FPGAs, with and without
// links, and with any number of buffers from least to 4.
func randomMachine(rng *rand.Rand, least int) *Simulation {
	s := &Simulation{Buffers: least + rng.IntN(5-least)}
	layer := 0
	links := rng.IntN(3)
	for k := range 1 + rng.IntN(6) {
		st := Stage{}
		if k > 0 && links > 0 {
			st.Link = rng.Int64N(int64(400 * links))
		}
		fpgas := 1 + rng.IntN(2)*rng.IntN(3)
		n := 1
		if fpgas == 1 {
			n += rng.IntN(4)
		}
		for range n {
			st.Layers = append(st.Layers, layer)
			layer++
		}
		for range fpgas {
			c := make([]int64, n)
			for i := range c {
				c[i] = 1 + rng.Int64N(500)
			}
			st.Cycles = append(st.Cycles, c)
		}
		s.Stages = append(s.Stages, st)
	}
	return s
}

// TestSimulationAnalytic holds the machine with double buffers against the
// analytic figures: the interval after warm-up, and the first frame's latency.
func TestSimulationAnalytic(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 1))
	worst := 0.0
	for n := range 400 {
		s := randomMachine(rng, 2)
		r, err := s.Run(300)
		if err != nil {
			t.Fatal(err)
		}
		if r.First != s.Latency() {
			t.Fatalf("machine %d: first frame after %d cycles, analytic %d\n%+v", n, r.First, s.Latency(), s)
		}
		off := math.Abs(r.Interval/float64(s.Interval()) - 1)
		worst = max(worst, off)
		if off > 1e-3 {
			t.Fatalf("machine %d: interval %v, analytic %d\n%+v", n, r.Interval, s.Interval(), s)
		}
		for k, u := range r.Stages {
			if sum := u.Busy + u.Starved + u.Blocked; math.Abs(sum-1) > 1e-9 || u.Busy < 0 || u.Starved < 0 || u.Blocked < 0 {
				t.Fatalf("machine %d, stage %d: %+v sums to %v", n, k, u, sum)
			}
		}
	}
	t.Logf("400 machines, 300 frames: the interval is off by %.2g at most", worst)
}

// TestSimulationRecurrence compares every frame's end with the recurrences of
// the machine, worked out without events:
//
//	link  k, frame f begins at max(stage k-1's end of f, link's end of f-1, stage k's end of f-B)
//	stage k, frame f begins at max(link k's end of f, its own end of f-1, link k+1's end of f-B)
func TestSimulationRecurrence(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 2))
	const frames = 40
	for n := range 600 {
		s := randomMachine(rng, 1)
		if n%3 == 0 {
			s.Every = rng.Int64N(2000)
		}
		r, err := s.Run(frames)
		if err != nil {
			t.Fatal(err)
		}
		ends := make([][frames]int64, len(s.Stages))
		lanes := make([][][frames]int64, len(s.Stages))
		moved := make([][frames]int64, len(s.Stages)+1)
		for k := range s.Stages {
			lanes[k] = make([][frames]int64, len(s.Stages[k].Cycles))
		}
		at := func(x *[frames]int64, f int) int64 {
			if f < 0 {
				return 0
			}
			return x[f]
		}
		for f := range frames {
			for k := range s.Stages {
				if k > 0 {
					moved[k][f] = s.Stages[k].Link + max(ends[k-1][f], at(&moved[k], f-1), at(&ends[k], f-s.Buffers))
				} else {
					moved[k][f] = int64(f) * s.Every
				}
				for l, c := range s.Stages[k].Cycles {
					begin := max(moved[k][f], at(&lanes[k][l], f-1))
					if k+1 < len(s.Stages) {
						begin = max(begin, at(&moved[k+1], f-s.Buffers))
					}
					lanes[k][l][f] = begin + sum(c)
					ends[k][f] = max(ends[k][f], lanes[k][l][f])
				}
			}
			if got, want := r.Done[f], ends[len(ends)-1][f]; got != want {
				t.Fatalf("machine %d: frame %d is done at %d, the recurrence has %d\n%+v", n, f, got, want, s)
			}
		}
	}
}

// TestSimulationTrace checks that spans tell of a possible machine: every FPGA
// and link does one thing at a time, layers in order, and all of them.
func TestSimulationTrace(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 3))
	for range 100 {
		s := randomMachine(rng, 1)
		s.Trace, s.Jitter, s.Rand = true, rng.Float64(), rng
		const frames = 9
		r, err := s.Run(frames)
		if err != nil {
			t.Fatal(err)
		}
		type what struct {
			fpga int
			link bool
		}
		until := map[what]int64{}
		seen := map[[3]int]Span{}
		for _, sp := range r.Spans {
			if w := (what{sp.FPGA, sp.Link()}); sp.Start < until[w] || sp.End < sp.Start {
				t.Fatalf("%+v begins before %d", sp, until[w])
			}
			until[what{sp.FPGA, sp.Link()}] = sp.End
			seen[[3]int{sp.FPGA, sp.Frame, sp.Layer}] = sp
		}
		fpga, want := 0, 0
		for k, st := range s.Stages {
			for f := range frames {
				for l := range st.Cycles {
					for i, layer := range st.Layers {
						sp, ok := seen[[3]int{fpga + l, f, layer}]
						if !ok {
							t.Fatalf("no span for FPGA %d, frame %d, layer %d", fpga+l, f, layer)
						}
						want++
						if i > 0 && sp.Start != seen[[3]int{fpga + l, f, layer - 1}].End {
							t.Fatalf("layer %d does not follow layer %d", layer, layer-1)
						}
						if i == 0 && k > 0 && sp.Start < seen[[3]int{fpga, f, -1}].End {
							t.Fatalf("frame %d on stage %d begins before it has arrived", f, k)
						}
					}
				}
				if k > 0 {
					want++
				}
			}
			fpga += len(st.Cycles)
		}
		if len(r.Spans) != want {
			t.Fatalf("%d spans, want %d", len(r.Spans), want)
		}
	}
}

// TestSimulationUneven checks what the analytic figures cannot show: jitter
// costs throughput, more buffers win some of it back, and a link that is slower
// than planned sets the pace.
func TestSimulationUneven(t *testing.T) {
	s := &Simulation{Buffers: 2}
	for k := range 4 {
		st := Stage{Layers: []int{k}, Cycles: [][]int64{{1000}}}
		if k > 0 {
			st.Link = 800
		}
		s.Stages = append(s.Stages, st)
	}
	run := func() float64 {
		s.Rand = rand.New(rand.NewPCG(7, 4))
		r, err := s.Run(20_000)
		if err != nil {
			t.Fatal(err)
		}
		return r.Interval
	}
	even := run()
	s.Jitter = 0.6
	two := run()
	s.Buffers = 8
	eight := run()
	if even != 1000 || two < 1.05*even || eight > 0.99*two || eight < even {
		t.Errorf("intervals: even %v, with jitter %v, and with eight buffers %v", even, two, eight)
	}
	t.Logf("interval %v; with 60%% jitter %v; with eight buffers %v", even, two, eight)
	s.Jitter, s.Buffers = 0, 2
	s.Stages[2].Link = 1700
	if slow := run(); slow != 1700 {
		t.Errorf("interval %v with a link of 1700", slow)
	}
	// A source slower than the machine sets the pace, and no frame waits.
	s.Stages[2].Link, s.Every = 800, 5000
	r, err := s.Run(50)
	if err != nil {
		t.Fatal(err)
	}
	if r.Interval != 5000 || math.Abs(r.MaxMS-r.FirstMS) > 1e-9 {
		t.Errorf("interval %v, slowest frame %v ms, first %v ms", r.Interval, r.MaxMS, r.FirstMS)
	}
}

func sum(v []int64) (s int64) {
	for _, x := range v {
		s += x
	}
	return s
}
