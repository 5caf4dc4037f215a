package hw

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestParseChain(t *testing.T) {
	for _, s := range []string{"3x36", "3x36,5x36,1x64,3x48s2", "7x1s3,1x1048576"} {
		c, err := ParseChain(s)
		if err != nil || c.String() != s {
			t.Errorf("%s: %v, %v", s, c, err)
		}
	}
	if c, err := ParseChain("3x36s1"); err != nil || c.String() != "3x36" {
		t.Errorf("3x36s1: %v, %v", c, err)
	}
	for _, c := range []struct{ s, want string }{
		{"", "network is empty"},
		{"3x36,", "layer 2, character 6: want a number, the kernel"},
		{"3x36,5y36", `layer 2, character 7: want "x" here`},
		{"3x36,5x", "layer 2, character 8: want a number, the filters"},
		{"3x36s", "layer 1, character 6: want a number, the stride"},
		{"3x36s2z", `layer 1, character 7: "z" is left over`},
		{"3x36s0", "layer 1, character 6: stride 0 is not from 1"},
		{"3x36, 5x36", "layer 2, character 6: want a number"},
		{"3x99999999999999999999", "layer 1, character 3: filters"},
		{"-3x36", "layer 1, character 1: want a number"},
	} {
		if _, err := ParseChain(c.s); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %s", c.s, err, c.want)
		}
	}
}

// TestChainNetwork: shapes follow same padding, both heads count alike.
func TestChainNetwork(t *testing.T) {
	c, err := ParseChain("5x24s2,3x36s2,1x8")
	if err != nil {
		t.Fatal(err)
	}
	in := Shape{3, 33, 30}
	for _, head := range []Head{FlattenHead, PoolHead} {
		n, err := c.Network(in, 7, head)
		if err != nil {
			t.Fatal(err)
		}
		want := []Shape{{24, 17, 15}, {36, 9, 8}, {8, 9, 8}, {7, 1, 1}}
		features := int64(8 * 9 * 8)
		if head == PoolHead {
			want = []Shape{{24, 17, 15}, {36, 9, 8}, {8, 9, 8}, {8, 1, 1}, {7, 1, 1}}
			features = 8
		}
		for i := range want {
			if n.Layers[i].Out != want[i] {
				t.Errorf("%v layer %d: %v, want %v", head, i, n.Layers[i].Out, want[i])
			}
		}
		params := int64(3*25*24+5*24) + (24*9*36 + 5*36) + (36*8 + 5*8) + features*7 + 7
		macs := int64(3*25*24)*17*15 + 24*9*36*9*8 + 36*8*9*8 + features*7
		if n.Params() != params || c.Params(in, 7, head) != params || n.MACs() != macs {
			t.Errorf("%v: %d and %d parameters, want %d; %d MACs, want %d", head, n.Params(), c.Params(in, 7, head), params, n.MACs(), macs)
		}
	}
	for _, bad := range []struct {
		c       Chain
		in      Shape
		classes int
	}{{nil, in, 10}, {c, Shape{0, 3, 3}, 10}, {c, in, 0}, {Chain{{3, 0, 1}}, in, 10}, {make(Chain, 2000), in, 10},
		{Chain{{1 << 19, 1 << 20, 1}, {1 << 19, 1 << 20, 1}}, Shape{3, 1 << 15, 1 << 15}, 10}} {
		if n, err := bad.c.Network(bad.in, bad.classes, FlattenHead); err == nil {
			t.Errorf("%d layers on %v: %v", len(bad.c), bad.in, n)
		}
	}
}

func TestTextForms(t *testing.T) {
	type all struct {
		Chain Chain
		Head  Head
		Kind  Kind
	}
	b, err := json.Marshal(all{Chain{{3, 36, 2}}, PoolHead, MaxPool})
	if err != nil || string(b) != `{"Chain":"3x36s2","Head":"gap","Kind":"maxpool"}` {
		t.Errorf("%s, %v", b, err)
	}
	var back struct {
		Chain Chain
		Head  Head
	}
	if err := json.Unmarshal(b, &back); err != nil || back.Chain.String() != "3x36s2" || back.Head != PoolHead {
		t.Errorf("%+v, %v", back, err)
	}
	for _, s := range []string{"3x32", "3x32x32x1", "0x3x3", "3x-1x3", "axbxc", "1048576x1048576x1048576", ""} {
		if sh, err := ParseShape(s); err == nil || !strings.Contains(err.Error(), "shape") {
			t.Errorf("%q: %v, %v", s, sh, err)
		}
	}
	for _, c := range []struct{ s, want string }{
		{"", "an empty item"}, {"XC7Z015:2,", "an empty item"}, {"XC7Z015:x", `"x" is not a count`}, {"XC7Z015:0", `"0" is not a count`},
		{"XC7Z015:-1", `"-1" is not a count`}, {"XC9:1", `unknown FPGA "XC9"`}, {"XC7Z015:1,xc7z015:2", "is there twice"},
		{"XC7Z015:200,ZU3EG:200", "400 FPGAs"}, {"XC7Z015:2@", `"" is not a clock`}, {"XC7Z015@0", `"0" is not a clock`},
		{"XC7Z015:1@nan", `"nan" is not a clock`}, {"XC7Z015:1@1e5", `"1e5" is not a clock`}, {"@150", "an empty item"},
		{"XC7Z015:1@100,XC7Z015:1@150", "is there twice"},
	} {
		if _, err := ParsePool(c.s); err == nil || !strings.Contains(err.Error(), c.want) || strings.Count(err.Error(), "hw:") != 1 {
			t.Errorf("%q: %v, want %s", c.s, err, c.want)
		}
	}
	if p, err := ParsePool("xc7z015:2,ZU3EG"); err != nil || p.String() != "XC7Z015:2,ZU3EG:1" || p.Count() != 3 {
		t.Errorf("%v, %v", p, err)
	}
}

// TestPoolTarget: a clock of the entry goes before the device's, that before the
// target's.
func TestPoolTarget(t *testing.T) {
	p, err := ParsePool("XC7Z015:2@150,ZU3EG:1@187.5,XC7Z020")
	if err != nil || p.String() != "XC7Z015:2@150,ZU3EG:1@187.5,XC7Z020:1" {
		t.Fatalf("%v, %v", p, err)
	}
	p[1].Device.ClockMHz, p[1].Bits, p[2].Device.ClockMHz = 300, 8, 200
	p = append(p, PoolEntry{Device: Device{Part: "X"}, Count: 1})
	tg := DefaultTarget()
	for i, want := range []struct {
		clock float64
		bits  int
	}{{150, 32}, {187.5, 8}, {200, 32}, {100, 32}} {
		if got := p.Target(i, tg); got.ClockMHz != want.clock || got.Bits != want.bits || got.Batch != tg.Batch {
			t.Errorf("entry %d: %+v, want %+v", i, got, want)
		}
	}
	if n := p[0].Device.PortBits(p.Target(0, tg)); n != 227 { // 34.1 Gbit/s at 150 MHz
		t.Errorf("%d port bits at the entry's clock, want 227", n)
	}
	for _, e := range []PoolEntry{{Count: 1, Bits: 12}, {Count: 1, ClockMHz: -1}, {Count: 0}} {
		if err := (Pool{e}).Check(); err == nil {
			t.Errorf("%+v passes", e)
		}
	}
}

// TestOnePrefix: what one error says of another does not say hw: again.
func TestOnePrefix(t *testing.T) {
	for _, s := range []string{"3x1048576,1048575x1048576", "1048576x1", "3x0", "vgg99"} {
		if _, err := ParseNetwork(s, Shape{1, 1 << 20, 1 << 20}, 10, FlattenHead); err == nil || strings.Count(err.Error(), "hw:") != 1 {
			t.Errorf("%s: %v", s, err)
		}
	}
	if _, err := DeviceByName("XC9"); err == nil || !strings.HasPrefix(err.Error(), "hw: unknown FPGA") {
		t.Errorf("%v", err)
	}
}

func FuzzParseNetwork(f *testing.F) {
	f.Add("3x36,5x36,1x64,3x48s2", 3, 32, 32)
	f.Add("resnet18", 3, 224, 224)
	f.Add("vgg11", 3, 8, 8)
	f.Add("7x64s2,max3s2,3x64,3x64,+2,3x128s2,3x128,+2,gap", 3, 64, 64)
	f.Add("11x64s4p2b,max3s2p0,dw3s2,avg2,3x64g32,fc128,fc10", 3, 99, 70)
	f.Fuzz(func(t *testing.T, s string, c, h, w int) {
		n, err := ParseNetwork(s, Shape{c, h, w}, 10, FlattenHead)
		if err != nil {
			return
		}
		if n.Params() <= 0 || n.MACs() <= 0 {
			t.Errorf("%q: %d parameters, %d MACs", s, n.Params(), n.MACs())
		}
		if !isReference(s) {
			if again, err := ParseNetwork(n.Name, n.Input, n.Classes, FlattenHead); err != nil || !reflect.DeepEqual(again, n) {
				t.Errorf("%q: %+v, then %+v, %v", s, n, again, err)
			}
		}
		for i := range n.Layers {
			for _, from := range n.Layers[i].Inputs {
				if l := &n.Layers[i]; from >= i || l.Kind != Dense && n.output(from) != l.In && !isReference(s) {
					t.Errorf("%q: layer %d %+v reads %d", s, i, l, from)
				}
			}
		}
		if chain, err := ParseChain(s); err == nil {
			if again, err := ParseChain(chain.String()); err != nil || again.String() != chain.String() {
				t.Errorf("%q: %v, then %v, %v", s, chain, again, err)
			}
			if p := chain.Params(Shape{c, h, w}, 10, FlattenHead); p != n.Params() && n.Input == (Shape{c, h, w}) {
				t.Errorf("%q: %d parameters, the network %d", s, p, n.Params())
			}
		}
	})
}

func FuzzParsePool(f *testing.F) {
	f.Add("XC7Z015:2,ZU3EG:1")
	f.Add("XC7Z015:2@150,ZU3EG@1e-3")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePool(s)
		if err != nil {
			return
		}
		if q, err := ParsePool(p.String()); err != nil || q.String() != p.String() {
			t.Errorf("%q: %v, then %v, %v", s, p, q, err)
		}
	})
}

// TestPublishedParams holds the parameter counts of the published CIFAR-10
// models (Jiang et al., arXiv 1907.04650).
func TestPublishedParams(t *testing.T) {
	for s, want := range map[string]int64{
		"5x24,1x64,5x48,7x24,5x36,1x24,5x48,3x24,7x24,3x36":                           604626,
		"3x36,5x36,1x64,3x48s2,7x24,1x64":                                             286518,
		"1x24,7x64,1x64,5x48s2,5x48,7x24,7x64,5x24s2,1x48,5x36,1x48,7x24s2,1x64,7x36": 609754,
	} {
		c, err := ParseChain(s)
		if err != nil {
			t.Fatal(err)
		}
		in := Shape{3, 32, 32}
		n, err := c.Network(in, 10, FlattenHead)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Params(in, 10, FlattenHead); got != want || n.Params() != want {
			t.Errorf("%s: %d parameters, the network %d; want %d", s, got, n.Params(), want)
		}
	}
}

// TestChainParamsCannotOverflow: a chain that has no network has no parameters.
func TestChainParamsCannotOverflow(t *testing.T) {
	big := Chain{{Kernel: MaxExtent - 1, Filters: MaxExtent, Stride: 1}, {Kernel: MaxExtent - 1, Filters: MaxExtent, Stride: 1}}
	if n := big.Params(Shape{MaxExtent, 1, 1}, 10, FlattenHead); n != 0 {
		t.Errorf("%d parameters", n)
	}
	c := Chain{{Kernel: 3, Filters: 36, Stride: 2}, {Kernel: 5, Filters: 24, Stride: 1}}
	for _, head := range []Head{FlattenHead, PoolHead} {
		net, err := c.Network(Shape{3, 31, 32}, 10, head)
		if err != nil {
			t.Fatal(err)
		}
		if n := c.Params(Shape{3, 31, 32}, 10, head); n != net.Params() {
			t.Errorf("head %v: %d parameters, the network has %d", head, n, net.Params())
		}
	}
}
