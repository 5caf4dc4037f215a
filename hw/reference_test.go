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

// TestZhang15Table rebuilds the cross-layer design of Zhang'15 for AlexNet's
// convolutions, <Tm, Tn> = <64, 7> at 100 MHz: 1,008,246 cycles for one half of
// the network, with its pipeline depth of 20 cycles a pass in conv2 to conv5,
// and 61.62 GFLOPS at the measured 21.61 ms for both halves.
func TestZhang15Table(t *testing.T) {
	n, err := ReferenceNetwork("alexnet-zhang15", Shape{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int64{"conv1": 366025, "conv2": 255150 + 14*20, "conv3": 168831 + 111*20, "conv4": 127764 + 84*20, "conv5": 85176 + 56*20}
	var cycles, macs int64
	for i := range n.Layers {
		l := n.Layers[i].Loops()
		if !l.Weighted {
			continue
		}
		tg := DefaultTarget()
		if n.Layers[i].Name != "conv1" {
			tg.Depth = 20
		}
		c, err := LayerCost(l, design(64, 7, 55, 55, 0, 0, 0), tg)
		if err != nil {
			t.Fatal(err)
		}
		if c.Cycles != want[n.Layers[i].Name] || c.DSP != 2240 {
			t.Errorf("%s: %d cycles with %d DSPs, want %d with 2240", n.Layers[i].Name, c.Cycles, c.DSP, want[n.Layers[i].Name])
		}
		cycles, macs = cycles+c.Cycles, macs+l.MACs()
	}
	if cycles != 1008246 {
		t.Errorf("%d cycles, Zhang'15 has 1,008,246", cycles)
	}
	if g := 2 * 2 * float64(macs) / 21.61e-3 / 1e9; math.Abs(g-61.62) > 0.005 {
		t.Errorf("%.3f GFLOPS at the measured 21.61 ms, Zhang'15 has 61.62", g)
	}
	if ms := 2 * float64(cycles) / 100e6 * 1e3; math.Abs(ms-20.16) > 0.01 {
		t.Errorf("the model's time is %.2f ms, want 20.16", ms)
	}
}

// TestVGG11PublishedCycles rebuilds a figure of the exploration tables that the
// authors of arXiv 1907.04650 published: VGG-11's convolutions at 16 bits under
// one design, 42.96028571428571e5 cycles. That design needs 3662 BRAM18, more
// than the ZU9EG has, and is refused here.
func TestVGG11PublishedCycles(t *testing.T) {
	n, err := ReferenceNetwork("vgg11", Shape{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	tg := DefaultTarget()
	tg.Bits, tg.Input, tg.Scripts = 16, TileOnly, true
	d := design(130, 19, 64, 64, 10, 6, 14)
	var exact float64
	var convs []Loops
	for i := range n.Layers {
		if n.Layers[i].Kind != Conv {
			continue
		}
		convs = append(convs, n.Layers[i].Loops())
		c, err := LayerCost(n.Layers[i].Loops(), d, tg)
		if err != nil {
			t.Fatal(err)
		}
		if float64(c.Cycles) < c.Exact || float64(c.Cycles) >= c.Exact+1 {
			t.Errorf("%s: %d cycles for %v", n.Layers[i].Name, c.Cycles, c.Exact)
		}
		exact += c.Exact
	}
	if math.Abs(exact/1e5-42.96028571428571) > 1e-12 {
		t.Errorf("%v cycles, want 4296028.571428571", exact)
	}
	dev, err := DeviceByName("ZU9EG")
	if err != nil {
		t.Fatal(err)
	}
	err = dev.Fits(convs, d, tg)
	if err == nil || !strings.Contains(err.Error(), "needs 3662 BRAM18, has 1824") {
		t.Errorf("the design does not fit: %v", err)
	}
}
