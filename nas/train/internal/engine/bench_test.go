package engine

import (
	"flag"
	"math/rand/v2"
	"testing"

	"coexplore/nas/train/internal/kernel"
)

var benchThreads = flag.Int("threads", 1, "threads of the benchmarks")

// benchNets are the networks whose training speed is compared.
var benchNets = map[string][]Layer{
	"reference": {{3, 36, 1}, {3, 48, 2}, {5, 36, 1}, {3, 64, 2}},
	"deep": {{3, 36, 1}, {3, 48, 1}, {5, 36, 2}, {3, 48, 1}, {3, 36, 1}, {5, 48, 1}, {3, 64, 2},
		{3, 48, 1}, {3, 64, 1}, {5, 48, 1}, {3, 64, 1}, {3, 48, 1}, {3, 64, 1}, {3, 48, 1}},
	"heavy": {{5, 64, 1}, {7, 64, 1}, {5, 64, 1}, {3, 64, 2}, {5, 64, 1}, {3, 64, 2}},
}

func BenchmarkStep(b *testing.B) {
	for _, set := range kernel.Available() {
		for _, name := range []string{"reference", "deep", "heavy"} {
			b.Run(set.Name+"/"+name, func(b *testing.B) {
				rng := rand.New(rand.NewPCG(1, 1))
				n := New(Config{C: 3, H: 32, W: 32, Layers: benchNets[name], Classes: 10, Pool: true, Batch: 64, Set: set, Threads: *benchThreads}, new(Arena))
				n.Init(rng)
				labels := make([]uint8, 64)
				for i := range labels {
					labels[i] = uint8(i % 10)
					n.SetImage(i, func(c, y, x int) float32 { return float32(rng.NormFloat64()) })
				}
				for b.Loop() {
					n.Gradients(labels, 0)
					n.Update(Step{Rate: 0.01, Momentum: 0.9})
				}
				b.ReportMetric(64*float64(b.N)/b.Elapsed().Seconds(), "images/s")
			})
		}
	}
}
