package nas_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/nas"
)

// TestSpaceSizes compares Size with counting by hand and, where that is quick,
// with enumeration.
func TestSpaceSizes(t *testing.T) {
	tiny := nas.TinySpace()
	deep := nas.TinySpace().WithStrides(1, 2)
	deep.MinLayers = 2
	for _, c := range []struct {
		name  string
		space nas.ChainSpace
		want  int64
	}{
		{"tiny", tiny, 12 * 12 * 12},
		{"tiny, strides predicted, 2 or 3 layers", deep, 24*24 + 24*24*24},
	} {
		if got := c.space.Size().Int64(); got != c.want {
			t.Errorf("%s: Size %d, want %d", c.name, got, c.want)
		}
		seen := make(map[string]bool)
		nas.All(c.space, func(actions []int) bool {
			seen[c.space.Network(actions)] = true
			return true
		})
		if int64(len(seen)) != c.want {
			t.Errorf("%s: All gave %d distinct networks, want %d", c.name, len(seen), c.want)
		}
	}
}

// TestDecodeEncode checks that encoding and decoding are inverse to each other on
// random networks of every space, and that only the used actions matter.
func TestDecodeEncode(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, space := range []nas.ChainSpace{nas.TinySpace(), nas.CIFAR10Space(), nas.CIFAR10Space().WithStrides(1, 2), nas.ImageNetSpace()} {
		decisions := space.Decisions()
		choices := nas.Choices(space)
		depths := make(map[int]bool)
		for range 500 {
			actions := nas.Random(space, choices, rng)
			if len(actions) != space.Used(actions) {
				t.Fatalf("%s: Random gave %d actions, %d are used", space.Title, len(actions), space.Used(actions))
			}
			net := space.Decode(actions, nil)
			depths[len(net)] = true
			again, err := space.Encode(net)
			if err != nil {
				t.Fatal(err)
			}
			if len(again) != len(actions) {
				t.Fatalf("%s: %v encoded as %v", space.Title, actions, again)
			}
			for i := range again {
				if again[i] != actions[i] {
					t.Fatalf("%s: %v encoded as %v", space.Title, actions, again)
				}
				d := decisions[i]
				var value int
				switch d.Kind {
				case nas.DecideDepth:
					value = len(net)
				case nas.DecideKernel:
					value = net[d.Layer].Kernel
				case nas.DecideFilters:
					value = net[d.Layer].Filters
				case nas.DecideStride:
					value = net[d.Layer].Stride
				}
				if value != d.Values[actions[i]] {
					t.Fatalf("%s: decision %d (%s of layer %d) chose %d, the network has %d",
						space.Title, i, d.Kind, d.Layer, d.Values[actions[i]], value)
				}
			}
		}
		if want := space.MaxLayers - space.MinLayers + 1; len(depths) != want {
			t.Errorf("%s: random networks have %d different depths, want %d", space.Title, len(depths), want)
		}
	}
}

// TestLayerDecisions checks that the decisions of a range of layers are those
// that name these layers.
func TestLayerDecisions(t *testing.T) {
	for _, space := range []nas.ChainSpace{nas.TinySpace(), nas.CIFAR10Space(), nas.ImageNetSpace()} {
		decisions := space.Decisions()
		for first := range space.MaxLayers {
			for last := first; last < space.MaxLayers; last++ {
				from, to := space.LayerDecisions(first, last)
				for i, d := range decisions {
					inside := d.Layer >= first && d.Layer <= last
					if inside != (i >= from && i < to) {
						t.Fatalf("%s: layers %d to %d have decisions [%d, %d), yet decision %d is of layer %d",
							space.Title, first, last, from, to, i, d.Layer)
					}
				}
			}
		}
	}
}

func TestSpaceErrors(t *testing.T) {
	space := nas.CIFAR10Space()
	for _, c := range []struct{ net, want string }{
		{"3x24", "1 layers"},
		{"3x24,3x24,3x24,3x24,3x24,3x25", "layer 6"},
		{"3x24,3x24,3x24,3x24,3x24,3x24s2", "layer 6"},
	} {
		net, err := hw.ParseChain(c.net)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := space.Encode(net); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one that says %q", c.net, err, c.want)
		}
	}
	if _, err := nas.SpaceByName("mars"); err == nil || !strings.Contains(err.Error(), "mars") {
		t.Errorf("unknown space: error %v", err)
	}
	broken := nas.TinySpace()
	broken.Kernels = []int{1, 2}
	if err := broken.Validate(); err == nil || !strings.Contains(err.Error(), "even") {
		t.Errorf("even kernel: error %v", err)
	}
}
