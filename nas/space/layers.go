package space

import "coexplore/hw"

// Layers are the different layers of the networks of the space that take FPGA time:
// every convolution at every depth that it can have, and the head's on every map that
// a network can end with. They are in the order in which they are met, going from the
// input through all kernels, filters and strides.
func (s Chain) Layers(dense hw.DensePlace) []hw.Loops {
	var layers []hw.Loops
	seen := map[hw.Loops]bool{}
	add := func(l hw.Loops) {
		if !seen[l] {
			seen[l] = true
			layers = append(layers, l)
		}
	}
	maps := []hw.Shape{s.Input} // that a layer at this depth reads
	for depth := 1; depth <= s.MaxLayers; depth++ {
		var next []hw.Shape
		met := map[hw.Shape]bool{}
		for _, in := range maps {
			for _, kernel := range s.Kernels {
				for _, filters := range s.Filters {
					for _, stride := range s.Strides {
						l, out := hw.ConvSpec{Kernel: kernel, Filters: filters, Stride: stride}.Loops(in)
						add(l)
						if !met[out] {
							met[out] = true
							next = append(next, out)
						}
					}
				}
			}
		}
		if depth >= s.MinLayers {
			for _, at := range next {
				s.headLayers(at, dense, add)
			}
		}
		maps = next
	}
	return layers
}

// headLayers adds the layers of the head on a map.
func (s Chain) headLayers(at hw.Shape, dense hw.DensePlace, add func(hw.Loops)) {
	if s.Head == hw.PoolHead {
		mean := hw.Layer{Kind: hw.GlobalAvgPool, In: at, Out: hw.Shape{C: at.C, H: 1, W: 1}}
		add(mean.Loops())
		at = mean.Out
	}
	if dense == hw.DenseOnFPGA {
		classes := hw.Layer{Kind: hw.Dense, In: at, Out: hw.Shape{C: s.Classes, H: 1, W: 1}}
		add(classes.Loops())
	}
}
