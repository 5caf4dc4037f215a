package hw

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// repeat writes items n times.
func repeat(n int, items string) string {
	return strings.Join(slices.Repeat([]string{items}, n), ",")
}

// bottlenecks is a part of ResNet-50.
func bottlenecks(n, width, stride int) string {
	block := func(stride string) string {
		return fmt.Sprintf("1x%d,3x%d%s,1x%d,+3", width, width, stride, 4*width)
	}
	first := ""
	if stride > 1 {
		first = fmt.Sprintf("s%d", stride)
	}
	return block(first) + "," + repeat(n-1, block(""))
}

// vggText is VGG with n convolutions before each pooling.
func vggText(counts ...int) string {
	var parts []string
	for i, n := range counts {
		parts = append(parts, repeat(n, fmt.Sprintf("3x%db", min(64<<i, 512))), "max2")
	}
	return strings.Join(append(parts, "fc4096,fc4096,fc1000"), ",")
}

// mobileText is MobileNetV2 from its table of expansion, filters, count, stride.
func mobileText() string {
	parts := []string{"3x32s2,dw3,1x16"}
	in := 16
	for _, p := range [][4]int{{6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}} {
		for i := range p[2] {
			stride := ""
			if i == 0 && p[3] > 1 {
				stride = fmt.Sprintf("s%d", p[3])
			}
			parts = append(parts, fmt.Sprintf("1x%d,dw3%s,1x%d", in*p[0], stride, p[1]))
			if stride == "" && in == p[1] {
				parts = append(parts, "+3")
			}
			in = p[1]
		}
	}
	return strings.Join(append(parts, "1x1280,gap"), ",")
}

func basic(n, width int) string {
	first := fmt.Sprintf("3x%ds2,3x%d,+2", width, width)
	if width == 64 {
		first = "3x64,3x64,+2"
	}
	return first + "," + repeat(n-1, fmt.Sprintf("3x%d,3x%d,+2", width, width))
}

// TestTextReferences writes torchvision's networks as text and holds every
// layer, but for its name, against the reference network's.
func TestTextReferences(t *testing.T) {
	for name, text := range map[string]string{
		"alexnet":     "11x64s4p2b,max3s2p0,5x192b,max3s2p0,3x384b,3x256b,3x256b,max3s2p0,fc4096,fc4096,fc1000",
		"vgg11":       vggText(1, 1, 2, 2, 2),
		"vgg13":       vggText(2, 2, 2, 2, 2),
		"vgg16":       vggText(2, 2, 3, 3, 3),
		"vgg19":       vggText(2, 2, 4, 4, 4),
		"resnet18":    "7x64s2,max3s2,3x64,3x64,+2,3x64,3x64,+2,3x128s2,3x128,+2,3x128,3x128,+2,3x256s2,3x256,+2,3x256,3x256,+2,3x512s2,3x512,+2,3x512,3x512,+2,gap",
		"resnet34":    "7x64s2,max3s2," + basic(3, 64) + "," + basic(4, 128) + "," + basic(6, 256) + "," + basic(3, 512) + ",gap",
		"resnet50":    "7x64s2,max3s2," + bottlenecks(3, 64, 1) + "," + bottlenecks(4, 128, 2) + "," + bottlenecks(6, 256, 2) + "," + bottlenecks(3, 512, 2) + ",gap",
		"mobilenetv2": mobileText(),
	} {
		ref, err := ReferenceNetwork(name, Shape{}, 0)
		if err != nil {
			t.Fatal(err)
		}
		net, err := ParseNetwork(text, imageNet, 1000, FlattenHead)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if net.Name != text || len(net.Layers) != len(ref.Layers) {
			t.Errorf("%s: %d layers of %s, want %d of %s", name, len(net.Layers), net.Name, len(ref.Layers), text)
			continue
		}
		for i, l := range net.Layers {
			want := ref.Layers[i]
			l.Name, want.Name = "", ""
			if !reflect.DeepEqual(l, want) {
				t.Errorf("%s, layer %d: %+v, want %+v", name, i+1, l, want)
			}
		}
	}
}

// TestTextChains: text of plain convolutions is a chain, as before.
func TestTextChains(t *testing.T) {
	for _, s := range []string{"3x36", "3x36s1,5x36,1x64,3x48s2", publishedOptSW, "2x8s3,7x5"} {
		for _, head := range []Head{FlattenHead, PoolHead} {
			c, err := ParseChain(s)
			if err != nil {
				t.Fatal(err)
			}
			want, err := c.Network(Shape{3, 32, 32}, 10, head)
			if err != nil {
				t.Fatal(err)
			}
			if net, err := ParseNetwork(s, Shape{}, 0, head); err != nil || !reflect.DeepEqual(net, want) {
				t.Errorf("%s, %v: %+v, %v, want %+v", s, head, net, err, want)
			}
		}
	}
}

// TestTextItems has the shape, the parameters and the multiply-accumulates of
// every item, worked out by hand, after a 3x8 convolution of 3x20x15.
func TestTextItems(t *testing.T) {
	for _, c := range []struct {
		item   string
		out    Shape
		params int64
		macs   int64
	}{
		{"3x6s2", Shape{6, 10, 8}, 9*8*6 + 2*6, 9 * 8 * 6 * 80},
		{"4x6s3", Shape{6, 7, 5}, 16*8*6 + 2*6, 16 * 8 * 6 * 35},
		{"3x6p0", Shape{6, 18, 13}, 9*8*6 + 2*6, 9 * 8 * 6 * 18 * 13},
		{"5x6s2p3b", Shape{6, 11, 9}, 25*8*6 + 6, 25 * 8 * 6 * 99},
		{"3x6g2", Shape{6, 20, 15}, 9*4*6 + 2*6, 9 * 4 * 6 * 300},
		{"1x8g8b", Shape{8, 20, 15}, 8 + 8, 8 * 300},
		{"dw3", Shape{8, 20, 15}, 9*8 + 2*8, 9 * 8 * 300},
		{"dw5s2b", Shape{8, 10, 8}, 25*8 + 8, 25 * 8 * 80},
		{"dw2p0", Shape{8, 19, 14}, 4*8 + 2*8, 4 * 8 * 19 * 14},
		{"max2", Shape{8, 10, 7}, 0, 0},
		{"max3", Shape{8, 6, 5}, 0, 0},
		{"max3s2", Shape{8, 10, 8}, 0, 0},
		{"max3s2p0", Shape{8, 9, 7}, 0, 0},
		{"avg2s1", Shape{8, 19, 14}, 0, 0},
		{"avg4p2", Shape{8, 6, 4}, 0, 0},
		{"avg5s5", Shape{8, 4, 3}, 0, 0},
		{"gap", Shape{8, 1, 1}, 0, 0},
		{"fc12", Shape{12, 1, 1}, 2400*12 + 12, 2400 * 12},
	} {
		net, err := ParseNetwork("3x8,"+c.item+",gap", Shape{3, 20, 15}, 10, FlattenHead)
		if err != nil {
			t.Errorf("%s: %v", c.item, err)
			continue
		}
		if l := net.Layers[1]; l.Out != c.out || l.Params != c.params || l.MACs != c.macs {
			t.Errorf("%s: %v with %d parameters and %d MACs, want %v, %d and %d", c.item, l.Out, l.Params, l.MACs, c.out, c.params, c.macs)
		}
	}
}

// TestTextAdd: where the maps differ, a projection takes the strides of the items
// that the skip edge passes; inputs are numbered as in ResNet's blocks.
func TestTextAdd(t *testing.T) {
	net, err := ParseNetwork("3x8,3x8s2,max2,dw3,+3,1x8,+2,gap", Shape{3, 33, 32}, 10, FlattenHead)
	if err == nil {
		t.Fatalf("33 rows: stride 2, then pairs make 8 rows, stride 4 makes 9: %v", net)
	}
	net, err = ParseNetwork("3x8,3x8s2,max2,dw3,+3,1x8,+1,+2,gap", Shape{3, 32, 32}, 10, FlattenHead)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range net.Layers {
		got = append(got, fmt.Sprintf("%s %v %v", l.Name, l.Out, l.Inputs))
	}
	want := []string{"conv1 8x32x32 [-1]", "conv2 8x16x16 [0]", "max3 8x8x8 [1]", "dw4 8x8x8 [2]", "proj5 8x8x8 [0]", "add5 8x8x8 [4 3]",
		"conv6 8x8x8 [5]", "add7 8x8x8 [6 5]", "add8 8x8x8 [7 5]", "gap9 8x1x1 [8]", "dense 10x1x1 [9]"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if l := net.Layers[4]; l.Kernel != 1 || l.Stride != 4 || l.Params != 8*8+2*8 || l.MACs != 8*8*64 {
		t.Errorf("projection %+v", l)
	}
	// To the network's input itself.
	net, err = ParseNetwork("3x3,+1", Shape{}, 0, PoolHead)
	if err != nil || len(net.Layers) != 4 || !slices.Equal(net.Layers[1].Inputs, []int{0, -1}) || net.Layers[2].Kind != GlobalAvgPool {
		t.Errorf("%+v, %v", net, err)
	}
}

// TestTextHead: what ends a network, and the classes.
func TestTextHead(t *testing.T) {
	for _, c := range []struct {
		text    string
		classes int
		head    Head
		last    string
		want    int
	}{
		{"3x8,max2", 0, FlattenHead, "max2 dense", 10}, {"3x8,max2", 5, PoolHead, "gap dense", 5}, {"3x8,gap", 0, PoolHead, "gap2 dense", 10},
		{"3x8,fc7", 0, PoolHead, "conv1 fc2", 7}, {"3x8,fc7,fc4", 4, FlattenHead, "fc2 fc3", 4},
	} {
		net, err := ParseNetwork(c.text, Shape{}, c.classes, c.head)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		n := len(net.Layers)
		if last := net.Layers[n-2].Name + " " + net.Layers[n-1].Name; last != c.last || net.Classes != c.want || net.Layers[n-1].Out.C != c.want {
			t.Errorf("%s: ends with %s, %d classes; want %s, %d", c.text, last, net.Classes, c.last, c.want)
		}
	}
}

func TestTextErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "hw: network is empty"},
		{"3x8,,3x8", `item 2, character 5: want an item here, KxF, dwK, maxK, avgK, gap, fcN or +N, not ""`},
		{"3x8,conv3", "item 2, character 5: want an item here"},
		{"resnet19", "networks known by name: alexnet"},
		{"3x8,dw", "item 2, character 7: want a number, the kernel (a depthwise convolution is dwK"},
		{"3x8,max2x3", `item 2, character 9: "x3" is left over (maximum pooling is maxK`},
		{"3x8,max3s", "item 2, character 10: want a number, the stride"},
		{"3x8s2s2,gap", "item 1, character 6: a second s (a convolution is KxF"},
		{"3x8,gap2", `item 2, character 8: "2" is left over (global average pooling is gap)`},
		{"3x8,fc", "item 2, character 7: want a number, the width"},
		{"3x8,+", "item 2, character 6: want a number, the number of items"},
		{"3x8,+2", "item 2, character 5: +2 reaches back beyond the network's input: want +1 to +1"},
		{"+1,gap", "item 1, character 1: +1 reaches back beyond the network's input: want it after another item"},
		{"3x8,dw3x8", `item 2, character 8: "x8" is left over`},
		{"3x12345678901234567890,gap", "item 1, character 3: filters 12345678901234567890 is not from 1 to 1048576"},
		{"99999999x3", "item 1, character 1: kernel 99999999 is not from 1 to 1048576"},
		{"3x8g3,gap", "item 1, character 1: 3 groups do not divide 3 input and 8 output channels"},
		{"3x8,max2,3x8s2,max2,max2,max2,max2", "item 7, character 31: a window of 2x2 does not fit the 1x1 pixels of its input, padding included"},
		{"3x8,max3p3", "item 2, character 5: padding 3 must be less than the window, 3"},
		{"3x8,gap,+1", "item 3, character 9: +1 cannot add 8x32x32, from before the last 1 items, to 8x1x1: a 1x1 convolution with their stride, 1, makes it 8x32x32"},
		{"3x8,fc7", "item 2, character 7: the last layer is 7 wide, for 10 classes: want fc10, or no fc at the end"},
		{"3x8, gap", "item 2, character 5: want an item here"},
		{"mine.onnx", "want an item here"},
		{"3x8,max" + strings.Repeat("1", 30), "kernel " + strings.Repeat("1", 30) + " is not from 1"},
		{repeat(1001, "dw1"), "more than 1000 items"},
	} {
		_, err := ParseNetwork(c.text, Shape{}, 10, FlattenHead)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Count(err.Error(), "hw: ") != 1 {
			t.Errorf("%.60q: %v, want %s", c.text, err, c.want)
		}
	}
	if _, err := ParseChain("3x12345678901234567890"); err == nil || !strings.Contains(err.Error(), "filters 12345678901234567890 is not from 1") {
		t.Errorf("a chain with a long number: %v", err)
	}
	if net, err := ParseNetwork(repeat(1000, "dw1"), Shape{}, 10, FlattenHead); err != nil || len(net.Layers) != 1001 {
		t.Errorf("1000 items: %v", err)
	}
}

// TestTextCanonical: the name leaves out what is redundant, and is the network.
func TestTextCanonical(t *testing.T) {
	net, err := ParseNetwork("03x008s1g1,max2s2,dw3s1,max3s3,3x9p1g1s2b,+1,gap", Shape{}, 0, FlattenHead)
	if err != nil || net.Name != "3x8,max2,dw3,max3,3x9s2p1b,+1,gap" {
		t.Errorf("%v, %v", net, err)
	}
}
