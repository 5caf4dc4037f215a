package space_test

import (
	"testing"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/space"
)

// TestLayers compares the layers of small spaces with those of all their networks.
func TestLayers(t *testing.T) {
	for _, head := range []hw.Head{hw.FlattenHead, hw.PoolHead} {
		for _, dense := range []hw.DensePlace{hw.DenseOnHost, hw.DenseOnFPGA} {
			s := space.Tiny().WithStrides(1, 2)
			s.MinLayers, s.Head, s.Filters = 2, head, []int{8, 16}
			want := map[hw.Loops]bool{}
			nas.All(s, func(actions []int) bool {
				net, err := s.Decode(actions, nil).Network(s.Input, s.Classes, s.Head)
				if err != nil {
					t.Fatal(err)
				}
				for i := range net.Layers {
					if net.Layers[i].Kind != hw.Dense || dense == hw.DenseOnFPGA {
						want[net.Layers[i].Loops()] = true
					}
				}
				return true
			})
			got := s.Layers(dense)
			for _, l := range got {
				if !want[l] {
					t.Errorf("%v is no layer of a network, or stands twice", l)
				}
				delete(want, l)
			}
			if len(want) > 0 {
				t.Errorf("%d layers are left out of %d", len(want), len(got)+len(want))
			}
		}
	}
}
