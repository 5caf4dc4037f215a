package hw

import (
	"fmt"
	"slices"
)

// Network is layers in the order in which a pipeline runs them. Where it is
// not a chain, Layer.Inputs tells which layers feed which; every edge points
// forward.
type Network struct {
	Name    string  `json:"name"`
	Input   Shape   `json:"input"`
	Classes int     `json:"classes"`
	Layers  []Layer `json:"layers"`
}

// MACs is the multiply-accumulates of one frame.
func (n *Network) MACs() int64 {
	var s int64
	for i := range n.Layers {
		s += n.Layers[i].MACs
	}
	return s
}

// Params is the parameters of all layers.
func (n *Network) Params() int64 {
	var s int64
	for i := range n.Layers {
		s += n.Layers[i].Params
	}
	return s
}

// Loops is the loop nest of every layer, in order.
func (n *Network) Loops() []Loops {
	out := make([]Loops, len(n.Layers))
	for i := range n.Layers {
		out[i] = n.Layers[i].Loops()
	}
	return out
}

// Cut is a place between two neighbouring layers where a pipeline may be cut.
type Cut struct {
	Before int `json:"before"` // the cut lies before this layer
	// From holds the layers whose outputs cross the cut (-1: the network's
	// input): the feature map of the layer just before it, and every skip edge
	// that spans it. A map that several later layers read crosses once.
	From []int `json:"from"`
	// Words is what crosses the link for one frame, Buffered what the
	// receiving side keeps for it: two frames, one arriving while the other is
	// read.
	Words    int64 `json:"words"`
	Buffered int64 `json:"buffered"`
}

// Cut describes the cut before layer i, 0 < i < len(Layers).
func (n *Network) Cut(i int) Cut {
	c := Cut{Before: i}
	for j := i; j < len(n.Layers); j++ {
		for _, from := range n.Layers[j].Inputs {
			if from < i && !slices.Contains(c.From, from) {
				c.From = append(c.From, from)
				c.Words += n.output(from).Size()
			}
		}
	}
	slices.Sort(c.From)
	c.Buffered = 2 * c.Words
	return c
}

// Skip is an edge that passes over layers: Layers[To] reads the output of
// Layers[From] though To > From+1.
type Skip struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Skips lists the edges that are not from a layer to the next.
func (n *Network) Skips() []Skip {
	var out []Skip
	for i := range n.Layers {
		for _, from := range n.Layers[i].Inputs {
			if from != i-1 {
				out = append(out, Skip{from, i})
			}
		}
	}
	return out
}

func (n *Network) output(i int) Shape {
	if i < 0 {
		return n.Input
	}
	return n.Layers[i].Out
}

// builder appends layers and keeps the shapes; the first error stays.
type builder struct {
	net Network
	at  int // the layer whose output the next one reads
	err error
}

type convOpts struct {
	kernel, filters, stride int
	groups                  int  // 0: 1
	valid                   bool // no padding; else same padding
	pad                     int  // padding given (with valid)
	bias                    bool
	norm                    int // batch-normalisation parameters a channel: 0, 2 or 4
	inputs                  int // channels read, if not those of the layer before
}

func newBuilder(name string, in Shape, classes int) *builder {
	return &builder{net: Network{Name: name, Input: in, Classes: classes}, at: -1}
}

func (b *builder) shape() Shape { return b.net.output(b.at) }

// add appends a layer after checking what it makes.
func (b *builder) add(l Layer) int {
	if b.err == nil {
		if err := l.Out.check(); err != nil {
			b.err = fmt.Errorf("hw: layer %d (%s) on %v: %w", len(b.net.Layers)+1, l.Name, l.In, err)
		} else if err := l.Loops().check(); err != nil {
			b.err = fmt.Errorf("hw: layer %d (%s): %w", len(b.net.Layers)+1, l.Name, err)
		}
	}
	b.net.Layers = append(b.net.Layers, l)
	b.at = len(b.net.Layers) - 1
	return b.at
}

func (b *builder) conv(name string, o convOpts) int {
	in := b.shape()
	if o.inputs > 0 {
		in.C = o.inputs
	}
	o.groups = max(1, o.groups)
	out := Shape{o.filters, (in.H + o.stride - 1) / o.stride, (in.W + o.stride - 1) / o.stride}
	pad := (o.kernel - 1) / 2
	if o.valid {
		pad = o.pad
		out.H, out.W = (in.H+2*o.pad-o.kernel)/o.stride+1, (in.W+2*o.pad-o.kernel)/o.stride+1
	}
	weights := int64(o.kernel) * int64(o.kernel) * int64(in.C/o.groups) * int64(o.filters)
	params := weights + int64(o.norm)*int64(o.filters)
	if o.bias {
		params += int64(o.filters)
	}
	return b.add(Layer{Name: name, Kind: Conv, In: in, Out: out, Kernel: o.kernel, Stride: o.stride, Pad: pad, Groups: o.groups,
		Inputs: []int{b.at}, MACs: weights * int64(out.H) * int64(out.W), Params: params})
}

func (b *builder) pool(name string, kind Kind, kernel, stride, pad int) int {
	in := b.shape()
	out := Shape{in.C, (in.H+2*pad-kernel)/stride + 1, (in.W+2*pad-kernel)/stride + 1}
	return b.add(Layer{Name: name, Kind: kind, In: in, Out: out, Kernel: kernel, Stride: stride, Pad: pad, Groups: in.C, Inputs: []int{b.at}})
}

func (b *builder) globalPool(name string) int {
	in := b.shape()
	return b.add(Layer{Name: name, Kind: GlobalAvgPool, In: in, Out: Shape{in.C, 1, 1}, Kernel: max(in.H, in.W), Stride: 1,
		Groups: in.C, Inputs: []int{b.at}})
}

func (b *builder) dense(name string, out int, bias bool) int {
	in := b.shape()
	weights := in.Size() * int64(out)
	params := weights
	if bias {
		params += int64(out)
	}
	return b.add(Layer{Name: name, Kind: Dense, In: in, Out: Shape{out, 1, 1}, Kernel: 1, Stride: 1, Groups: 1,
		Inputs: []int{b.at}, MACs: weights, Params: params})
}

// sum appends the addition of the current layer's output and another's.
func (b *builder) sum(name string, other int) int {
	in := b.shape()
	return b.add(Layer{Name: name, Kind: Add, In: in, Out: in, Kernel: 1, Stride: 1, Groups: in.C, Inputs: []int{b.at, other}})
}

// from makes the next layer read another layer's output.
func (b *builder) from(i int) { b.at = i }

func (b *builder) network() (*Network, error) {
	if b.err != nil {
		return nil, b.err
	}
	n := b.net
	return &n, nil
}
