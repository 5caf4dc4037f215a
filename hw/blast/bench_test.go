package blast

import (
	"fmt"
	"testing"

	"coexplore/hw"
)

// deepResidual is a residual network of bottlenecks with 160 layers, sums and
// pooling included.
func deepResidual(tb testing.TB) *hw.Network {
	net, err := hw.ResNet(true, [4]int{3, 5, 27, 3})
	if err != nil {
		tb.Fatal(err)
	}
	if len(net.Layers) != 160 {
		tb.Fatalf("%d layers", len(net.Layers))
	}
	return net
}

// chainCosts is an instance with made-up costs: so many layers, on types of so
// many FPGAs each.
func chainCosts(layers, types, count int) *Instance {
	in := &Instance{Layers: layers}
	for t := range types {
		in.Types = append(in.Types, InstanceType{string(rune('A' + t)), count, float64(t + 1)})
		for i := range layers {
			c := int64(0)
			for j := i; j < layers; j++ {
				c += int64(1000+(j*7919+t*104729)%997) / int64(t+1)
				in.Candidates = append(in.Candidates, Candidate{First: i, Last: j, Type: t, Cycles: c, Sum: c})
			}
		}
	}
	return in
}

// BenchmarkSolve is the dynamic programme alone, from known costs, and how it
// grows with layers and with sets of FPGAs.
func BenchmarkSolve(b *testing.B) {
	for _, v := range []struct{ layers, types, count int }{{7, 1, 3}, {14, 1, 1}, {14, 1, 2}, {14, 1, 3}, {14, 1, 6}, {14, 3, 1}, {28, 1, 3},
		{56, 1, 3}, {40, 4, 4}, {80, 4, 4}, {160, 4, 1}, {160, 4, 2}, {160, 4, 4}} {
		in := chainCosts(v.layers, v.types, v.count)
		for _, obj := range objectives {
			b.Run(fmt.Sprintf("layers=%d/fpgas=%dx%d/%v", v.layers, v.types, v.count, obj), func(b *testing.B) {
				b.ReportAllocs()
				for range b.N {
					if _, ok, _ := in.Solve(obj, 1<<40); !ok {
						b.Fatal("no solution")
					}
				}
			})
		}
	}
}

// BenchmarkDeepResidual plans 160 layers on 16 FPGAs of 4 types: the first time,
// with every accelerator still to be found, and again.
func BenchmarkDeepResidual(b *testing.B) {
	net := deepResidual(b)
	pool, err := hw.ParsePool("XC7Z020:4,XC7Z045:4,ZU3EG:4,ZU9EG:4")
	if err != nil {
		b.Fatal(err)
	}
	for _, obj := range objectives {
		b.Run("first/"+obj.String(), func(b *testing.B) {
			for range b.N {
				a, err := mustNew(Options{Pool: pool, Target: hw.DefaultTarget()}).planFor(net, 20, obj)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(a.ThroughputFPS, "frames/s")
				b.ReportMetric(float64(len(a.Stages)), "stages")
			}
		})
		b.Run("again/"+obj.String(), func(b *testing.B) {
			p := mustNew(Options{Pool: pool, Target: hw.DefaultTarget(), FPS: 35})
			if _, err := p.planFor(net, 20, obj); err != nil {
				b.Fatal(err)
			}
			b.ResetTimer()
			for range b.N {
				if _, err := p.planFor(net, 20, obj); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("planner/"+obj.String(), func(b *testing.B) {
			for range b.N {
				p, err := New(Options{Pool: pool, Target: hw.DefaultTarget()})
				if err != nil {
					b.Fatal(err)
				}
				if _, err := p.planFor(net, 20, obj); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkBLAST plans a published network of 14 convolutions on three FPGAs
// from known accelerators: all of BLAST, and the planner made for searches.
func BenchmarkBLAST(b *testing.B) {
	net, err := hw.ReferenceNetwork("cifar10-optsw", hw.Shape{}, 0)
	if err != nil {
		b.Fatal(err)
	}
	chain, err := hw.ParseChain("1x24,7x64,1x64,5x48s2,5x48,7x24,7x64,5x24s2,1x48,5x36,1x48,7x24s2,1x64,7x36")
	if err != nil {
		b.Fatal(err)
	}
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("solve", func(b *testing.B) {
		p := mustNew(Options{Pool: pool, Target: hw.DefaultTarget(), FPS: 35})
		in, budget, err := p.Instance(net)
		if err != nil {
			b.Fatal(err)
		}
		b.ResetTimer()
		for range b.N {
			if _, ok, _ := in.Solve(hw.MaxUtilization, budget); !ok {
				b.Fatal("no solution")
			}
		}
	})
	b.Run("plan", func(b *testing.B) {
		p := mustNew(Options{Pool: pool, Target: hw.DefaultTarget(), FPS: 35})
		for range b.N {
			if _, err := p.planFor(net, 35, hw.MaxUtilization); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("planner", func(b *testing.B) {
		p, err := New(Options{Pool: pool, Target: hw.DefaultTarget()})
		if err != nil {
			b.Fatal(err)
		}
		var pipe hw.Pipeline
		p.Precompute(net.Input, 10, hw.FlattenHead, []int{1, 3, 5, 7}, []int{24, 36, 48, 64}, []int{1, 2})
		b.ResetTimer()
		for range b.N {
			if err := p.planChain(&pipe, chain, net.Input, 10, hw.FlattenHead, 35, hw.MaxUtilization); err != nil {
				b.Fatal(err)
			}
		}
	})
}
