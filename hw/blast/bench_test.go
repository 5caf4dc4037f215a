package blast

import (
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
			p, err := NewPlanner(pool, tg)
			if err != nil {
				b.Fatal(err)
			}
			in := hw.Shape{C: 3, H: 32, W: 32}
			p.Expect(in, 10, hw.FlattenHead, []int{1, 3, 5, 7}, []int{24, 36, 48, 64}, v.strides)
			b.Logf("%d designs", len(p.universe.cats[0].designs))
			var pipe hw.Pipeline
			if err := p.PlanChain(&pipe, chains[0], in, 10, hw.FlattenHead, 35, v.obj); err != nil {
				b.Fatal(err)
			}
			met := 0
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				if err := p.PlanChain(&pipe, chains[i%len(chains)], in, 10, hw.FlattenHead, 35, v.obj); err != nil {
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

// BenchmarkExpect works a search space's layers out.
func BenchmarkExpect(b *testing.B) {
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		b.Fatal(err)
	}
	for range b.N {
		p, err := NewPlanner(pool, hw.DefaultTarget())
		if err != nil {
			b.Fatal(err)
		}
		if !p.Expect(hw.Shape{C: 3, H: 32, W: 32}, 10, hw.FlattenHead, []int{1, 3, 5, 7}, []int{24, 36, 48, 64}, []int{1, 2}) {
			b.Fatal("too big")
		}
	}
}
