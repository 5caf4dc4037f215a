package netfile

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"coexplore/hw"
)

// readONNX reads the network in an ONNX file: the layers that its outputs, or the one
// that is named, depend on, in the file's order as far as it is topological. The batch
// dimension is ignored. Batch normalisation is two parameters a channel of the layer
// before it, as reference networks count it; in gives the sizes of the input
// that the file leaves open.
func readONNX(r io.Reader, size int64, in hw.Shape, output string) (*hw.Network, error) {
	m, err := readModel(r, size)
	if err != nil {
		return nil, err
	}
	if err := m.choose(output); err != nil {
		return nil, err
	}
	g := &onnxGraph{model: m, values: map[string]onnxOperand{}, names: map[string]bool{"input": true}}
	for name, t := range m.tensors {
		g.values[name] = onnxOperand{constant: t}
	}
	if err := g.input(in); err != nil {
		return nil, err
	}
	order, err := m.order()
	if err != nil {
		return nil, err
	}
	for _, i := range order {
		n := &m.nodes[i]
		n.name = m.nodeName(i)
		if err := g.node(n); err != nil {
			return nil, fmt.Errorf("node %q (%s): %s", n.name, n.op, bare(err))
		}
	}
	var out onnxOperand
	for _, o := range m.outputs {
		var ok bool
		if out, ok = g.values[o.name]; !ok || out.constant != nil {
			return nil, fmt.Errorf("no node makes the output %q from the input", o.name)
		}
		if out.padding != (hw.Padding{}) {
			return nil, fmt.Errorf("the output %q is a padded feature map", o.name)
		}
		if out.mean != 0 {
			return nil, fmt.Errorf("the output %q is a mean over rows or columns alone: want both", o.name)
		}
	}
	net, err := g.build.Network()
	if err != nil {
		return nil, err
	}
	net.Classes = g.shape(out).C
	if out.flat {
		net.Classes = int(g.shape(out).Size())
	}
	return net, nil
}

// onnxGraph turns nodes into layers.
type onnxGraph struct {
	model  *onnxModel
	build  *hw.Builder
	values map[string]onnxOperand
	names  map[string]bool // of layers
}

// onnxOperand is what a name in the graph stands for: a constant, or the output
// of a layer (-1: the input), perhaps after operators that are free.
type onnxOperand struct {
	constant *onnxTensor
	layer    int
	flat     bool // batch x features; otherwise batch x channels x rows x columns
	last     bool // batch x rows x columns x channels instead
	mean     int  // 2 or 3: the mean over rows or over columns was taken, and not yet the other
	index    bool // the number of a class, which ArgMax made of features
	// padding is what Pad put around the map, for the window that comes next.
	padding hw.Padding
}

// leftOut stands for an optional input that a node does not have.
var leftOut = &onnxTensor{}

// input finds the network's input: the one of the graph's that is no weight.
func (g *onnxGraph) input(in hw.Shape) error {
	inputs := slices.DeleteFunc(slices.Clone(g.model.inputs), func(v onnxValue) bool { return g.model.tensors[v.name] != nil })
	if len(inputs) != 1 {
		return fmt.Errorf("the graph has %d inputs beside its weights: want one", len(inputs))
	}
	v := inputs[0]
	var s hw.Shape
	switch len(v.dims) {
	case 2:
		s = hw.Shape{C: int(v.dims[1]), H: 1, W: 1}
	case 3: // a picture of one channel, which it does not count
		s = hw.Shape{C: 1, H: int(v.dims[1]), W: int(v.dims[2])}
	case 4:
		s = hw.Shape{C: int(v.dims[1]), H: int(v.dims[2]), W: int(v.dims[3])}
	default:
		return fmt.Errorf("input %q has %d dimensions: want batch x channels x rows x columns, or batch x features; export it for pictures", v.name, len(v.dims))
	}
	for _, d := range []struct{ v, given *int }{{&s.C, &in.C}, {&s.H, &in.H}, {&s.W, &in.W}} {
		if *d.v <= 0 {
			*d.v = *d.given
		}
	}
	if in == (hw.Shape{}) && (s.C <= 0 || s.H <= 0 || s.W <= 0) {
		return fmt.Errorf("input %q has %v of batch x channels x rows x columns, where 0 is a size that the file leaves open: say the input's shape", v.name, v.dims)
	}
	g.build = hw.NewBuilder("", s, 1)
	g.values[v.name] = onnxOperand{layer: -1, flat: len(v.dims) == 2}
	return g.build.Err()
}

// shape is the shape of a feature map, which the next layer then reads.
func (g *onnxGraph) shape(v onnxOperand) hw.Shape {
	g.build.From(v.layer)
	return g.build.Shape()
}

// node handles one operator.
func (g *onnxGraph) node(n *onnxNode) error {
	operands := make([]onnxOperand, len(n.inputs))
	constant := true
	for i, name := range n.inputs {
		if name == "" {
			operands[i].constant = leftOut
			continue
		}
		v, ok := g.values[name]
		if !ok {
			return fmt.Errorf("reads %q, which no node before it makes", name)
		}
		switch {
		case v.padding != (hw.Padding{}) && !slices.Contains(takePadding, n.op):
			return errors.New("reads a padded feature map, which only convolutions and pooling can")
		case v.last && !slices.Contains(takeLast, n.op) && !isFree(n.op):
			return errors.New("reads a feature map with channels last: want channels before rows and columns, by a Transpose before it")
		case v.mean != 0 && n.op != "ReduceMean" && n.op != "ReduceMax" && !isFree(n.op):
			return errors.New("reads a mean over rows or columns alone: want both, as in pooling over the whole map")
		case v.index && !isFree(n.op):
			return errors.New("reads the number of a class: want nothing behind ArgMax")
		}
		operands[i] = v
		constant = constant && v.constant != nil
	}
	if len(n.outputs) == 0 {
		return errors.New("has no output")
	}
	var out onnxOperand
	var err error
	if constant || n.op == "Shape" {
		out = onnxOperand{constant: g.fold(n, operands)}
	} else {
		handle, ok := onnxOperators[n.op]
		if !ok || n.domain != "" && n.domain != "ai.onnx" {
			return errors.New(n.notInModel())
		}
		if operands[0].constant != nil && !slices.Contains(elementwise, n.op) {
			return fmt.Errorf("its first input is a constant, %q", n.inputs[0])
		}
		if out, err = handle(g, n, operands); err == nil {
			err = g.build.Err()
		}
	}
	if err != nil {
		return err
	}
	g.values[n.outputs[0]] = out
	return g.declared(n.outputs[0], out)
}

// declared checks a feature map against the shape that the file gives it.
func (g *onnxGraph) declared(name string, v onnxOperand) error {
	dims := g.model.known[name]
	if len(dims) == 0 || v.constant != nil || v.mean != 0 || v.index {
		return nil
	}
	s := g.shape(v)
	p := v.padding
	have := []int64{int64(s.C), int64(s.H + p.Top + p.Bottom), int64(s.W + p.Left + p.Right)}
	if v.last {
		have = []int64{have[1], have[2], have[0]}
	}
	if v.flat {
		have = []int64{s.Size()}
		for len(dims) > 2 && dims[len(dims)-1] == 1 { // of Unsqueeze
			dims = dims[:len(dims)-1]
		}
	}
	same := len(dims) == len(have)+1
	for i := 1; same && i < len(dims); i++ {
		same = dims[i] <= 0 || dims[i] == have[i-1]
	}
	if !same {
		return fmt.Errorf("makes %v for each image, the file says %v with the batch", have, dims)
	}
	return nil
}

// name gives a layer its node's name, or one like it if that is taken.
func (g *onnxGraph) name(n *onnxNode) string {
	name := n.name
	for i := 2; g.names[name]; i++ {
		name = fmt.Sprintf("%s_%d", n.name, i)
	}
	g.names[name] = true
	return name
}
