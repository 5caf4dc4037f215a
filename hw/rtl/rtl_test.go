package rtl

import (
	"math/rand/v2"
	"os/exec"
	"slices"
	"testing"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/internal/heavy"
)

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

// forcedDesign is a random design and layers that make one of the four bottlenecks
// likely, in turn.
func forcedDesign(n, layers int, rng *rand.Rand) Program {
	p := Program{Bits: 16 - n%2*8}
	few, many := func() int { return 1 + rng.IntN(2) }, func() int { return 3 + rng.IntN(4) }
	bound := hw.Bottleneck(n / 2 % 4)
	d := &p.Design
	d.Tiling = hw.Tiling{Tm: 1 + rng.IntN(5), Tn: 1 + rng.IntN(5), Tr: 1 + rng.IntN(6), Tc: 1 + rng.IntN(6)}
	d.Ports = hw.Ports{W: 1 + rng.IntN(4), I: 1 + rng.IntN(4), O: 1 + rng.IntN(4)}
	switch bound {
	case hw.ComputeBound:
		d.Tm, d.Tn, d.Tr, d.Tc, d.Ports = few(), few(), many(), many(), hw.Ports{W: 1, I: 1, O: 1}
	case hw.WeightsBound:
		d.Tm, d.Tn, d.Tr, d.Tc, d.Ports = many(), many(), few(), few(), hw.Ports{W: 1, I: 4, O: 4}
	case hw.InputsBound:
		d.Tm, d.Tn, d.Tr, d.Tc, d.Ports = few(), many(), many(), many(), hw.Ports{W: 4, I: 1, O: 2}
	case hw.OutputsBound:
		d.Tm, d.Tn, d.Tr, d.Tc, d.Ports = many(), many(), many(), many(), hw.Ports{W: 4, I: 4, O: 1}
	}
	for len(p.Layers) < layers {
		l := randomLayer(p.Bits, rng)
		if len(p.Layers)%2 == 1 && l.Weighted && l.Groups == 1 && l.R > 1 {
			switch bound { // every second layer, more surely
			case hw.InputsBound:
				l.K, l.S, l.Pad = 1, 1, 0
			case hw.OutputsBound:
				l.K, l.Pad, l.N = 1, 0, 1+rng.IntN(d.Tn)
			}
			l.InRows, l.InCols = l.R*l.S, l.C*l.S
			fill(&l, p.Bits, rng)
		}
		if len(p.Layers)%3 == 2 { // whole tiles
			l.M, l.N, l.R, l.C, l.K, l.S, l.Groups = 2*d.Tm, 2*d.Tn, 2*d.Tr, d.Tc, 1+rng.IntN(3), 1, 1
			l.Weighted, l.Reduced, l.Largest, l.InRows, l.InCols, l.Pad = true, false, false, l.R, l.C, (l.K-1)/2
			fill(&l, p.Bits, rng)
		}
		p.Layers = append(p.Layers, l)
	}
	return p
}

// TestRandomLayers holds the RTL against the plain reference, bit for bit, against
// the tile simulation, cycle for cycle, and against the formula, within the bounds of
// checkBounds, on random layers and designs: each design is built once, and runs
// several layers, at several latencies and with stalls. Where heavy tests run they are 240, and
// some run in Icarus Verilog as well.
func TestRandomLayers(t *testing.T) {
	rng := rand.New(rand.NewPCG(19, 1))
	designs, layers := heavy.Count(1, 20), 12
	var g gaps
	for n := range designs {
		p := forcedDesign(n, layers, rng)
		d := p.Design
		dir := t.TempDir()
		if err := p.Write(dir); err != nil {
			t.Fatal(err)
		}
		for _, o := range []Options{{}, {Latency: 7}, {Stall: 40, Seed: n}} {
			runs, err := p.Verify(t.Context(), dir, o)
			skipMissing(t, err)
			for i, r := range runs {
				if r.RTL != r.Simulated && (o.Stall == 0 || r.RTL < r.Simulated) {
					t.Errorf("%v on %v, %+v: %d cycles, simulated %d", r.Layer, d, o, r.RTL, r.Simulated)
				}
				if o.Stall == 0 {
					g.check(t, &p, &p.Layers[i], r, max(1, o.Latency))
				}
			}
		}
		t.Logf("%v, %d bits: %d layers", d, p.Bits, len(p.Layers))
	}
	g.report(t)
}

// TestIcarus checks that Icarus Verilog counts and computes as Verilator does.
func TestIcarus(t *testing.T) {
	rng := rand.New(rand.NewPCG(19, 8))
	for n := range heavy.Count(1, 4) {
		p := forcedDesign(2*n+n%2, 4, rng)
		dir := t.TempDir()
		if err := p.Write(dir); err != nil {
			t.Fatal(err)
		}
		for _, o := range []Options{{Stall: 20, Seed: 5}, {Latency: 5, Gap: 3, Burst: 16}} {
			verilator, err := p.Verify(t.Context(), dir, o)
			skipMissing(t, err)
			o.Icarus = true
			icarus, err := p.Verify(t.Context(), dir, o)
			skipMissing(t, err)
			if !slices.Equal(verilator, icarus) {
				t.Errorf("%v, %+v: Verilator %+v, Icarus %+v", p.Design, o, verilator, icarus)
			}
		}
	}
}

// TestPublished runs the published OptHW networks whole, each on the best accelerator
// for an XC7Z015 at 16 bits: about two million cycles.
func TestPublished(t *testing.T) {
	heavy.Only(t, "two networks of a million cycles")
	dev, err := hw.DeviceByName("XC7Z015")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"cifar10-fixed-opthw", "cifar10-opthw"} {
		net, err := hw.ReferenceNetwork(name, hw.Shape{}, 0)
		if err != nil {
			t.Fatal(err)
		}
		layers, err := FromNetwork(net, 0, len(net.Layers)-2, 16)
		if err != nil {
			t.Fatal(err)
		}
		p := Program{Bits: 16, Layers: layers}
		best, err := accel.BestDesign(net.Loops()[:len(layers)], &dev, p.target())
		if err != nil {
			t.Fatal(err)
		}
		p.Design = best.Design
		p.Randomize(1)
		dir := t.TempDir()
		if err := p.Write(dir); err != nil {
			t.Fatal(err)
		}
		runs, err := p.Verify(t.Context(), dir, Options{})
		skipMissing(t, err)
		var g gaps
		var formula, simulated int64
		for i, r := range runs {
			if r.RTL != r.Simulated {
				t.Errorf("%s, %v: %d cycles, simulated %d", name, r.Layer, r.RTL, r.Simulated)
			}
			g.check(t, &p, &p.Layers[i], r, 1)
			formula, simulated = formula+r.Formula, simulated+r.RTL
		}
		t.Logf("%s on %v: formula %d, RTL %d cycles (%+.2f%%)", name, p.Design, formula, simulated, 100*(float64(simulated)/float64(formula)-1))
	}
}

func TestLint(t *testing.T) {
	if _, err := exec.LookPath("verilator"); err != nil {
		t.Skip("SKIPPED: verilator is not installed: apt-get install verilator")
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
