package netfile

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"coexplore/hw"
)

// onnxOperator makes of a node what the hardware model has. The first operand
// is a feature map, except for elementwise operators.
type onnxOperator func(g *onnxGraph, n *onnxNode, operands []onnxOperand) (onnxOperand, error)

// elementwise operators take feature maps and constants in any order.
var elementwise = []string{"Add", "Mul", "Sub", "Div", "Pow", "Max", "Min", "Sum"}

// takePadding is the operators that a map may go to after Pad.
var takePadding = []string{"Conv", "MaxPool", "AveragePool", "Pad", "Identity", "Transpose"}

// takeLast is the operators, besides the free ones, that a map with channels last may go
// to.
var takeLast = []string{"Transpose", "Flatten", "Reshape", "ReduceMean", "MatMul", "Add", "Mul", "Sub", "Div", "Shape", "Pad"}

// isFree reports whether an operator costs nothing and changes no shape.
func isFree(op string) bool { return slices.Contains(freeOperators, op) }

// freeOperators work element by element, say what a number is written with, or stand
// behind the last layer: softmax. LRN and the choice of a class are left to the host.
var freeOperators = []string{"Relu", "LeakyRelu", "Clip", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Elu", "Selu", "Celu",
	"Softplus", "Softsign", "Gelu", "Mish", "Swish", "Erf", "Exp", "Log", "Sqrt", "Neg", "Abs", "ThresholdedRelu", "Softmax",
	"LogSoftmax", "Identity", "Dropout", "Cast", "CastLike", "LRN", "QuantizeLinear", "DequantizeLinear", "Hardmax",
	"Floor", "Ceil", "Round", "Sign", "Reciprocal", "Shrink"}

// onnxOperators is the operators that are understood.
var onnxOperators = map[string]onnxOperator{
	"Conv":               (*onnxGraph).conv,
	"MaxPool":            (*onnxGraph).pool,
	"AveragePool":        (*onnxGraph).pool,
	"GlobalAveragePool":  (*onnxGraph).globalPool,
	"ReduceMean":         (*onnxGraph).globalPool,
	"GlobalMaxPool":      (*onnxGraph).globalPool, // which costs the same
	"ReduceMax":          (*onnxGraph).globalPool,
	"Gemm":               (*onnxGraph).dense,
	"MatMul":             (*onnxGraph).dense,
	"BatchNormalization": (*onnxGraph).normalize,
	"Flatten":            (*onnxGraph).flatten,
	"Reshape":            (*onnxGraph).reshape,
	"Squeeze":            (*onnxGraph).squeeze,
	"Pad":                (*onnxGraph).pad,
	"PRelu":              (*onnxGraph).arithmetic,
	"Transpose":          (*onnxGraph).transpose,
	"Unsqueeze":          (*onnxGraph).unsqueeze,
	"ArgMax":             (*onnxGraph).choice,

	"InstanceNormalization": (*onnxGraph).normalize,
}

func init() {
	for _, op := range elementwise {
		onnxOperators[op] = (*onnxGraph).arithmetic
	}
	for _, op := range freeOperators {
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

// globalPool handles GlobalAveragePool and ReduceMean over rows and columns, in one step
// or two, and the largest values in place of the means.
func (g *onnxGraph) globalPool(n *onnxNode, operands []onnxOperand) (onnxOperand, error) {
	if operands[0].flat {
		return onnxOperand{}, errors.New("want a feature map, not a flattened one")
	}
	flat := false
	if strings.HasPrefix(n.op, "Reduce") {
		out := operands[0]
		axes, rows, columns := axesOf(n, operands, 4), int64(2), int64(3)
		if out.last {
			rows, columns = 1, 2
		}
		switch both := slices.Equal(axes, []int64{rows, columns}); {
		case len(axes) == 1 && out.mean == 0 && axes[0] >= rows && axes[0] <= columns:
			out.mean = int(axes[0])
			return out, nil
		// The other one is where it was, or a place further to the front.
		case len(axes) == 1 && out.mean != 0 && (axes[0] != int64(out.mean) || int64(out.mean) == rows):
		case !both || out.mean != 0:
			return onnxOperand{}, fmt.Errorf("its axes are %v: want those of rows and columns, %d and %d", axes, rows, columns)
		}
		flat = n.integer("keepdims", 1) == 0
	}
	g.build.From(operands[0].layer)
	return onnxOperand{layer: g.build.GlobalPool(g.name(n)), flat: flat}, nil
}

// axesOf are a node's axes in their order, of so many.
func axesOf(n *onnxNode, operands []onnxOperand, of int64) []int64 {
	axes := slices.Clone(n.attribute("axes").ints)
	if t := constantInput(operands, 1); t != nil {
		axes = slices.Clone(t.ints)
	}
	for i := range axes {
		if axes[i] < 0 {
			axes[i] += of
		}
	}
	slices.Sort(axes)
	return axes
}

// dense handles Gemm and MatMul with constant weights.
func (g *onnxGraph) dense(n *onnxNode, operands []onnxOperand) (onnxOperand, error) {
	s := g.shape(operands[0])
	weights := constantInput(operands, 1)
	if weights == nil || len(weights.dims) != 2 {
		return onnxOperand{}, errors.New("want constant weights of two dimensions")
	}
	if operands[0].last && n.op == "MatMul" { // of each pixel's channels
		if weights.dims[0] != int64(s.C) {
			return onnxOperand{}, fmt.Errorf("weights for %d channels, but there are %d", weights.dims[0], s.C)
		}
		return onnxOperand{layer: g.build.Conv(g.name(n), hw.Convolution{Kernel: 1, Filters: int(weights.dims[1])}), last: true}, nil
	}
	if !operands[0].flat {
		return onnxOperand{}, errors.New("want features: flatten the map before it")
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
	if operands[0].layer >= 0 { // on the picture it is the host's
		g.build.AddParams(operands[0].layer, 2*int64(s.C))
	}
	return operands[0], nil
}

// choice handles ArgMax over classes.
func (g *onnxGraph) choice(_ *onnxNode, operands []onnxOperand) (onnxOperand, error) {
	out := operands[0]
	out.index = true
	return out, nil
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
		case v.last != out.last:
			return out, errors.New("one of its inputs has channels last, the other has not")
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

// notInModel says of an operator that is not understood what can be done about it.
func (n *onnxNode) notInModel() string {
	const has = "this operator is not in the hardware model, which has convolutions, pooling, fully connected layers, additions and activations"
	switch {
	case n.domain != "" && n.domain != "ai.onnx":
		return "this is a function or an operator of the domain " + n.domain + ", which is not read: inline functions, by onnx.inliner.inline_local_functions in Python, or export with the standard operators alone"
	case slices.Contains([]string{"QLinearConv", "QLinearMatMul", "ConvInteger", "MatMulInteger", "QLinearAdd", "QGemm", "DynamicQuantizeLinear"}, n.op):
		return "an operator on whole numbers is not read: quantise with QuantizeLinear and DequantizeLinear around floating-point operators (QDQ), or plan the network before it is quantised and give the word size"
	case slices.Contains([]string{"If", "Loop", "Scan"}, n.op):
		return "a part that depends on values is not read: export the network with fixed sizes, or simplify the file"
	case slices.Contains([]string{"NonMaxSuppression", "TopK", "NonZero"}, n.op):
		return "what follows the network belongs to the host: export it up to this node"
	}
	return has + ": replace it, or export the network up to it"
}
