package space_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/space"
)

// TestSpaceSizes compares Size with counting by hand and, where that is quick,
// with enumeration.
func TestSpaceSizes(t *testing.T) {
	tiny := space.Tiny()
	deep := space.Tiny().WithStrides(1, 2)
	deep.MinLayers = 2
	for _, c := range []struct {
		name  string
		space space.Chain
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
	for _, s := range []space.Chain{space.Tiny(), space.CIFAR10(), space.CIFAR10().WithStrides(1, 2), space.ImageNet()} {
		decisions := s.Decisions()
		choices := nas.Choices(s)
		depths := make(map[int]bool)
		for range 500 {
			actions := nas.Random(s, choices, rng)
			if len(actions) != s.Used(actions) {
				t.Fatalf("%s: Random gave %d actions, %d are used", s.Title, len(actions), s.Used(actions))
			}
			net := s.Decode(actions, nil)
			depths[len(net)] = true
			again, err := s.Encode(net)
			if err != nil {
				t.Fatal(err)
			}
			if len(again) != len(actions) {
				t.Fatalf("%s: %v encoded as %v", s.Title, actions, again)
			}
			for i := range again {
				if again[i] != actions[i] {
					t.Fatalf("%s: %v encoded as %v", s.Title, actions, again)
				}
				d := decisions[i]
				var value int
				switch d.Kind {
				case space.DecideDepth:
					value = len(net)
				case space.DecideKernel:
					value = net[d.Layer].Kernel
				case space.DecideFilters:
					value = net[d.Layer].Filters
				case space.DecideStride:
					value = net[d.Layer].Stride
				}
				if value != d.Values[actions[i]] {
					t.Fatalf("%s: decision %d (%s of layer %d) chose %d, the network has %d",
						s.Title, i, d.Kind, d.Layer, d.Values[actions[i]], value)
				}
			}
		}
		if want := s.MaxLayers - s.MinLayers + 1; len(depths) != want {
			t.Errorf("%s: random networks have %d different depths, want %d", s.Title, len(depths), want)
		}
	}
}

// TestLayerDecisions checks that the decisions of a range of layers are those
// that name these layers.
func TestLayerDecisions(t *testing.T) {
	for _, s := range []space.Chain{space.Tiny(), space.CIFAR10(), space.ImageNet()} {
		decisions := s.Decisions()
		for first := range s.MaxLayers {
			for last := first; last < s.MaxLayers; last++ {
				from, to := s.LayerDecisions(first, last)
				for i, d := range decisions {
					inside := d.Layer >= first && d.Layer <= last
					if inside != (i >= from && i < to) {
						t.Fatalf("%s: layers %d to %d have decisions [%d, %d), yet decision %d is of layer %d",
							s.Title, first, last, from, to, i, d.Layer)
					}
				}
			}
		}
	}
}

func TestSpaceErrors(t *testing.T) {
	chains := space.CIFAR10()
	for _, c := range []struct{ net, want string }{
		{"3x24", "1 layers"},
		{"3x24,3x24,3x24,3x24,3x24,3x25", "layer 6"},
		{"3x24,3x24,3x24,3x24,3x24,3x24s2", "layer 6"},
	} {
		net, err := hw.ParseChain(c.net)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := chains.Encode(net); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one that says %q", c.net, err, c.want)
		}
	}
	if _, err := space.ByName("mars"); err == nil || !strings.Contains(err.Error(), "mars") {
		t.Errorf("unknown space: error %v", err)
	}
	broken := space.Tiny()
	broken.Kernels = []int{1, 2}
	if err := broken.Validate(); err == nil || !strings.Contains(err.Error(), "even") {
		t.Errorf("even kernel: error %v", err)
	}
}
