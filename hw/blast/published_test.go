package blast

import (
	"math/rand/v2"
	"runtime"
	"testing"

	"coexplore/hw"
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
		p := planner(t, r.pool, hw.DefaultTarget())
		pipe, err := p.planFor(reference1(t, r.name), 35, hw.MaxThroughput)
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

// TestPlanChainKeepsMemory plans many distinct networks: no allocation, and no
// more memory after than before.
func TestPlanChainKeepsMemory(t *testing.T) {
	p := planner(t, "XC7Z015:3", hw.DefaultTarget())
	in := hw.Shape{C: 3, H: 32, W: 32}
	kernels, filters, strides := []int{1, 3, 5, 7}, []int{24, 36, 48, 64}, []int{1, 2}
	p, ok := p.Precompute(in, 10, hw.FlattenHead, kernels, filters, strides)
	if !ok {
		t.Fatal("the CIFAR-10 space is too big")
	}
	rng := rand.New(rand.NewPCG(9, 10))
	var pipe hw.Pipeline
	chain := make(hw.Chain, 0, 14)
	var err error
	next := func() {
		chain = chain[:6+rng.IntN(9)]
		for i := range chain {
			chain[i] = hw.ConvSpec{Kernel: kernels[rng.IntN(4)], Filters: filters[rng.IntN(4)], Stride: strides[rng.IntN(2)]}
		}
		if e := p.planChain(&pipe, chain, in, 10, hw.FlattenHead, 35, hw.MaxUtilization); e != nil {
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
	place := []hw.Placement{{Device: "XC7Z015", Layers: 3}, {Device: "XC7Z015", Layers: 4}}
	chain = chain[:6]
	if n := testing.AllocsPerRun(100, func() {
		if e := p.placeChain(&pipe, chain, in, 10, hw.FlattenHead, 35, place); e != nil {
			err = e
		}
	}); n != 0 || err != nil {
		t.Errorf("%v allocations a network with a fixed partition, %v", n, err)
	}
}
