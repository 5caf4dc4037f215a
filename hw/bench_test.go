package hw

import (
	"math/rand/v2"
	"testing"
)

// randomChains are children of the CIFAR-10 space: 6 to 14 convolutions.
func randomChains(rng *rand.Rand, count int, strides []int) []Chain {
	kernels, filters := []int{1, 3, 5, 7}, []int{24, 36, 48, 64}
	out := make([]Chain, count)
	for i := range out {
		out[i] = make(Chain, 6+rng.IntN(9))
		for j := range out[i] {
			out[i][j] = ConvSpec{kernels[rng.IntN(4)], filters[rng.IntN(4)], strides[rng.IntN(len(strides))]}
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
		obj     Objective
	}{{"fixed", []int{1}, 32, MaxUtilization}, {"predicted", []int{1, 2}, 32, MaxUtilization},
		{"fixed/throughput", []int{1}, 32, MaxThroughput}, {"predicted/throughput", []int{1, 2}, 32, MaxThroughput},
		{"fixed/16bit", []int{1}, 16, MaxUtilization}, {"predicted/16bit", []int{1, 2}, 16, MaxUtilization},
		{"predicted/8bit", []int{1, 2}, 8, MaxUtilization}} {
		b.Run(v.name, func(b *testing.B) {
			chains := randomChains(rand.New(rand.NewPCG(1, 1)), 10000, v.strides)
			pool, err := ParsePool("XC7Z015:3")
			if err != nil {
				b.Fatal(err)
			}
			tg := DefaultTarget()
			tg.Bits = v.bits
			p, err := NewPlanner(pool, tg)
			if err != nil {
				b.Fatal(err)
			}
			in := Shape{3, 32, 32}
			p.Expect(in, 10, FlattenHead, []int{1, 3, 5, 7}, []int{24, 36, 48, 64}, v.strides)
			b.Logf("%d designs", len(p.universe.cats[0].designs))
			var pipe Pipeline
			if err := p.PlanChain(&pipe, chains[0], in, 10, FlattenHead, 35, v.obj); err != nil {
				b.Fatal(err)
			}
			met := 0
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				if err := p.PlanChain(&pipe, chains[i%len(chains)], in, 10, FlattenHead, 35, v.obj); err != nil {
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
	pool, err := ParsePool("XC7Z015:3")
	if err != nil {
		b.Fatal(err)
	}
	for range b.N {
		p, err := NewPlanner(pool, DefaultTarget())
		if err != nil {
			b.Fatal(err)
		}
		if !p.Expect(Shape{3, 32, 32}, 10, FlattenHead, []int{1, 3, 5, 7}, []int{24, 36, 48, 64}, []int{1, 2}) {
			b.Fatal("too big")
		}
	}
}

// BenchmarkBestDesign searches the best accelerator of VGG-16's thirteen
// convolutions on a ZU9EG at 16 bits over all integer designs, and those of
// stages of the CIFAR-10 space on an XC7Z015, cold.
func BenchmarkBestDesign(b *testing.B) {
	b.Run("VGG16/ZU9EG/16bit", func(b *testing.B) {
		n, err := ReferenceNetwork("vgg16", Shape{}, 0)
		if err != nil {
			b.Fatal(err)
		}
		var convs []Loops
		for i := range n.Layers {
			if n.Layers[i].Kind == Conv {
				convs = append(convs, n.Layers[i].Loops())
			}
		}
		benchmarkSearch(b, [][]Loops{convs}, "ZU9EG", 16)
	})
	for _, strides := range [][]int{{1}, {1, 2}} {
		var stages [][]Loops
		for _, c := range randomChains(rand.New(rand.NewPCG(2, 2)), 200, strides) {
			n, err := c.Network(Shape{3, 32, 32}, 10, FlattenHead)
			if err != nil {
				b.Fatal(err)
			}
			loops := n.Loops()
			stages = append(stages, loops[:len(c)/2], loops[len(c)/2:len(c)])
		}
		b.Run("CIFAR10/XC7Z015/"+map[int]string{1: "fixed", 2: "predicted"}[len(strides)], func(b *testing.B) {
			benchmarkSearch(b, stages, "XC7Z015", 32)
		})
	}
}

func benchmarkSearch(b *testing.B, stages [][]Loops, part string, bits int) {
	dev, err := DeviceByName(part)
	if err != nil {
		b.Fatal(err)
	}
	tg := DefaultTarget()
	tg.Bits = bits
	for i := range b.N {
		if _, err := BestDesign(stages[i%len(stages)], &dev, tg); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "searches/s")
}
