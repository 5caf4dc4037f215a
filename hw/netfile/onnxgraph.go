package netfile

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"coexplore/hw"
)

// readONNX reads the network in an ONNX file: the layers that its output
// depends on, in the file's order, which is topological. The batch dimension
// is ignored. Batch normalisation is two parameters a channel of the layer
// before it, as reference networks count it; in gives the sizes of the input
// that the file leaves open.
func readONNX(r io.Reader, size int64, in hw.Shape) (*hw.Network, error) {
	m, err := readModel(r, size)
	if err != nil {
		return nil, err
	}
	if len(m.outputs) != 1 {
		return nil, fmt.Errorf("the graph has %d outputs: want one", len(m.outputs))
	}
	g := &onnxGraph{model: m, values: map[string]onnxOperand{}, names: map[string]bool{"input": true}}
	for name, t := range m.tensors {
		g.values[name] = onnxOperand{constant: t}
	}
	if err := g.input(in); err != nil {
		return nil, err
	}
	needed := m.needed()
	for i := range m.nodes {
		n := &m.nodes[i]
		if !needed[i] {
			continue
		}
		if n.name == "" {
			n.name = fmt.Sprintf("%s_%d", n.op, i)
		}
		if err := g.node(n); err != nil {
			return nil, fmt.Errorf("node %q (%s): %s", n.name, n.op, bare(err))
		}
	}
	out, ok := g.values[m.outputs[0].name]
	if !ok || out.constant != nil {
		return nil, fmt.Errorf("no node makes the output %q from the input", m.outputs[0].name)
	}
	if out.padding != (hw.Padding{}) {
		return nil, fmt.Errorf("the output %q is a padded feature map", m.outputs[0].name)
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
	// padding is what Pad put around the map, for the window that comes next.
	padding hw.Padding
}

// leftOut stands for an optional input that a node does not have.
var leftOut = &onnxTensor{}

// needed marks the nodes that the output depends on.
func (m *onnxModel) needed() []bool {
	makers := map[string]int{}
	for i := range m.nodes {
		for _, out := range m.nodes[i].outputs {
			makers[out] = i
		}
	}
	needed := make([]bool, len(m.nodes))
	names := []string{m.outputs[0].name}
	for len(names) > 0 {
		name := names[len(names)-1]
		names = names[:len(names)-1]
		if i, ok := makers[name]; ok && !needed[i] {
			needed[i] = true
			names = append(names, m.nodes[i].inputs...)
		}
	}
	return needed
}

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
	case 4:
		s = hw.Shape{C: int(v.dims[1]), H: int(v.dims[2]), W: int(v.dims[3])}
	default:
		return fmt.Errorf("input %q has %d dimensions: want batch x channels x rows x columns, or batch x features", v.name, len(v.dims))
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
		if v.padding != (hw.Padding{}) && !slices.Contains(takePadding, n.op) {
			return errors.New("reads a padded feature map, which only convolutions and pooling can")
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
			return errors.New("this operator is not in the hardware model, which has convolutions, pooling, fully connected layers, additions and activations")
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
	if len(dims) == 0 || v.constant != nil {
		return nil
	}
	s := g.shape(v)
	p := v.padding
	have := []int64{int64(s.C), int64(s.H + p.Top + p.Bottom), int64(s.W + p.Left + p.Right)}
	if v.flat {
		have = []int64{s.Size()}
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

// fold works out operators on constants as far as shapes need it.
func (g *onnxGraph) fold(n *onnxNode, operands []onnxOperand) *onnxTensor {
	out := &onnxTensor{}
	first := out
	if len(operands) > 0 && operands[0].constant != nil {
		first = operands[0].constant
	}
	switch n.op {
	case "Constant":
		if t := n.attribute("value").tensor; t != nil {
			return t
		}
		if a := n.attribute("value_ints"); a.name != "" && len(a.ints) <= maxValues {
			out.ints, out.dims = a.ints, []int64{int64(len(a.ints))}
		} else if a := n.attribute("value_int"); a.name != "" {
			out.ints = []int64{a.i}
		}
	case "Identity", "Cast":
		return first
	case "Unsqueeze": // the ones at the end, since their place does not matter here
		axes := n.attribute("axes").ints
		if t := constantInput(operands, 1); t != nil {
			axes = t.ints
		}
		out.ints, out.dims = first.ints, slices.Clone(first.dims)
		for range min(len(axes), maxDims-len(out.dims)) {
			out.dims = append(out.dims, 1)
		}
	case "Squeeze":
		out.ints = first.ints
		out.dims = slices.DeleteFunc(slices.Clone(first.dims), func(d int64) bool { return d == 1 })
	case "Transpose":
		if len(first.dims) == 2 {
			out.dims = []int64{first.dims[1], first.dims[0]}
		}
	case "Shape":
		if len(operands) == 1 && operands[0].constant == nil {
			s := g.shape(operands[0])
			out.ints = []int64{1, int64(s.C), int64(s.H), int64(s.W)}
			if operands[0].flat {
				out.ints = []int64{1, s.Size()}
			}
		}
	case "Gather":
		if len(operands) == 2 && operands[1].constant != nil && len(operands[1].constant.ints) == 1 {
			i := operands[1].constant.ints[0]
			if i < 0 {
				i += int64(len(first.ints))
			}
			if 0 <= i && i < int64(len(first.ints)) {
				out.ints = []int64{first.ints[i]}
			}
		}
	case "Concat":
		for _, v := range operands {
			if v.constant == nil || v.constant.ints == nil || len(out.ints) > maxValues {
				return &onnxTensor{}
			}
			out.ints = append(out.ints, v.constant.ints...)
		}
	}
	return out
}
