package train

import (
	"context"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"coexplore/data"
	"coexplore/hw"
	"coexplore/nas/train/internal/kernel"

	"golang.org/x/sync/errgroup"
)

// TestMemoryOfManyChildren trains 200 children of all kinds, two at a time, and
// compares what the process holds after 20 and after 200.
func TestMemoryOfManyChildren(t *testing.T) {
	set := data.Shapes(1, 64, 32)
	rng := rand.New(rand.NewPCG(1, 1))
	opt := DefaultOptions()
	opt.Epochs, opt.Batch = 1, 32
	held := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	defer FreeMemory()
	batch := func(n int) {
		var nets []hw.Chain
		for range n {
			var c hw.Chain
			for range 1 + rng.IntN(3) {
				c = append(c, hw.ConvSpec{Kernel: 1 + 2*rng.IntN(3), Filters: 4 + rng.IntN(12), Stride: 1 + rng.IntN(2)})
			}
			nets = append(nets, c)
		}
		trainAll(t, nets, set, opt)
	}
	// The largest child decides what is held; train one to begin with.
	trainAll(t, []hw.Chain{chain(t, "5x15,5x15,5x15"), chain(t, "5x15,5x15,5x15")}, set, opt)
	batch(20)
	early := held()
	for range 9 {
		batch(20)
	}
	late := held()
	t.Logf("held after 22 children: %.1f MiB, after 202: %.1f MiB", float64(early)/(1<<20), float64(late)/(1<<20))
	if late > early+early/10+1<<20 {
		t.Errorf("the heap grew from %d to %d bytes while 180 children were trained", early, late)
	}
}

// trainAll trains children, two at a time.
func trainAll(t *testing.T, nets []hw.Chain, set *data.Set, opt Options) []*Outcome {
	t.Helper()
	out := make([]*Outcome, len(nets))
	var group errgroup.Group
	group.SetLimit(2)
	for i, net := range nets {
		group.Go(func() (err error) {
			out[i], err = Train(context.Background(), net, set, opt)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	return out
}

// BenchmarkTwoChildren trains one child on one thread, then two at the same
// time, in turn, and reports how many times as many images two get through.
func BenchmarkTwoChildren(b *testing.B) {
	set := kernel.Best()
	a, labels := speedNet("reference", set)
	c, _ := speedNet("reference", set)
	var ratios []float64
	for b.Loop() {
		for range *peerRounds {
			one := speed(a, labels)
			second := make(chan float64)
			go func() { second <- speed(c, labels) }()
			two := speed(a, labels) + <-second
			ratios = append(ratios, two/one)
		}
	}
	b.ReportMetric(median(ratios), "times-one")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkEstimate compares the estimate with the training that follows.
func BenchmarkEstimate(b *testing.B) {
	set := data.Shapes(1, 1000, 500)
	for _, network := range []string{"3x8,3x8,3x8", "3x36,3x48s2,5x36,3x64s2", "3x36,5x36,1x64,3x48s2,7x24,1x64"} {
		b.Run(network, func(b *testing.B) {
			var ratios []float64
			for b.Loop() {
				for range 3 {
					opt := DefaultOptions()
					opt.Epochs = 2
					e, err := EstimateTraining(context.Background(), chain(b, network), set, opt)
					if err != nil {
						b.Fatal(err)
					}
					start := time.Now()
					if _, err := Train(context.Background(), chain(b, network), set, opt); err != nil {
						b.Fatal(err)
					}
					ratios = append(ratios, e.Duration.Seconds()/time.Since(start).Seconds())
				}
			}
			b.ReportMetric(median(ratios), "estimated/taken")
			b.ReportMetric(0, "ns/op")
		})
	}
}
