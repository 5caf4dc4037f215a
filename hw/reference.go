package hw

import (
	"fmt"
	"slices"
	"strings"
)

// reference is a network known by name.
type reference struct {
	name    string
	input   Shape
	classes int
	build   func(b *Builder)
	chain   string // a published chain instead, with a flattened head
	about   string
}

var imageNet = Shape{3, 224, 224}

// references are the networks that ReferenceNetwork knows. The first nine are
// layer for layer those of torchvision.models; sources of the architectures:
// Krizhevsky, "One weird trick for parallelizing convolutional neural networks",
// arXiv 1404.5997; Simonyan and Zisserman, arXiv 1409.1556; He et al., arXiv
// 1512.03385 (with the stride of a bottleneck in its 3x3 convolution); Sandler
// et al., arXiv 1801.04381. The last four are from Zhang'15 and from Jiang et
// al., arXiv 1907.04650.
var references = []reference{
	{name: "alexnet", input: imageNet, classes: 1000, build: alexNet, about: "AlexNet, one column"},
	{name: "vgg11", input: imageNet, classes: 1000, build: vgg(1, 1, 2, 2, 2), about: "VGG, 8 convolutions"},
	{name: "vgg13", input: imageNet, classes: 1000, build: vgg(2, 2, 2, 2, 2), about: "VGG, 10 convolutions"},
	{name: "vgg16", input: imageNet, classes: 1000, build: vgg(2, 2, 3, 3, 3), about: "VGG, 13 convolutions"},
	{name: "vgg19", input: imageNet, classes: 1000, build: vgg(2, 2, 4, 4, 4), about: "VGG, 16 convolutions"},
	{name: "resnet18", input: imageNet, classes: 1000, build: resNet(false, 2, 2, 2, 2), about: "residual network of basic blocks"},
	{name: "resnet34", input: imageNet, classes: 1000, build: resNet(false, 3, 4, 6, 3), about: "residual network of basic blocks"},
	{name: "resnet50", input: imageNet, classes: 1000, build: resNet(true, 3, 4, 6, 3), about: "residual network of bottlenecks"},
	{name: "mobilenetv2", input: imageNet, classes: 1000, build: mobileNetV2, about: "inverted residuals, depthwise convolutions"},
	{name: "alexnet-zhang15", input: imageNet, classes: 1000, build: alexNetHalf,
		about: "one of the two halves of AlexNet's convolutions, as Zhang'15 runs them one after the other"},
	{name: "cifar10-fixed-opthw", input: Shape{3, 32, 32}, classes: 10, chain: publishedFixedOptHW, about: "published: fixed stride, OptHW"},
	{name: "cifar10-opthw", input: Shape{3, 32, 32}, classes: 10, chain: publishedOptHW, about: "published: predicted stride, OptHW"},
	{name: "cifar10-optsw", input: Shape{3, 32, 32}, classes: 10, chain: publishedOptSW, about: "published: predicted stride, OptSW"},
}

// The CIFAR-10 models published with Jiang et al., arXiv 1907.04650.
const (
	publishedFixedOptHW = "5x24,1x64,5x48,7x24,5x36,1x24,5x48,3x24,7x24,3x36"
	publishedOptHW      = "3x36,5x36,1x64,3x48s2,7x24,1x64"
	publishedOptSW      = "1x24,7x64,1x64,5x48s2,5x48,7x24,7x64,5x24s2,1x48,5x36,1x48,7x24s2,1x64,7x36"
)

// ReferenceNetworks lists the names that ReferenceNetwork knows.
func ReferenceNetworks() []string {
	names := make([]string, len(references))
	for i := range references {
		names[i] = references[i].name
	}
	return names
}

// isReference reports whether a network is known by that name.
func isReference(name string) bool {
	return slices.ContainsFunc(references, func(r reference) bool { return r.name == strings.ToLower(name) })
}

// ReferenceNetwork builds a well-known network by name: see ReferenceNetworks.
// The zero Shape and 0 classes stand for those that it was published with.
// Its classifier takes the features of another input size as they are.
func ReferenceNetwork(name string, in Shape, classes int) (*Network, error) {
	i := slices.IndexFunc(references, func(r reference) bool { return r.name == strings.ToLower(name) })
	if i < 0 {
		return nil, fmt.Errorf("hw: unknown network %q: want one of %s", name, strings.Join(ReferenceNetworks(), " "))
	}
	r := &references[i]
	if in == (Shape{}) {
		in = r.input
	}
	if classes == 0 {
		classes = r.classes
	}
	if r.chain != "" {
		c, err := ParseChain(r.chain)
		if err != nil {
			panic(err)
		}
		net, err := c.Network(in, classes, FlattenHead)
		if err != nil {
			return nil, err
		}
		net.Name = r.name
		return net, nil
	}
	b := NewBuilder(r.name, in, classes)
	r.build(b)
	return b.Network()
}

func alexNet(b *Builder) {
	b.Conv("conv1", Convolution{Kernel: 11, Filters: 64, Stride: 4, Padding: Pad(2), Bias: true})
	b.Pool("pool1", MaxPool, Window{Kernel: 3, Stride: 2, Padding: Pad(0)})
	b.Conv("conv2", Convolution{Kernel: 5, Filters: 192, Stride: 1, Bias: true})
	b.Pool("pool2", MaxPool, Window{Kernel: 3, Stride: 2, Padding: Pad(0)})
	for i, f := range []int{384, 256, 256} {
		b.Conv(fmt.Sprintf("conv%d", i+3), Convolution{Kernel: 3, Filters: f, Stride: 1, Bias: true})
	}
	b.Pool("pool5", MaxPool, Window{Kernel: 3, Stride: 2, Padding: Pad(0)})
	b.classifier(4096, 4096)
}

// alexNetHalf is what one of AlexNet's two original columns computes; the
// third convolution reads the features of both.
func alexNetHalf(b *Builder) {
	b.Conv("conv1", Convolution{Kernel: 11, Filters: 48, Stride: 4, Padding: Pad(2), Bias: true})
	b.Pool("pool1", MaxPool, Window{Kernel: 3, Stride: 2, Padding: Pad(0)})
	b.Conv("conv2", Convolution{Kernel: 5, Filters: 128, Stride: 1, Bias: true})
	b.Pool("pool2", MaxPool, Window{Kernel: 3, Stride: 2, Padding: Pad(0)})
	b.Conv("conv3", Convolution{Kernel: 3, Filters: 192, Stride: 1, Bias: true, inputs: 256})
	b.Conv("conv4", Convolution{Kernel: 3, Filters: 192, Stride: 1, Bias: true})
	b.Conv("conv5", Convolution{Kernel: 3, Filters: 128, Stride: 1, Bias: true})
}

// classifier is fully connected layers with the given widths, then the classes.
func (b *Builder) classifier(widths ...int) {
	for i, w := range append(widths, b.net.Classes) {
		b.Dense(fmt.Sprintf("fc%d", i+1), w, true)
	}
}

// vgg has the given numbers of 3x3 convolutions before each pooling.
func vgg(counts ...int) func(*Builder) {
	return func(b *Builder) {
		for i, n := range counts {
			for j := range n {
				b.Conv(fmt.Sprintf("conv%d_%d", i+1, j+1), Convolution{Kernel: 3, Filters: min(64<<i, 512), Stride: 1, Bias: true})
			}
			b.Pool(fmt.Sprintf("pool%d", i+1), MaxPool, Window{Kernel: 2, Stride: 2, Padding: Pad(0)})
		}
		b.classifier(4096, 4096)
	}
}

// resNet has the given numbers of blocks in its four parts.
func resNet(bottleneck bool, counts ...int) func(*Builder) {
	return func(b *Builder) {
		b.Conv("conv1", Convolution{Kernel: 7, Filters: 64, Stride: 2, Norm: 2})
		b.Pool("pool1", MaxPool, Window{Kernel: 3, Stride: 2, Padding: Pad(1)})
		for i, n := range counts {
			for j := range n {
				stride := 1
				if i > 0 && j == 0 {
					stride = 2
				}
				b.residual(fmt.Sprintf("conv%d_%d", i+2, j+1), 64<<i, stride, bottleneck)
			}
		}
		b.GlobalPool("gap")
		b.classifier()
	}
}

// residual is a block of two or three convolutions and its skip edge; where
// the shape changes, a 1x1 convolution of the block's input comes last before
// the sum.
func (b *Builder) residual(name string, width, stride int, bottleneck bool) {
	start, in := b.at, b.Shape()
	out := width
	if bottleneck {
		out = 4 * width
		b.Conv(name+"a", Convolution{Kernel: 1, Filters: width, Stride: 1, Norm: 2})
		b.Conv(name+"b", Convolution{Kernel: 3, Filters: width, Stride: stride, Norm: 2})
		b.Conv(name+"c", Convolution{Kernel: 1, Filters: out, Stride: 1, Norm: 2})
	} else {
		b.Conv(name+"a", Convolution{Kernel: 3, Filters: width, Stride: stride, Norm: 2})
		b.Conv(name+"b", Convolution{Kernel: 3, Filters: width, Stride: 1, Norm: 2})
	}
	if stride != 1 || in.C != out {
		body := b.at
		b.From(start)
		b.Conv(name+"s", Convolution{Kernel: 1, Filters: out, Stride: stride, Norm: 2})
		start = body
	}
	b.Sum(name+"+", start)
}

func mobileNetV2(b *Builder) {
	b.Conv("conv1", Convolution{Kernel: 3, Filters: 32, Stride: 2, Norm: 2})
	block := 0
	for _, p := range []struct{ expand, filters, count, stride int }{
		{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1},
	} {
		for i := range p.count {
			stride := 1
			if i == 0 {
				stride = p.stride
			}
			block++
			name := fmt.Sprintf("block%d", block)
			start, in := b.at, b.Shape()
			if p.expand > 1 {
				b.Conv(name+"a", Convolution{Kernel: 1, Filters: in.C * p.expand, Stride: 1, Norm: 2})
			}
			wide := b.Shape().C
			b.Conv(name+"b", Convolution{Kernel: 3, Filters: wide, Stride: stride, Groups: wide, Norm: 2})
			b.Conv(name+"c", Convolution{Kernel: 1, Filters: p.filters, Stride: 1, Norm: 2})
			if stride == 1 && in.C == p.filters {
				b.Sum(name+"+", start)
			}
		}
	}
	b.Conv("conv2", Convolution{Kernel: 1, Filters: 1280, Stride: 1, Norm: 2})
	b.GlobalPool("gap")
	b.classifier()
}

// ResNet is a residual network for ImageNet with the given numbers of blocks in its
// four parts: of two 3x3 convolutions each, or bottlenecks of three (He et al.,
// arXiv 1512.03385).
func ResNet(bottleneck bool, counts [4]int) (*Network, error) {
	b := NewBuilder(fmt.Sprintf("resnet %v", counts), imageNet, 1000)
	resNet(bottleneck, counts[:]...)(b)
	return b.Network()
}
