package hw

import "fmt"

// network builds what the text describes; s is the text as it was typed, for
// errors. Layers are named after their items: conv1, max2, dw3, and proj9 and
// add9 for an addition with a projection.
func (t netText) network(s string, in Shape, classes int, head Head) (*Network, error) {
	last := &t[len(t)-1]
	if classes == 0 {
		classes = 10
		if last.op == textDense {
			classes = last.n
		}
	}
	if last.op == textDense && last.n != classes {
		return nil, textError(s, len(t)-1, last.at+len("fc"), fmt.Errorf("the last layer is %d wide, for %d classes: want fc%d, or no fc at the end",
			last.n, classes, classes))
	}
	b := NewBuilder(t.String(), in, classes)
	if err := b.Err(); err != nil {
		return nil, err
	}
	outputs := []int{-1} // the layer that makes the map after each item, from the input on
	for i := range t {
		t[i].build(b, i, outputs, t)
		if err := b.Err(); err != nil {
			return nil, textError(s, i, t[i].at, err)
		}
		outputs = append(outputs, b.at)
	}
	if last.op != textDense {
		if head == PoolHead && last.op != textGap {
			b.GlobalPool("gap")
		}
		b.Dense("dense", classes, true)
	}
	return b.Network()
}

// build appends the layers of item i.
func (it *textItem) build(b *Builder, i int, outputs []int, t netText) {
	name := func(kind string) string { return fmt.Sprintf("%s%d", kind, i+1) }
	var pad *Padding
	if it.pad >= 0 {
		pad = Pad(it.pad)
	}
	conv := Convolution{Kernel: it.n, Filters: it.filters, Stride: it.stride, Groups: it.groups, Padding: pad, Bias: it.bias}
	if !it.bias {
		conv.Norm = 2
	}
	switch it.op {
	case textConv:
		b.Conv(name("conv"), conv)
	case textDepthwise:
		b.Depthwise(name("dw"), conv)
	case textMax:
		b.Pool(name("max"), MaxPool, Window{Kernel: it.n, Stride: it.stride, Padding: pad})
	case textAvg:
		b.Pool(name("avg"), AvgPool, Window{Kernel: it.n, Stride: it.stride, Padding: pad})
	case textGap:
		b.GlobalPool(name("gap"))
	case textDense:
		b.Dense(name("fc"), it.n, true)
	case textAdd:
		if it.n > i {
			want := fmt.Sprintf("want +1 to +%d", i)
			if i == 0 {
				want = "want it after another item"
			}
			b.err = fmt.Errorf("hw: +%d reaches back beyond the network's input: %s", it.n, want)
			return
		}
		stride := 1
		for _, passed := range t[i-it.n : i] {
			stride = min(stride*passed.stride, MaxExtent)
		}
		b.sumBack(name, it.n, outputs[i-it.n], stride)
	}
}

// sumBack appends the sum of the current map and that of layer other, from before
// the last back items; it gets a projection with the stride where their shapes
// differ.
func (b *Builder) sumBack(name func(string) string, back, other, stride int) {
	body, out, in := b.at, b.Shape(), b.net.output(other)
	if in != out {
		rows, columns := (in.H+stride-1)/stride, (in.W+stride-1)/stride
		if rows != out.H || columns != out.W {
			b.err = fmt.Errorf("hw: +%d cannot add %v, from before the last %d items, to %v: a 1x1 convolution with their stride, %d, makes it %dx%dx%d",
				back, in, back, out, stride, out.C, rows, columns)
			return
		}
		b.From(other)
		b.Conv(name("proj"), Convolution{Kernel: 1, Filters: out.C, Stride: stride, Norm: 2})
		other = body
	}
	b.Sum(name("add"), other)
}
