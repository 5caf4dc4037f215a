package hw

import (
	"fmt"
	"slices"
	"strings"
)

// Builder puts a network together layer by layer and computes shapes,
// multiply-accumulates and parameters. A layer reads the one before it unless
// From says otherwise. The first error stays, and Network returns it:
//
//	b := hw.NewBuilder("block", hw.Shape{C: 3, H: 32, W: 32}, 10)
//	stem := b.Conv("stem", hw.Convolution{Kernel: 3, Filters: 16, Norm: 2})
//	b.Conv("body", hw.Convolution{Kernel: 3, Filters: 16, Norm: 2})
//	b.Sum("sum", stem)
//	b.GlobalPool("gap")
//	b.Dense("fc", 10, true)
//	net, err := b.Network()
//
// Layers are numbered from 0 in the order in which they were added, as in
// Network.Layers; -1 is the network's input.
type Builder struct {
	net Network
	at  int // the layer whose output the next one reads
	err error
}

// NewBuilder starts a network on an input.
func NewBuilder(name string, in Shape, classes int) *Builder {
	b := &Builder{net: Network{Name: name, Input: in, Classes: classes}, at: -1}
	b.err = in.Check()
	if b.err == nil && (classes < 1 || classes > MaxExtent) {
		b.err = fmt.Errorf("hw: %d classes: want 1 to %d", classes, MaxExtent)
	}
	return b
}

// Padding is the rows and columns of zeros around a feature map.
type Padding struct {
	Top, Left, Bottom, Right int
}

// Pad is n rows or columns on every side.
func Pad(n int) *Padding { return &Padding{n, n, n, n} }

// Window is what a pooling layer slides over its input.
type Window struct {
	Kernel, Stride int
	// Padding is nil for what networks usually have: (Kernel-1)/2 rows, and columns alike,
	// on every side where windows overlap (Stride < Kernel), none where they do not.
	Padding *Padding
	Columns int // of a window that is not square, Kernel being its rows; 0: Kernel
	Step    int // stride along columns, Stride being that along rows; 0: Stride
}

// Convolution describes a convolutional layer.
type Convolution struct {
	Kernel, Filters int // window and output channels
	Columns         int // of a window that is not square, Kernel being its rows; 0: Kernel
	Stride          int // 0: 1
	Step            int // stride along columns, Stride being that along rows; 0: Stride
	Groups          int // groups of channels that share no weights; 0: 1; the input's channels for depthwise
	// Padding is nil for same padding, ceil(H/Stride) rows of H.
	Padding *Padding
	Bias    bool
	// Norm is the parameters of the batch normalisation that follows, a channel:
	// 0 without one, 2 for scale and shift, 4 with running mean and variance.
	Norm int

	inputs int // channels read, if not those of the layer before
}

// Err is the first error so far.
func (b *Builder) Err() error { return b.err }

// Shape is the shape of the current output, which the next layer reads.
func (b *Builder) Shape() Shape { return b.net.output(b.at) }

// From makes the next layer read the output of layer i.
func (b *Builder) From(i int) {
	if b.exists(i) {
		b.at = i
	}
}

func (b *Builder) exists(i int) bool {
	if b.err == nil && (i < -1 || i >= len(b.net.Layers)) {
		b.err = fmt.Errorf("hw: there is no layer %d yet", i)
	}
	return b.err == nil
}

// LayerError is what is wrong with a layer that a Builder was to add.
type LayerError struct {
	Layer  int // its number, from 0
	Name   string
	Reason string
}

func (e *LayerError) Error() string {
	return fmt.Sprintf("hw: layer %d (%s): %s", e.Layer+1, e.Name, e.Reason)
}

// fail keeps what is wrong with the layer that is being added.
func (b *Builder) fail(name, format string, args ...any) {
	if b.err == nil {
		b.err = &LayerError{len(b.net.Layers), name, fmt.Sprintf(format, args...)}
	}
}

// bare is an error's text without the package's prefix, to stand inside another.
func bare(err error) string { return strings.TrimPrefix(err.Error(), "hw: ") }

// add appends a layer after checking what it makes.
func (b *Builder) add(l Layer) int {
	if b.err == nil {
		loops := l.Loops()
		if err := l.Out.Check(); err != nil {
			b.fail(l.Name, "on %v: %s", l.In, bare(err))
		} else if err := loops.Check(); err != nil {
			b.fail(l.Name, "%s", bare(err))
		} else if len(b.net.Layers) == 2*MaxLayers { // MaxLayers items of text, each with a projection
			b.err = fmt.Errorf("hw: network has more than %d layers", 2*MaxLayers)
		}
	}
	if b.err == nil {
		b.net.Layers = append(b.net.Layers, l)
		b.at = len(b.net.Layers) - 1
	}
	return b.at
}

// extents checks sizes before anything is computed from them.
func (b *Builder) extents(name string, sizes ...int) bool {
	for _, n := range sizes {
		if n < 1 || n > MaxExtent {
			b.fail(name, "size %d is not from 1 to %d", n, MaxExtent)
		}
	}
	return b.err == nil
}

// slide is the positions of a window along both axes.
func (b *Builder) slide(name string, in Shape, kernel, across, stride, step int, p *Padding) (rows, columns int) {
	for _, n := range []int{p.Top, p.Left, p.Bottom, p.Right} {
		if n < 0 || n > MaxExtent {
			b.fail(name, "padding %d is not from 0 to %d", n, MaxExtent)
		}
	}
	h, w := in.H+p.Top+p.Bottom, in.W+p.Left+p.Right
	if kernel > h || across > w {
		b.fail(name, "a window of %dx%d does not fit the %dx%d pixels of its input, padding included", kernel, across, h, w)
		return 0, 0
	}
	return (h-kernel)/stride + 1, (w-across)/step + 1
}

// Conv appends a convolution and returns its number.
func (b *Builder) Conv(name string, c Convolution) int {
	in := b.Shape()
	if c.inputs > 0 {
		in.C = c.inputs
	}
	if c.Stride == 0 {
		c.Stride = 1
	}
	if c.Step == 0 {
		c.Step = c.Stride
	}
	if c.Groups == 0 {
		c.Groups = 1
	}
	if c.Columns == 0 {
		c.Columns = c.Kernel
	}
	if !b.extents(name, c.Kernel, c.Columns, c.Filters, c.Stride, c.Step, c.Groups) {
		return b.at
	}
	if in.C%c.Groups != 0 || c.Filters%c.Groups != 0 {
		b.fail(name, "%d groups do not divide %d input and %d output channels", c.Groups, in.C, c.Filters)
	}
	if c.Norm < 0 || c.Norm > 4 {
		b.fail(name, "%d normalisation parameters a channel: want 0 to 4", c.Norm)
	}
	out := Shape{c.Filters, (in.H + c.Stride - 1) / c.Stride, (in.W + c.Step - 1) / c.Step}
	pad := (c.Kernel - 1) / 2
	if c.Padding != nil {
		out.H, out.W = b.slide(name, in, c.Kernel, c.Columns, c.Stride, c.Step, c.Padding)
		pad = c.Padding.Top
	}
	weights := int64(c.Kernel) * int64(c.Columns) * int64(in.C/c.Groups) * int64(c.Filters)
	params := weights + int64(c.Norm)*int64(c.Filters)
	if c.Bias {
		params += int64(c.Filters)
	}
	return b.add(Layer{Name: name, Kind: Conv, In: in, Out: out, Kernel: c.Kernel, Wide: c.Columns - c.Kernel, Stride: c.Stride, Across: c.Step - c.Stride, Pad: pad, Groups: c.Groups,
		Inputs: []int{b.at}, MACs: weights * int64(out.H) * int64(out.W), Params: params})
}

// Depthwise appends a convolution of each channel by itself: c with Groups and
// Filters equal to the input's channels.
func (b *Builder) Depthwise(name string, c Convolution) int {
	c.Groups, c.Filters = b.Shape().C, b.Shape().C
	return b.Conv(name, c)
}

// Pool appends a MaxPool or AvgPool layer and returns its number.
func (b *Builder) Pool(name string, kind Kind, w Window) int {
	in := b.Shape()
	if kind != MaxPool && kind != AvgPool {
		b.fail(name, "%v is no pooling with a window", kind)
	}
	if w.Columns == 0 {
		w.Columns = w.Kernel
	}
	if w.Step == 0 {
		w.Step = w.Stride
	}
	if !b.extents(name, w.Kernel, w.Columns, w.Stride, w.Step) {
		return b.at
	}
	p := w.Padding
	if p == nil {
		p = Pad(0)
		if w.Stride < w.Kernel || w.Step < w.Columns {
			rows, columns := (w.Kernel-1)/2, (w.Columns-1)/2
			p = &Padding{rows, columns, rows, columns}
		}
	}
	// Behind the map there may be more: exporters round up so where strides are long.
	for _, side := range [...][2]int{{p.Top, w.Kernel}, {p.Left, w.Columns}} {
		if side[0] >= side[1] {
			b.fail(name, "padding %d must be less than the window, %d", side[0], side[1])
		}
	}
	rows, columns := b.slide(name, in, w.Kernel, w.Columns, w.Stride, w.Step, p)
	return b.add(Layer{Name: name, Kind: kind, In: in, Out: Shape{in.C, rows, columns}, Kernel: w.Kernel, Wide: w.Columns - w.Kernel, Stride: w.Stride, Across: w.Step - w.Stride, Pad: p.Top,
		Groups: in.C, Inputs: []int{b.at}})
}

// GlobalPool appends the mean over each channel and returns its number.
func (b *Builder) GlobalPool(name string) int {
	in := b.Shape()
	return b.add(Layer{Name: name, Kind: GlobalAvgPool, In: in, Out: Shape{in.C, 1, 1}, Kernel: max(in.H, in.W), Stride: 1,
		Groups: in.C, Inputs: []int{b.at}})
}

// Dense appends a fully connected layer over the flattened input, and returns
// its number.
func (b *Builder) Dense(name string, out int, bias bool) int {
	if !b.extents(name, out) {
		return b.at
	}
	in := b.Shape()
	weights := in.Size() * int64(out)
	params := weights
	if bias {
		params += int64(out)
	}
	return b.add(Layer{Name: name, Kind: Dense, In: in, Out: Shape{out, 1, 1}, Kernel: 1, Stride: 1, Groups: 1,
		Inputs: []int{b.at}, MACs: weights, Params: params})
}

// Sum appends the addition of the current output and that of layer other, which
// must have the same shape, and returns its number.
func (b *Builder) Sum(name string, other int) int {
	if !b.exists(other) {
		return b.at
	}
	in := b.Shape()
	if o := b.net.output(other); o != in {
		b.fail(name, "cannot add %v and %v", in, o)
	}
	return b.add(Layer{Name: name, Kind: Add, In: in, Out: in, Kernel: 1, Stride: 1, Groups: in.C, Inputs: []int{b.at, other}})
}

// AddParams counts n parameters more in layer i: a bias or a batch
// normalisation that is described apart from its layer, and takes no cycles.
func (b *Builder) AddParams(i int, n int64) {
	if !b.exists(i) {
		return
	}
	if i < 0 || n < 0 || n > 1<<40 {
		b.err = fmt.Errorf("hw: layer %d cannot have %d parameters more", i+1, n)
		return
	}
	b.net.Layers[i].Params += n
}

// Network is what has been built, or the first error.
func (b *Builder) Network() (*Network, error) {
	if b.err == nil && len(b.net.Layers) == 0 {
		b.err = fmt.Errorf("hw: network has no layers")
	}
	if b.err != nil {
		return nil, b.err
	}
	n := b.net
	n.Layers = slices.Clone(n.Layers)
	return &n, nil
}
