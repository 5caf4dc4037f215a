package hw

import (
	"math"
	"strings"
	"testing"
)

// TestReferenceNetworks holds the parameters that torchvision counts, and the
// multiply-accumulates of convolutions and fully connected layers in its table
// of models (in units of 1e9, two digits).
func TestReferenceNetworks(t *testing.T) {
	for _, r := range []struct {
		name   string
		params int64
		gmacs  float64
		layers int
		skips  int
	}{
		{"alexnet", 61100840, 0.71, 11, 0},
		{"vgg11", 132863336, 7.61, 16, 0},
		{"vgg13", 133047848, 11.31, 18, 0},
		{"vgg16", 138357544, 15.47, 21, 0},
		{"vgg19", 143667240, 19.63, 24, 0},
		{"resnet18", 11689512, 1.81, 31, 11},
		{"resnet34", 21797672, 3.66, 55, 19},
		{"resnet50", 25557032, 4.09, 72, 20},
		{"mobilenetv2", 3504872, 0.30, 64, 10},
		{"cifar10-fixed-opthw", 604626, 0.24, 11, 0},
		{"cifar10-opthw", 286518, 0.06, 7, 0},
		{"cifar10-optsw", 609754, 0.16, 15, 0},
	} {
		n, err := ReferenceNetwork(r.name, Shape{}, 0)
		if err != nil {
			t.Fatal(err)
		}
		if n.Params() != r.params {
			t.Errorf("%s: %d parameters, want %d", r.name, n.Params(), r.params)
		}
		if g := float64(n.MACs()) / 1e9; math.Abs(g-r.gmacs) > 0.0051 {
			t.Errorf("%s: %.3f GMACs, want %.2f", r.name, g, r.gmacs)
		}
		if len(n.Layers) != r.layers || len(n.Skips()) != r.skips {
			t.Errorf("%s: %d layers and %d skip edges, want %d and %d", r.name, len(n.Layers), len(n.Skips()), r.layers, r.skips)
		}
		for i := range n.Layers {
			l := &n.Layers[i]
			if loops := l.Loops(); l.MACs != loops.MACs() || loops.Check() != nil {
				t.Errorf("%s %s: %d MACs, its loops %d", r.name, l.Name, l.MACs, loops.MACs())
			}
			for _, from := range l.Inputs {
				if from >= i || l.Kind != Dense && n.output(from) != l.In {
					t.Errorf("%s %s: reads layer %d of shape %v as %v", r.name, l.Name, from, n.output(from), l.In)
				}
			}
		}
	}
}

// TestCutCountsSkips cuts a residual block in two: the link carries the block's
// input too.
func TestCutCountsSkips(t *testing.T) {
	n, err := ReferenceNetwork("resnet18", Shape{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n.Layers {
		l := &n.Layers[i]
		c := n.Cut(max(i, 1))
		switch {
		case l.Name == "conv2_1b": // 64x56x56 of conv2_1a, and of pool1 for the sum
			if c.Words != 2*64*56*56 || len(c.From) != 2 || c.Buffered != 2*c.Words {
				t.Errorf("cut before %s: %+v", l.Name, c)
			}
		case l.Name == "conv3_1s": // 128x28x28 of conv3_1b, and the block's input
			if c.Words != 128*28*28+64*56*56 {
				t.Errorf("cut before %s: %+v", l.Name, c)
			}
		case strings.HasSuffix(l.Name, "a") && i > 2: // between blocks one map crosses
			if c.Words != n.Layers[i-1].Out.Size() || len(c.From) != 1 {
				t.Errorf("cut before %s: %+v", l.Name, c)
			}
		}
	}
}
