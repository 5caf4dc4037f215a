package blast

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"coexplore/hw"
)

// randomChains are children of the CIFAR-10 space: 6 to 14 convolutions.
func randomChains(rng *rand.Rand, count int, strides []int) []hw.Chain {
	kernels, filters := []int{1, 3, 5, 7}, []int{24, 36, 48, 64}
	out := make([]hw.Chain, count)
	for i := range out {
		out[i] = make(hw.Chain, 6+rng.IntN(9))
		for j := range out[i] {
			out[i][j] = hw.ConvSpec{Kernel: kernels[rng.IntN(4)], Filters: filters[rng.IntN(4)], Stride: strides[rng.IntN(len(strides))]}
		}
	}
	return out
}

// BenchmarkPlanCIFAR10 plans distinct networks of the CIFAR-10 space on three
// XC7Z015 at 35 frames/s, from memoised layer costs.
func BenchmarkPlanCIFAR10(b *testing.B) {
	for _, v := range []struct {
		name    string
		strides []int
		bits    int
		obj     hw.Objective
	}{{"fixed", []int{1}, 32, hw.MaxUtilization}, {"predicted", []int{1, 2}, 32, hw.MaxUtilization},
		{"fixed/throughput", []int{1}, 32, hw.MaxThroughput}, {"predicted/throughput", []int{1, 2}, 32, hw.MaxThroughput},
		{"fixed/16bit", []int{1}, 16, hw.MaxUtilization}, {"predicted/16bit", []int{1, 2}, 16, hw.MaxUtilization},
		{"predicted/8bit", []int{1, 2}, 8, hw.MaxUtilization}} {
		b.Run(v.name, func(b *testing.B) {
			chains := randomChains(rand.New(rand.NewPCG(1, 1)), 10000, v.strides)
			pool, err := hw.ParsePool("XC7Z015:3")
			if err != nil {
				b.Fatal(err)
			}
			tg := hw.DefaultTarget()
			tg.Bits = v.bits
			p, err := New(Options{Pool: pool, Target: tg})
			if err != nil {
				b.Fatal(err)
			}
			in := hw.Shape{C: 3, H: 32, W: 32}
			p, _ = p.Precompute(in, 10, hw.FlattenHead, []int{1, 3, 5, 7}, []int{24, 36, 48, 64}, v.strides)
			var pipe hw.Pipeline
			if err := p.planChain(&pipe, chains[0], in, 10, hw.FlattenHead, 35, v.obj); err != nil {
				b.Fatal(err)
			}
			met := 0
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				if err := p.planChain(&pipe, chains[i%len(chains)], in, 10, hw.FlattenHead, 35, v.obj); err != nil {
					b.Fatal(err)
				}
				if pipe.Feasible {
					met++
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "networks/s")
			b.ReportMetric(float64(met)/float64(b.N), "met")
		})
	}
}

// BenchmarkPrecompute works a search space's layers out.
func BenchmarkPrecompute(b *testing.B) {
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		b.Fatal(err)
	}
	for range b.N {
		p, err := New(Options{Pool: pool, Target: hw.DefaultTarget()})
		if err != nil {
			b.Fatal(err)
		}
		if _, ok := p.Precompute(hw.Shape{C: 3, H: 32, W: 32}, 10, hw.FlattenHead, []int{1, 3, 5, 7}, []int{24, 36, 48, 64}, []int{1, 2}); !ok {
			b.Fatal("too big")
		}
	}
}

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
		p, _ = p.Precompute(net.Input, 10, hw.FlattenHead, []int{1, 3, 5, 7}, []int{24, 36, 48, 64}, []int{1, 2})
		b.ResetTimer()
		for range b.N {
			if err := p.planChain(&pipe, chain, net.Input, 10, hw.FlattenHead, 35, hw.MaxUtilization); err != nil {
				b.Fatal(err)
			}
		}
	})
}
