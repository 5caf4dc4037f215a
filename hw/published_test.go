package hw

import (
	"fmt"
	"math"
	"testing"
)

// TestPublishedPipelines plans the three published CIFAR-10 models on one, two and three
// XC7Z015 with 32-bit floating point at 100 MHz, and prints our figures beside
// the paper's. The table below is the model's own, with the three marks that
// are known of it: about 38 frames/s with 97% balance, about 39, and about 51.
func TestPublishedPipelines(t *testing.T) {
	for _, w := range []struct {
		network      string
		fpgas        int
		fps, balance float64
		mark         float64 // about so many frames/s
	}{
		{"cifar10-fixed-opthw", 1, 13.15, 1, 0},
		{"cifar10-fixed-opthw", 2, 22.78, 0.8562, 0},
		{"cifar10-fixed-opthw", 3, 38.71, 0.9699, 38},
		{"cifar10-opthw", 1, 51.10, 1, 51},
		{"cifar10-opthw", 2, 83.47, 0.8167, 0},
		{"cifar10-opthw", 3, 86.81, 0.5636, 0},
		{"cifar10-optsw", 1, 20.22, 1, 0},
		{"cifar10-optsw", 2, 39.52, 0.9765, 39},
		{"cifar10-optsw", 3, 41.47, 0.6810, 0},
	} {
		net, err := ReferenceNetwork(w.network, Shape{}, 0)
		if err != nil {
			t.Fatal(err)
		}
		pub, ok := PublishedResult(net)
		if !ok || pub.Network != w.network {
			t.Fatalf("%s: published %v, %+v", w.network, ok, pub)
		}
		pool := mustPool(t, fmt.Sprintf("XC7Z015:%d", w.fpgas))
		fastest := func(change func(*Target)) float64 {
			target := DefaultTarget()
			change(&target)
			a, err := (&BLAST{Pool: pool, Target: target}).Plan(net, pub.Specification, MaxThroughput)
			if err != nil {
				t.Fatal(err)
			}
			return a.ThroughputFPS
		}
		b := &BLAST{Pool: pool, Target: DefaultTarget()}
		fast, err := b.Plan(net, pub.Specification, MaxThroughput)
		if err != nil {
			t.Fatal(err)
		}
		best, err := b.Plan(net, pub.Specification, MaxUtilization)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(fast.ThroughputFPS-w.fps) > 0.005 || math.Abs(fast.Balance()-w.balance) > 0.0001 ||
			w.mark != 0 && math.Abs(fast.ThroughputFPS-w.mark) > 1 {
			t.Errorf("%s on %d: %v frames/s, balance %v; want %v and %v", w.network, w.fpgas, fast.ThroughputFPS, fast.Balance(), w.fps, w.balance)
		}
		if best.Feasible != (fast.ThroughputFPS >= pub.Specification) || best.Feasible && best.Efficiency > 1 {
			t.Errorf("%s on %d: at 35 frames/s feasible %v, efficiency %v", w.network, w.fpgas, best.Feasible, best.Efficiency)
		}
		// What PublishedDifferences says of the conventions.
		for name, change := range map[string]func(*Target){
			"no border": func(t *Target) { t.Input = TileOnly }, "fill and drain": func(t *Target) { t.FillDrain = true },
			"dense on FPGA": func(t *Target) { t.Dense = DenseOnFPGA }} {
			if off := fastest(change)/fast.ThroughputFPS - 1; math.Abs(off) >= 0.03 {
				t.Errorf("%s on %d: %s changes the throughput by %.1f%%", w.network, w.fpgas, name, 100*off)
			}
		}
		paper := "not reported"
		if pub.ThroughputFPS > 0 {
			paper = fmt.Sprintf("%.1f frames/s", pub.ThroughputFPS)
		}
		at := fmt.Sprintf("at 35 frames/s out of reach (%.2f%%)", 100*best.Efficiency)
		if best.Feasible {
			at = fmt.Sprintf("at 35 frames/s efficiency %.2f%% on %d", 100*best.Efficiency, len(best.Stages))
		}
		t.Logf("%-20s on %d XC7Z015: %6.2f frames/s, balance %6.2f%%, %s; paper: %s, efficiency %.2f%%", w.network, w.fpgas, fast.ThroughputFPS,
			100*fast.Balance(), at, paper, 100*pub.Efficiency)
	}
	other, err := ParseNetwork("3x36,5x36", Shape{3, 32, 32}, 10, FlattenHead)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := PublishedResult(other); ok {
		t.Error("3x36,5x36 is taken for a published network")
	}
	same, err := ParseNetwork(publishedOptHW, Shape{3, 32, 32}, 10, FlattenHead)
	if err != nil {
		t.Fatal(err)
	}
	if p, ok := PublishedResult(same); !ok || p.Network != "cifar10-opthw" {
		t.Errorf("the published layers are not known: %v", p)
	}
}
