package accel

import (
	"fmt"
	"math/rand/v2"
	"slices"
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

// BenchmarkBestDesign searches the best accelerator of VGG-16's thirteen
// convolutions on a ZU9EG at 16 bits over all integer designs, and those of
// stages of the CIFAR-10 space on an XC7Z015, cold.
func BenchmarkBestDesign(b *testing.B) {
	b.Run("VGG16/ZU9EG/16bit", func(b *testing.B) {
		n, err := hw.ReferenceNetwork("vgg16", hw.Shape{}, 0)
		if err != nil {
			b.Fatal(err)
		}
		var convs []hw.Loops
		for i := range n.Layers {
			if n.Layers[i].Kind == hw.Conv {
				convs = append(convs, n.Layers[i].Loops())
			}
		}
		benchmarkSearch(b, [][]hw.Loops{convs}, "ZU9EG", 16)
	})
	for _, strides := range [][]int{{1}, {1, 2}} {
		var stages [][]hw.Loops
		for _, c := range randomChains(rand.New(rand.NewPCG(2, 2)), 200, strides) {
			n, err := c.Network(hw.Shape{C: 3, H: 32, W: 32}, 10, hw.FlattenHead)
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

func benchmarkSearch(b *testing.B, stages [][]hw.Loops, part string, bits int) {
	dev, err := hw.DeviceByName(part)
	if err != nil {
		b.Fatal(err)
	}
	tg := hw.DefaultTarget()
	tg.Bits = bits
	for i := range b.N {
		if _, err := BestDesign(stages[i%len(stages)], &dev, tg); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "searches/s")
}

// BenchmarkTable works out the table of the CIFAR-10 space's layers.
func BenchmarkTable(b *testing.B) {
	for _, strides := range [][]int{{1}, {1, 2}} {
		universe := cifar10Universe(strides)
		for _, bits := range []int{8, 16, 32} {
			b.Run(fmt.Sprintf("strides%d/%dbit", len(strides), bits), func(b *testing.B) {
				dev, err := hw.DeviceByName("XC7Z015")
				if err != nil {
					b.Fatal(err)
				}
				tg := hw.DefaultTarget()
				tg.Bits = bits
				for range b.N {
					table, ok := NewTable(universe, &dev, tg)
					if ok {
						b.ReportMetric(float64(len(table.Designs())), "designs")
					} else {
						b.ReportMetric(0, "designs") // too big: searched group by group
					}
				}
			})
		}
	}
}

// cifar10Universe is the convolutions of the CIFAR-10 space on every size of map,
// alike layers spread apart.
func cifar10Universe(strides []int) []hw.Loops {
	var out []hw.Loops
	filters := []int{24, 36, 48, 64}
	sizes := []int{32}
	for i := 0; i < len(sizes); i++ {
		size := sizes[i]
		for _, s := range strides {
			rows := (size + s - 1) / s
			if !slices.Contains(sizes, rows) {
				sizes = append(sizes, rows)
			}
			for _, k := range []int{1, 3, 5, 7} {
				for _, f := range filters {
					for _, in := range append([]int{3}, filters...) {
						if l := conv(f, in, rows, rows, k, s); (in > 3 || i == 0) && !slices.Contains(out, l) {
							out = append(out, l)
						}
					}
				}
			}
		}
	}
	rand.New(rand.NewPCG(1, uint64(len(out)))).Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}
