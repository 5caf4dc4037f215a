package rtl

import (
	"errors"
	"flag"
	"math/rand/v2"
	"os/exec"
	"testing"

	"coexplore/hw"
)

var heavy = flag.Bool("heavy", false, "run the long tests too")

// fill gives a layer random weights, biases and a map.
func fill(l *Layer, bits int, rng *rand.Rand) {
	word := func() int32 { return int32(rng.IntN(1<<bits) - 1<<(bits-1)) }
	l.Input = make([]int32, l.InRows*l.InCols*l.N)
	for i := range l.Input {
		l.Input[i] = word()
	}
	if l.Weighted {
		l.Weights = make([]int32, l.weights())
		for i := range l.Weights {
			l.Weights[i] = word()
		}
		l.Bias = make([]int64, l.M)
		for i := range l.Bias {
			l.Bias[i] = int64(word()) << (bits / 2)
		}
	}
}

// randomLayer is a convolution, whole or in groups, or a pooling window.
func randomLayer(bits int, rng *rand.Rand) Layer {
	groups := 1
	if rng.IntN(4) == 0 {
		groups = 1 + rng.IntN(6)
	}
	l := Layer{Loops: hw.Loops{M: groups * (1 + rng.IntN(9)), N: groups * (1 + rng.IntN(9)), R: 1 + rng.IntN(9), C: 1 + rng.IntN(9),
		K: 1 + rng.IntN(4), S: 1 + rng.IntN(2), Groups: groups, Reads: 1, Weighted: true}, Shift: bits + 1, ReLU: rng.IntN(2) == 0}
	switch rng.IntN(8) {
	case 0: // a window
		l.M, l.N, l.Groups, l.Weighted, l.Shift, l.Unit, l.Largest = groups, groups, groups, false, 0, 1, true
	case 1: // depthwise
		l.M, l.N, l.Groups = groups, groups, groups
	case 2: // fully connected
		l.N, l.R, l.C, l.K, l.S, l.Groups, l.M = 1+rng.IntN(60), 1, 1, 1, 1, 1, 1+rng.IntN(20)
	}
	l.InRows, l.InCols, l.Pad = l.R*l.S, l.C*l.S, (l.K-1)/2
	fill(&l, bits, rng)
	return l
}

// TestRandomLayers holds the RTL against the plain reference, bit for bit, and against
// the tile simulation, cycle for cycle, on random layers and designs: each design is
// built once, and runs several layers, at several latencies and with stalls.
func TestRandomLayers(t *testing.T) {
	rng := rand.New(rand.NewPCG(19, 1))
	designs, layers := 2, 12
	if *heavy {
		designs, layers = 20, 12
	}
	for n := range designs {
		d := hw.Design{Tiling: hw.Tiling{Tm: 1 + rng.IntN(5), Tn: 1 + rng.IntN(5), Tr: 1 + rng.IntN(6), Tc: 1 + rng.IntN(6)},
			Ports: hw.Ports{W: 1 + rng.IntN(4), I: 1 + rng.IntN(4), O: 1 + rng.IntN(4)}}
		p := Program{Design: d, Bits: 16 - n%2*8}
		for range layers {
			p.Layers = append(p.Layers, randomLayer(p.Bits, rng))
		}
		dir := t.TempDir()
		if err := p.Write(dir); err != nil {
			t.Fatal(err)
		}
		for _, o := range []Options{{}, {Latency: 7}, {Stall: 40, Seed: n}} {
			runs, err := p.Verify(t.Context(), dir, o)
			if m := (*MissingError)(nil); errors.As(err, &m) {
				t.Skip("NOT CHECKED: ", err)
			}
			if err != nil {
				t.Fatalf("%v, %+v: %v", d, o, err)
			}
			for _, r := range runs {
				if r.RTL != r.Simulated && (o.Stall == 0 || r.RTL < r.Simulated) {
					t.Errorf("%v on %v, %+v: %d cycles, simulated %d", r.Layer, d, o, r.RTL, r.Simulated)
				}
			}
		}
		t.Logf("%v, %d bits: %d layers", d, p.Bits, len(p.Layers))
	}
}

func TestLint(t *testing.T) {
	if _, err := exec.LookPath("verilator"); err != nil {
		t.Skip("NOT CHECKED: verilator is not installed: apt-get install verilator")
	}
	rng := rand.New(rand.NewPCG(19, 2))
	for _, bits := range []int{8, 16} {
		for tm := 1; tm <= 3; tm++ {
			p := Program{Design: hw.Design{Tiling: hw.Tiling{Tm: tm, Tn: 2, Tr: 4, Tc: 5}, Ports: hw.Ports{W: 2, I: 2, O: 1}}, Bits: bits}
			p.Layers = []Layer{randomLayer(bits, rng), randomLayer(bits, rng)}
			dir := t.TempDir()
			if err := p.Write(dir); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.CommandContext(t.Context(), "make", "-s", "-C", dir, "lint").CombinedOutput(); err != nil || len(out) > 0 {
				t.Errorf("%d bits, Tm %d: %v: %s", bits, tm, err, out)
			}
		}
	}
}
