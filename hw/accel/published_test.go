package accel

import (
	"math"
	"math/rand/v2"
	"testing"

	"coexplore/hw"
)

// TestZhang15Table rebuilds the cross-layer design of Zhang'15 for AlexNet's
// convolutions, <Tm, Tn> = <64, 7> at 100 MHz: 1,008,246 cycles for one half of
// the network, with its pipeline depth of 20 cycles a pass in conv2 to conv5,
// and 61.62 GFLOPS at the measured 21.61 ms for both halves.
func TestZhang15Table(t *testing.T) {
	n, err := hw.ReferenceNetwork("alexnet-zhang15", hw.Shape{}, 0)
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
		tg := hw.DefaultTarget()
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

// TestVGG11PublishedDesign checks the design under which VGG-11's cycles were
// published. With all buffers in block memory it needs 3662 BRAM18, more than the
// ZU9EG has; with the weight buffers in LUT memory it needs 2470 fewer, one for
// each unit.
func TestVGG11PublishedDesign(t *testing.T) {
	tg := hw.DefaultTarget()
	tg.Bits, tg.Input, tg.AuthorsScripts = 16, hw.TileOnly, true
	d := design(130, 19, 64, 64, 10, 6, 14)
	var convs []hw.Loops
	for _, l := range referenceNetwork(t, "vgg11").Loops() {
		if l.Weighted && l.K == 3 {
			convs = append(convs, l)
		}
	}
	dev, err := hw.DeviceByName("ZU9EG")
	if err != nil {
		t.Fatal(err)
	}
	if u := Resources(convs, d, tg); u.BRAM18 != 3662 {
		t.Errorf("%d BRAM18, want 3662", u.BRAM18)
	}
	if err := Fits(&dev, convs, d, tg); err != nil {
		t.Error(err)
	}
	if u := ResourcesOn(&dev, convs, d, tg); u.BRAM18 != 3662-2470 || u.LUT != 2470*(40+5) {
		t.Errorf("%+v: want 1192 BRAM18 and 111150 LUT", u)
	}
	dev.LUT = 0
	err = Fits(&dev, convs, d, tg)
	if err == nil || err.Error() != "hw: design on ZU9EG: needs 3662 BRAM18, has 1824" {
		t.Errorf("the design does not fit: %v", err)
	}
}

// TestNoBetterDesign draws designs that fit at random, by the thousand, for
// real layers and devices: none beats the best.
func TestNoBetterDesign(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	vgg := referenceNetwork(t, "vgg16")
	var convs []hw.Loops
	for i := range vgg.Layers {
		if vgg.Layers[i].Kind == hw.Conv {
			convs = append(convs, vgg.Layers[i].Loops())
		}
	}
	child := referenceNetwork(t, "cifar10-optsw").Loops()
	mobile := referenceNetwork(t, "mobilenetv2").Loops()
	for _, c := range []struct {
		part   string
		bits   int
		layers []hw.Loops
	}{{"ZU9EG", 16, convs}, {"XC7Z015", 32, child[:7]}, {"XC7Z045", 8, child[3:9]}, {"ZU3EG", 16, mobile[10:20]}, {"XCU50", 16, convs[5:9]}} {
		dev, err := hw.DeviceByName(c.part)
		if err != nil {
			t.Fatal(err)
		}
		tg := hw.DefaultTarget()
		tg.Bits = c.bits
		best, err := BestDesign(c.layers, &dev, tg)
		if err != nil {
			t.Fatal(err)
		}
		words, macs := dev.MaxWords(tg), int(newBudget(&dev, &tg).units)
		fit, near := 0, best.Design
		for k := 0; k < 20000; k++ {
			d := near
			if k%2 == 0 { // anywhere; otherwise near the best
				d.Tm = 1 + rng.IntN(min(512, macs))
				d.Tn = 1 + rng.IntN(min(512, macs/d.Tm))
				d.Tr, d.Tc = 1+rng.IntN(56), 1+rng.IntN(56)
			} else {
				for _, v := range []*int{&d.Tm, &d.Tn, &d.Tr, &d.Tc} {
					*v = max(1, *v+rng.IntN(9)-4)
				}
			}
			d.W = 1 + rng.IntN(words-2)
			d.I = 1 + rng.IntN(words-d.W-1)
			d.O = words - d.W - d.I
			if Fits(&dev, c.layers, d, tg) != nil {
				continue
			}
			fit++
			var sum int64
			for i := range c.layers {
				x := tileOf(&c.layers[i], d.Tiling, &tg)
				sum += x.cycles(d.Ports, false)
			}
			if sum < best.Cycles {
				t.Fatalf("%s: %v takes %d cycles, the best %v %d", c.part, d, sum, best.Design, best.Cycles)
			}
		}
		if fit < 1000 {
			t.Errorf("%s: only %d random designs fit", c.part, fit)
		}
	}
}

func referenceNetwork(t *testing.T, name string) *hw.Network {
	t.Helper()
	n, err := hw.ReferenceNetwork(name, hw.Shape{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
