package hw

import (
	"math/rand/v2"
	"runtime"
	"testing"
)

// TestPublishedPipelines holds what the tile model gives for the published
// CIFAR-10 models in 32-bit float on XC7Z015 at 100 MHz, with convolutions on
// the FPGAs and the fully connected layer on the host: about 38 frames/s with
// 97% balance on three, 39 on two, 51 on one.
func TestPublishedPipelines(t *testing.T) {
	for _, r := range []struct {
		name    string
		pool    string
		fps     float64 // about, rounded down
		balance float64
	}{
		{"cifar10-fixed-opthw", "XC7Z015:3", 38, 0.97},
		{"cifar10-optsw", "XC7Z015:2", 39, 0.976},
		{"cifar10-opthw", "XC7Z015:1", 51, 1},
	} {
		p := planner(t, r.pool, DefaultTarget())
		pipe, err := p.Plan(reference1(t, r.name), 35, MaxThroughput)
		if err != nil {
			t.Fatal(err)
		}
		balance := pipe.Efficiency * pipe.ThroughputFPS / 35 // utilisations at the throughput reached
		t.Logf("%s on %s: %.2f frames/s, balance %.2f%%", r.name, r.pool, pipe.ThroughputFPS, 100*balance)
		if pipe.ThroughputFPS < r.fps || pipe.ThroughputFPS >= r.fps+1 || balance < r.balance-0.001 || balance > r.balance+0.001 {
			t.Errorf("%s on %s: %.2f frames/s, balance %.4f; want about %v and %v", r.name, r.pool, pipe.ThroughputFPS, balance, r.fps, r.balance)
		}
	}
}

// TestNoBetterDesign draws designs that fit at random, by the thousand, for
// real layers and devices: none beats the best.
func TestNoBetterDesign(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	vgg := reference1(t, "vgg16")
	var convs []Loops
	for i := range vgg.Layers {
		if vgg.Layers[i].Kind == Conv {
			convs = append(convs, vgg.Layers[i].Loops())
		}
	}
	child := reference1(t, "cifar10-optsw").Loops()
	mobile := reference1(t, "mobilenetv2").Loops()
	for _, c := range []struct {
		part   string
		bits   int
		layers []Loops
	}{{"ZU9EG", 16, convs}, {"XC7Z015", 32, child[:7]}, {"XC7Z045", 8, child[3:9]}, {"ZU3EG", 16, mobile[10:20]}, {"XCU50", 16, convs[5:9]}} {
		dev, err := DeviceByName(c.part)
		if err != nil {
			t.Fatal(err)
		}
		tg := DefaultTarget()
		tg.Bits = c.bits
		best, err := BestDesign(c.layers, &dev, tg)
		if err != nil {
			t.Fatal(err)
		}
		words, macs := dev.maxWords(tg), maxMACs(dev.DSP, tg.Bits)
		fit, near := 0, best.Design
		for k := 0; k < 20000; k++ {
			d := near
			if k%2 == 0 { // anywhere; otherwise near the best
				d.Tm = 1 + rng.IntN(min(512, macs))
				d.Tn = 1 + rng.IntN(min(512, macs/d.Tm))
				d.Tr, d.Tc = 1+rng.IntN(56), 1+rng.IntN(56)
			} else {
				for _, v := range []*int{&d.Tm, &d.Tn, &d.Tr, &d.Tc} {
					*v = max(1, *v+rng.IntN(9)-4)
				}
			}
			d.W = 1 + rng.IntN(words-2)
			d.I = 1 + rng.IntN(words-d.W-1)
			d.O = words - d.W - d.I
			if dev.Fits(c.layers, d, tg) != nil {
				continue
			}
			fit++
			var sum int64
			for i := range c.layers {
				x := tileOf(&c.layers[i], d.Tiling, &tg)
				sum += x.cycles(d.Ports, false)
			}
			if sum < best.Cycles {
				t.Fatalf("%s: %v takes %d cycles, the best %v %d", c.part, d, sum, best.Design, best.Cycles)
			}
		}
		if fit < 1000 {
			t.Errorf("%s: only %d random designs fit", c.part, fit)
		}
	}
}

// TestPlanChainKeepsMemory plans many distinct networks: no allocation, and no
// more memory after than before.
func TestPlanChainKeepsMemory(t *testing.T) {
	p := planner(t, "XC7Z015:3", DefaultTarget())
	in := Shape{3, 32, 32}
	kernels, filters, strides := []int{1, 3, 5, 7}, []int{24, 36, 48, 64}, []int{1, 2}
	if !p.Expect(in, 10, FlattenHead, kernels, filters, strides) {
		t.Fatal("the CIFAR-10 space is too big")
	}
	rng := rand.New(rand.NewPCG(9, 10))
	var pipe Pipeline
	chain := make(Chain, 0, 14)
	var err error
	next := func() {
		chain = chain[:6+rng.IntN(9)]
		for i := range chain {
			chain[i] = ConvSpec{kernels[rng.IntN(4)], filters[rng.IntN(4)], strides[rng.IntN(2)]}
		}
		if e := p.PlanChain(&pipe, chain, in, 10, FlattenHead, 35, MaxUtilization); e != nil {
			err = e
		}
	}
	for range 1000 {
		next()
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range 50000 {
		next()
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 1<<16 {
		t.Errorf("50,000 networks left %d bytes", grown)
	}
	if n := testing.AllocsPerRun(1000, next); n != 0 {
		t.Errorf("%v allocations a network", n)
	}
	// A fixed partition, as the inner search proposes them.
	place := []Placement{{"XC7Z015", 3}, {"XC7Z015", 4}}
	chain = chain[:6]
	if n := testing.AllocsPerRun(100, func() {
		if e := p.PlanChainFixed(&pipe, chain, in, 10, FlattenHead, 35, place); e != nil {
			err = e
		}
	}); n != 0 || err != nil {
		t.Errorf("%v allocations a network with a fixed partition, %v", n, err)
	}
}

// TestGroupMemoIsBounded fills the memo of groups over its limit.
func TestGroupMemoIsBounded(t *testing.T) {
	dev, err := DeviceByName("XC7Z010")
	if err != nil {
		t.Fatal(err)
	}
	m := groupMemo{dev: &dev}
	most := 0
	for i := range maxMemo + 100 {
		if _, err := m.best([]Loops{conv(1+i%200, 1+i/200, 1, 1, 1, 1)}, DefaultTarget()); err != nil {
			t.Fatal(err)
		}
		most = max(most, len(m.found))
	}
	if most > maxMemo || len(m.found) > 200 {
		t.Errorf("%d groups remembered at most, %d in the end; want at most %d and a new start", most, len(m.found), maxMemo)
	}
}
