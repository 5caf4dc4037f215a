package netfile

import (
	"errors"
	"fmt"
	"slices"
)

// onnxOperator makes of a node what the hardware model has. The first operand
// is a feature map, except for elementwise operators.
type onnxOperator func(g *onnxGraph, n *onnxNode, operands []onnxOperand) (onnxOperand, error)

// elementwise operators take feature maps and constants in any order.
var elementwise = []string{"Add", "Mul", "Sub", "Div", "Pow", "Max", "Min", "Sum"}

// takePadding is the operators that a map may go to after Pad.
var takePadding = []string{"Conv", "MaxPool", "AveragePool", "Pad", "Identity"}

// onnxOperators is the operators that are understood.
var onnxOperators = map[string]onnxOperator{
	"Conv":               (*onnxGraph).conv,
	"MaxPool":            (*onnxGraph).pool,
	"AveragePool":        (*onnxGraph).pool,
	"GlobalAveragePool":  (*onnxGraph).globalPool,
	"ReduceMean":         (*onnxGraph).globalPool,
	"Gemm":               (*onnxGraph).dense,
	"MatMul":             (*onnxGraph).dense,
	"BatchNormalization": (*onnxGraph).normalize,
	"Flatten":            (*onnxGraph).flatten,
	"Reshape":            (*onnxGraph).reshape,
	"Squeeze":            (*onnxGraph).squeeze,
	"Pad":                (*onnxGraph).pad,
	"PRelu":              (*onnxGraph).arithmetic,
}

func init() {
	for _, op := range elementwise {
		onnxOperators[op] = (*onnxGraph).arithmetic
	}
	// Element by element, and the softmax behind the last layer: free.
	for _, op := range []string{"Relu", "LeakyRelu", "Clip", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Elu", "Selu", "Celu",
		"Softplus", "Softsign", "Gelu", "Mish", "Swish", "Erf", "Exp", "Log", "Sqrt", "Neg", "Abs", "ThresholdedRelu", "Softmax",
		"LogSoftmax", "Identity", "Dropout", "Cast"} {
		onnxOperators[op] = (*onnxGraph).free
	}
}

// free is an operator that changes no shape and takes no cycles.
func (g *onnxGraph) free(_ *onnxNode, operands []onnxOperand) (onnxOperand, error) {
	for _, v := range operands[1:] {
		if v.constant == nil {
			return operands[0], errors.New("want one feature map")
		}
	}
	return operands[0], nil
}

// attribute finds an attribute; one without a name is not there.
func (n *onnxNode) attribute(name string) *onnxAttribute {
	for i := range n.attributes {
		if n.attributes[i].name == name {
			return &n.attributes[i]
		}
	}
	return &onnxAttribute{}
}

// integer is an attribute or, where it is not there, otherwise.
func (n *onnxNode) integer(name string, otherwise int64) int64 {
	if a := n.attribute(name); a.name != "" {
		return a.i
	}
	return otherwise
}

// constantInput is the constant that a node reads in place i.
func constantInput(operands []onnxOperand, i int) *onnxTensor {
	if i < len(operands) && operands[i].constant != leftOut {
		return operands[i].constant
	}
	return nil
}

// elements is the size of a constant, at most 2^40.
func (t *onnxTensor) elements() int64 {
	const most = 1 << 40
	n := int64(1)
	for _, d := range t.dims {
		if d < 0 || float64(n)*float64(d) > most {
			return most
		}
		n *= d
	}
	return n
}

// globalPool handles GlobalAveragePool, and ReduceMean over rows and columns.
func (g *onnxGraph) globalPool(n *onnxNode, operands []onnxOperand) (onnxOperand, error) {
	if operands[0].flat {
		return onnxOperand{}, errors.New("want a feature map, not a flattened one")
	}
	flat := false
	if n.op == "ReduceMean" {
		if !overPixels(n, operands) {
			return onnxOperand{}, errors.New("want axes 2 and 3, rows and columns")
		}
		flat = n.integer("keepdims", 1) == 0
	}
	g.build.From(operands[0].layer)
	return onnxOperand{layer: g.build.GlobalPool(g.name(n)), flat: flat}, nil
}

// overPixels reports whether a node's axes are rows and columns.
func overPixels(n *onnxNode, operands []onnxOperand) bool {
	axes := slices.Clone(n.attribute("axes").ints)
	if t := constantInput(operands, 1); t != nil {
		axes = slices.Clone(t.ints)
	}
	for i := range axes {
		if axes[i] < 0 {
			axes[i] += 4
		}
	}
	slices.Sort(axes)
	return slices.Equal(axes, []int64{2, 3})
}

// dense handles Gemm and MatMul with constant weights.
func (g *onnxGraph) dense(n *onnxNode, operands []onnxOperand) (onnxOperand, error) {
	s := g.shape(operands[0])
	weights := constantInput(operands, 1)
	if weights == nil || len(weights.dims) != 2 || !operands[0].flat {
		return onnxOperand{}, errors.New("want flattened features and constant weights of two dimensions")
	}
	if n.integer("transA", 0) != 0 {
		return onnxOperand{}, errors.New("transA is not supported")
	}
	in, out := weights.dims[0], weights.dims[1]
	if n.op == "Gemm" && n.integer("transB", 0) != 0 {
		in, out = out, in
	}
	if in != s.Size() {
		return onnxOperand{}, fmt.Errorf("weights for %d features, but there are %d", in, s.Size())
	}
	return onnxOperand{layer: g.build.Dense(g.name(n), int(out), constantInput(operands, 2) != nil), flat: true}, nil
}

// normalize counts the scale and shift of batch normalisation, one a channel
// each, in the layer before it.
func (g *onnxGraph) normalize(n *onnxNode, operands []onnxOperand) (onnxOperand, error) {
	s := g.shape(operands[0])
	for i := 1; i <= 2; i++ {
		t := constantInput(operands, i)
		if t == nil || t.elements() != int64(s.C) {
			return onnxOperand{}, fmt.Errorf("want constant scale and shift for %d channels", s.C)
		}
	}
	if operands[0].layer < 0 {
		return onnxOperand{}, errors.New("no layer comes before it that it could be folded into")
	}
	g.build.AddParams(operands[0].layer, 2*int64(s.C))
	return operands[0], nil
}

// flatten handles Flatten at axis 1.
func (g *onnxGraph) flatten(n *onnxNode, operands []onnxOperand) (onnxOperand, error) {
	if axis := n.integer("axis", 1); axis != 1 && !(axis == -3 && !operands[0].flat) {
		return onnxOperand{}, fmt.Errorf("axis is %d: want 1, all but the batch", axis)
	}
	return onnxOperand{layer: operands[0].layer, flat: true}, nil
}

// reshape allows to flatten, and to keep the shape.
func (g *onnxGraph) reshape(n *onnxNode, operands []onnxOperand) (onnxOperand, error) {
	s := g.shape(operands[0])
	t := constantInput(operands, 1)
	if t == nil || t.ints == nil {
		return onnxOperand{}, errors.New("the shape to make is not known")
	}
	to := t.ints
	flat := len(to) == 2 && (to[1] == s.Size() || to[1] == -1 && to[0] != -1)
	kept := len(to) == 4 && slices.Equal(to[1:], []int64{int64(s.C), int64(s.H), int64(s.W)})
	if !flat && !kept {
		return onnxOperand{}, fmt.Errorf("makes %v of %v: want batch x %d, flattened", to, s, s.Size())
	}
	return onnxOperand{layer: operands[0].layer, flat: flat}, nil
}

// squeeze takes rows and columns away where there is one of each.
func (g *onnxGraph) squeeze(n *onnxNode, operands []onnxOperand) (onnxOperand, error) {
	s := g.shape(operands[0])
	if operands[0].flat || s.H != 1 || s.W != 1 || !overPixels(n, operands) {
		return onnxOperand{}, fmt.Errorf("want axes 2 and 3 of one row and one column, not of %v", s)
	}
	return onnxOperand{layer: operands[0].layer, flat: true}, nil
}

// arithmetic handles two operands. With a constant it is free, and a constant
// for every channel or feature counts as parameters of the layer before it, as
// the bias after MatMul is. Two functions of one layer's output, as in
// x*sigmoid(x), are an activation. Otherwise only additions are layers.
func (g *onnxGraph) arithmetic(n *onnxNode, operands []onnxOperand) (onnxOperand, error) {
	out := operands[0]
	for _, v := range operands[1:] {
		switch {
		case v.constant != nil || out.constant != nil:
			t := v.constant
			if t == nil {
				t, out = out.constant, v
			}
			if out.constant != nil {
				continue // of three: two constants first
			}
			s, e := g.shape(out), t.elements()
			if e != 1 && e != int64(s.C) && e != s.Size() {
				return out, fmt.Errorf("a constant of %v does not fit %v", t.dims, s)
			}
			if (e > 1 || n.op == "PRelu") && out.layer >= 0 {
				g.build.AddParams(out.layer, e)
			}
		case v.flat != out.flat:
			return out, errors.New("one of its inputs is flattened, the other is not")
		case v.layer == out.layer:
		case n.op == "Add" || n.op == "Sum":
			g.build.From(out.layer)
			out.layer = g.build.Sum(g.name(n), v.layer)
		default:
			return out, errors.New("of two feature maps, this is not in the hardware model: of those it has additions only")
		}
	}
	return out, nil
}
