package netfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"coexplore/hw"
)

// pb is a protocol buffer message under construction.
type pb []byte

func (p pb) num(field int, v int64) pb {
	return binary.AppendUvarint(binary.AppendUvarint(p, uint64(field)<<3), uint64(v))
}

func (p pb) bytes(field int, v []byte) pb {
	return append(binary.AppendUvarint(binary.AppendUvarint(p, uint64(field)<<3|2), uint64(len(v))), v...)
}

func (p pb) text(field int, v string) pb { return p.bytes(field, []byte(v)) }

// tensor is an initializer: int64 where it has values, else of weights.
func tensor(name string, dims []int64, values ...int64) pb {
	var t pb
	for _, d := range dims {
		t = t.num(1, d)
	}
	if values == nil {
		return t.num(2, 1).text(8, name)
	}
	t = t.num(2, tensorI64).text(8, name)
	var raw []byte
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(v))
	}
	return t.bytes(9, raw)
}

// valueInfo is a value with its shape.
func valueInfo(name string, dims ...int64) pb {
	var shape pb
	for _, d := range dims {
		shape = shape.bytes(1, pb{}.num(1, d))
	}
	return pb{}.text(1, name).bytes(2, pb{}.bytes(1, pb{}.num(1, 1).bytes(2, shape)))
}

// op is a node: inputs, outputs and attributes (int64, []int64 or string).
func op(kind, inputs, output string, attributes ...any) pb {
	var n pb
	for _, in := range strings.Split(inputs, " ") {
		n = n.text(1, in)
	}
	n = n.text(2, output).text(3, "the "+kind).text(4, kind)
	for i := 0; i < len(attributes); i += 2 {
		a := pb{}.text(1, attributes[i].(string))
		switch v := attributes[i+1].(type) {
		case int:
			a = a.num(3, int64(v))
		case string:
			a = a.text(4, v)
		case []int64:
			for _, x := range v {
				a = a.num(8, x)
			}
		}
		n = n.bytes(5, a)
	}
	return n
}

// onnxFile is a file with the input x of 2x9x7 and the output y.
func onnxFile(nodes []pb, tensors ...pb) []byte {
	g := pb{}.bytes(11, valueInfo("x", 1, 2, 9, 7)).bytes(12, valueInfo("y"))
	for _, t := range tensors {
		g = g.bytes(5, t)
	}
	for _, n := range nodes {
		g = g.bytes(1, n)
	}
	return pb{}.num(1, 7).bytes(7, g)
}

func read(b []byte) (*hw.Network, error) {
	return readONNX(bytes.NewReader(b), int64(len(b)), hw.Shape{}, "")
}

var (
	w33  = tensor("w", []int64{4, 2, 3, 3})
	w44  = tensor("w", []int64{4, 2, 4, 4})
	wdw  = tensor("w", []int64{6, 1, 3, 3})
	four = tensor("b", []int64{4})
)

// TestOperators has shapes and parameters of operators, by hand and by the
// definitions at https://onnx.ai/onnx/operators.
func TestOperators(t *testing.T) {
	for _, c := range []struct {
		what    string
		nodes   []pb
		tensors []pb
		want    string // kinds and shapes
		params  int64
	}{
		{"conv", []pb{op("Conv", "x w", "y")}, []pb{w33}, "conv 4x7x5", 72},
		{"bias", []pb{op("Conv", "x w b", "y", "pads", []int64{1, 1, 1, 1})}, []pb{w33, four}, "conv 4x9x7", 76},
		{"bias left out", []pb{op("Conv", "x w ", "y")}, []pb{w33}, "conv 4x7x5", 72},
		{"pads top, left, bottom, right", []pb{op("Conv", "x w", "y", "pads", []int64{0, 2, 1, 0}, "strides", []int64{1, 1})}, []pb{w33}, "conv 4x8x7", 72},
		{"same upper", []pb{op("Conv", "x w", "y", "auto_pad", "SAME_UPPER", "strides", []int64{2, 2})}, []pb{w44}, "conv 4x5x4", 128},
		{"same lower", []pb{op("Conv", "x w", "y", "auto_pad", "SAME_LOWER", "strides", []int64{3, 3})}, []pb{w44}, "conv 4x3x3", 128},
		{"valid", []pb{op("Conv", "x w", "y", "auto_pad", "VALID", "strides", []int64{2, 2})}, []pb{w44}, "conv 4x3x2", 128},
		{"not square", []pb{op("Conv", "x w", "y", "pads", []int64{0, 3, 0, 3})}, []pb{tensor("w", []int64{4, 2, 1, 7})}, "conv 4x9x7", 56},
		{"strides that differ", []pb{op("Conv", "x w", "y", "strides", []int64{1, 2})}, []pb{w33}, "conv 4x7x3", 72},
		{"pool over rows", []pb{op("MaxPool", "x", "y", "kernel_shape", []int64{2, 1}, "strides", []int64{2, 1})}, nil, "maxpool 2x4x7", 0},
		{"not square, same", []pb{op("Conv", "x w", "y", "auto_pad", "SAME_UPPER", "strides", []int64{2, 2})}, []pb{tensor("w", []int64{4, 2, 3, 1})}, "conv 4x5x4", 24},
		{"pool, not square", []pb{op("MaxPool", "x", "y", "kernel_shape", []int64{2, 3}, "strides", []int64{2, 2}, "ceil_mode", 1)}, nil, "maxpool 2x5x3", 0},
		{"pad by axes", []pb{op("Pad", "x p  a", "q"), op("Conv", "q w", "y")}, []pb{w33, tensor("p", []int64{3}, 1, 1, 1, 1), tensor("a", []int64{2}, 2, -1)}, "conv 4x9x7", 72},
		{"pad as PyTorch writes it", []pb{op("Concat", "p z", "c", "axis", 0), op("Reshape", "c two", "r"), op("Slice", "r e s o e", "t"), op("Transpose", "t", "u", "perm", []int64{1, 0}),
			op("Reshape", "u e", "v"), op("Cast", "v", "i", "to", 7), op("Pad", "x i", "q"), op("Conv", "q w", "y")},
			[]pb{w33, tensor("p", []int64{4}, 1, 2, 3, 0), tensor("z", []int64{4}, 0, 0, 0, 0), tensor("two", []int64{2}, -1, 2), tensor("e", []int64{1}, -1),
				tensor("s", []int64{1}, -1<<63+1), tensor("o", []int64{1}, 0)}, "conv 4x10x8", 72},
		{"channels last, padded", []pb{op("Pad", "x p", "q"), op("Transpose", "q", "t", "perm", []int64{0, 3, 1, 2}), op("Conv", "t w", "y")},
			[]pb{tensor("w", []int64{4, 7, 3, 3}), tensor("p", []int64{8}, 0, 1, 1, 0, 0, 1, 1, 0)}, "conv 4x2x9", 252},
		{"weights turned", []pb{op("Transpose", "h", "w", "perm", []int64{3, 2, 0, 1}), op("Conv", "x w", "y")}, []pb{tensor("h", []int64{3, 3, 2, 4})}, "conv 4x7x5", 72},
		{"flattened by a slice of the shape", []pb{op("Shape", "x", "s"), op("Slice", "s o one", "b"), op("Concat", "b m", "c", "axis", 0), op("Reshape", "x c", "f"), op("Gemm", "f w", "y")},
			[]pb{tensor("o", []int64{1}, 0), tensor("one", []int64{1}, 1), tensor("m", []int64{1}, -1), tensor("w", []int64{126, 4})}, "dense 4x1x1", 504},
		{"flattened by a product", []pb{op("Shape", "x", "s", "start", 1), op("ReduceProd", "s", "n", "keepdims", 0), op("Unsqueeze", "n o", "u"), op("Concat", "m u", "c", "axis", 0),
			op("Reshape", "x c", "f"), op("Gemm", "f w", "y")}, []pb{tensor("o", []int64{1}, 0), tensor("m", []int64{1}, -1), tensor("w", []int64{126, 4})}, "dense 4x1x1", 504},
		{"largest of all", []pb{op("GlobalMaxPool", "x", "y")}, nil, "gap 2x1x1", 0},
		{"depthwise, multiplied by 3", []pb{op("Conv", "x w", "y", "group", 2)}, []pb{wdw}, "conv 6x7x5", 54},
		{"pool", []pb{op("MaxPool", "x", "y", "kernel_shape", []int64{2, 2}, "strides", []int64{2, 2})}, nil, "maxpool 2x4x3", 0},
		{"stride 1 by default", []pb{op("MaxPool", "x", "y", "kernel_shape", []int64{2, 2})}, nil, "maxpool 2x8x6", 0},
		{"rounded up", []pb{op("AveragePool", "x", "y", "kernel_shape", []int64{2, 2}, "strides", []int64{2, 2}, "ceil_mode", 1)}, nil, "avgpool 2x5x4", 0},
		{"rounded up, with padding", []pb{op("AveragePool", "x", "y", "kernel_shape", []int64{3, 3}, "strides", []int64{2, 2}, "pads", []int64{1, 1, 1, 1}, "ceil_mode", 1)}, nil,
			"avgpool 2x5x4", 0},
		{"no window in the padding alone", []pb{op("AveragePool", "x", "y", "kernel_shape", []int64{1, 1}, "strides", []int64{8, 8}, "ceil_mode", 1)}, nil, "avgpool 2x2x1", 0},
		{"pad, then pool", []pb{op("Pad", "x p", "q"), op("AveragePool", "q", "y", "kernel_shape", []int64{3, 3}, "strides", []int64{2, 2})},
			[]pb{tensor("p", []int64{8}, 0, 0, 1, 0, 0, 0, 1, 2)}, "avgpool 2x5x4", 0},
		{"normalisation folded", []pb{op("Conv", "x w", "c"), op("BatchNormalization", "c b b b b", "n"), op("Relu", "n", "y")}, []pb{w33, four}, "conv 4x7x5", 80},
		{"swish", []pb{op("Conv", "x w", "c"), op("Sigmoid", "c", "s"), op("Mul", "c s", "y")}, []pb{w33}, "conv 4x7x5", 72},
		{"residual", []pb{op("Conv", "x w", "c", "pads", []int64{1, 1, 1, 1}), op("Conv", "x w", "d", "pads", []int64{1, 1, 1, 1}), op("Add", "c d", "y")}, []pb{w33},
			"conv 4x9x7 conv 4x9x7 add 4x9x7", 144},
		{"sum of three", []pb{op("MaxPool", "x", "m", "kernel_shape", []int64{1, 1}), op("MaxPool", "x", "n", "kernel_shape", []int64{1, 1}), op("Sum", "x m n", "y")}, nil,
			"maxpool 2x9x7 maxpool 2x9x7 add 2x9x7 add 2x9x7", 0},
		{"mean by attribute", []pb{op("ReduceMean", "x", "y", "axes", []int64{-1, 2}, "keepdims", 0)}, nil, "gap 2x1x1", 0},
		{"mean by input", []pb{op("ReduceMean", "x a", "m"), op("Squeeze", "m a", "f"), op("MatMul", "f w", "y")},
			[]pb{tensor("a", []int64{2}, 2, 3), tensor("w", []int64{2, 5})}, "gap 2x1x1 dense 5x1x1", 10},
		{"gemm", []pb{op("Flatten", "x", "f"), op("Gemm", "f w b", "y", "transB", 1)}, []pb{tensor("w", []int64{4, 126}), four}, "dense 4x1x1", 508},
		{"matrix product and bias", []pb{op("Reshape", "x s", "f"), op("MatMul", "f w", "m"), op("Add", "b m", "y")},
			[]pb{tensor("s", []int64{2}, 1, -1), tensor("w", []int64{126, 4}), four}, "dense 4x1x1", 508},
		{"shape from a graph", []pb{op("Shape", "x", "s"), op("Gather", "s zero", "n"), op("Unsqueeze", "n", "u", "axes", []int64{0}),
			op("Concat", "u rest", "to"), op("Reshape", "x to", "f"), op("MatMul", "f w", "y")},
			[]pb{tensor("zero", nil, 0), tensor("rest", []int64{1}, 126), tensor("w", []int64{126, 4})}, "dense 4x1x1", 504},
		{"pixels normalised", []pb{op("Sub", "x m", "s"), op("Div", "s m", "d"), op("GlobalAveragePool", "d", "y")}, []pb{tensor("m", []int64{1, 2, 1, 1})}, "gap 2x1x1", 0},
		{"shape, a part of it", []pb{op("Shape", "x", "s", "start", 0, "end", 1), op("Concat", "s rest", "to"), op("Reshape", "x to", "f"), op("MatMul", "f w", "y")},
			[]pb{tensor("rest", []int64{1}, 126), tensor("w", []int64{126, 4})}, "dense 4x1x1", 504},
		{"shape from the end", []pb{op("Shape", "x", "s", "start", -4, "end", -3), op("Concat", "s rest", "to"), op("Reshape", "x to", "f"), op("MatMul", "f w", "y")},
			[]pb{tensor("rest", []int64{1}, 126), tensor("w", []int64{126, 4})}, "dense 4x1x1", 504},
		{"weights behind a Reshape", []pb{op("Flatten", "x", "f"), op("Reshape", "w s", "r"), op("MatMul", "f r", "y")},
			[]pb{tensor("w", []int64{2, 9, 7, 4}), tensor("s", []int64{2}, -1, 4)}, "dense 4x1x1", 504},
		{"channels last in the file", []pb{op("Transpose", "x", "t", "perm", []int64{0, 3, 1, 2}), op("Conv", "t w", "c"), op("Transpose", "c", "l", "perm", []int64{0, 2, 3, 1}),
			op("Add", "l b", "a"), op("Relu", "a", "r"), op("ReduceMean", "r", "y", "axes", []int64{1, 2}, "keepdims", 0)},
			[]pb{tensor("w", []int64{4, 7, 2, 2}), four}, "conv 4x1x8 gap 4x1x1", 116},
		{"channels last, flattened", []pb{op("Transpose", "x", "t", "perm", []int64{0, 2, 3, 1}), op("Reshape", "t s", "f"), op("MatMul", "f w", "y")},
			[]pb{tensor("s", []int64{2}, -1, 126), tensor("w", []int64{126, 4})}, "dense 4x1x1", 504},
		{"each pixel's channels", []pb{op("Transpose", "x", "t", "perm", []int64{0, 2, 3, 1}), op("MatMul", "t w", "m"), op("Transpose", "m", "y", "perm", []int64{0, 3, 1, 2})},
			[]pb{tensor("w", []int64{2, 5})}, "conv 5x9x7", 10},
		{"the input as another picture", []pb{op("Reshape", "x s", "p"), op("Conv", "p w", "y")}, []pb{tensor("s", []int64{4}, -1, 3, 6, 7), tensor("w", []int64{4, 3, 2, 2})}, "conv 4x5x6", 48},
		{"mean over columns, then rows", []pb{op("ReduceMean", "x", "m", "axes", []int64{3}, "keepdims", 0), op("ReduceMean", "m", "f", "axes", []int64{2}, "keepdims", 0), op("MatMul", "f w", "y")},
			[]pb{tensor("w", []int64{2, 5})}, "gap 2x1x1 dense 5x1x1", 10},
		{"mean over rows, then columns", []pb{op("ReduceMean", "x", "m", "axes", []int64{2}, "keepdims", 0), op("ReduceMean", "m", "f", "axes", []int64{2}, "keepdims", 0), op("MatMul", "f w", "y")},
			[]pb{tensor("w", []int64{2, 5})}, "gap 2x1x1 dense 5x1x1", 10},
		{"mean over both, kept", []pb{op("ReduceMean", "x", "m", "axes", []int64{-1}), op("ReduceMean", "m", "y", "axes", []int64{-2})}, nil, "gap 2x1x1", 0},
		{"a window of the whole map", []pb{op("AveragePool", "x", "y", "kernel_shape", []int64{9, 7})}, nil, "gap 2x1x1", 0},
		{"padding behind beyond the window", []pb{op("MaxPool", "x", "y", "kernel_shape", []int64{1, 1}, "strides", []int64{4, 4}, "pads", []int64{0, 0, 3, 2})}, nil, "maxpool 2x3x3", 0},
		{"normalisation of the picture", []pb{op("BatchNormalization", "x m m m m", "n"), op("Conv", "n w", "y")}, []pb{tensor("m", []int64{2}), w33}, "conv 4x7x5", 72},
		{"normalisation of features", []pb{op("Flatten", "x", "f"), op("Gemm", "f w", "g", "transB", 1), op("Unsqueeze", "g", "u", "axes", []int64{2}), op("BatchNormalization", "u b b b b", "n"),
			op("Squeeze", "n", "y", "axes", []int64{2})}, []pb{tensor("w", []int64{4, 126}), four}, "dense 4x1x1", 512},
		{"quantised and back", []pb{op("QuantizeLinear", "x s s", "q"), op("DequantizeLinear", "q s s", "d"), op("DequantizeLinear", "w s s", "v"), op("Conv", "d v", "y")}, []pb{tensor("s", nil), w33},
			"conv 4x7x5", 72},
		{"what costs nothing", []pb{op("LRN", "x", "l", "size", 5), op("GlobalAveragePool", "l", "g"), op("Flatten", "g", "f"), op("ArgMax", "f", "i", "axis", 1), op("Cast", "i", "y")}, nil, "gap 2x1x1", 0},
		{"not in order", []pb{op("Relu", "g", "y"), op("GlobalAveragePool", "c", "g"), op("Conv", "x w", "c")}, []pb{w33}, "conv 4x7x5 gap 4x1x1", 72},
		{"nodes that nothing needs", []pb{op("LSTM", "x", "l"), op("GlobalAveragePool", "x", "y")}, nil, "gap 2x1x1", 0},
	} {
		net, err := read(onnxFile(c.nodes, c.tensors...))
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		var got []string
		for i := range net.Layers {
			got = append(got, net.Layers[i].Kind.String(), net.Layers[i].Out.String())
		}
		if s := strings.Join(got, " "); s != c.want || net.Params() != c.params {
			t.Errorf("%s: %s with %d parameters, want %s with %d", c.what, s, net.Params(), c.want, c.params)
		}
		net.Name = c.what
	}
}

// TestOutputs reads a graph with two outputs: all, or the one that is named.
func TestOutputs(t *testing.T) {
	g := pb{}.bytes(11, valueInfo("x", 1, 2, 9, 7)).bytes(12, valueInfo("boxes")).bytes(12, valueInfo("classes")).bytes(5, w33).bytes(5, tensor("v", []int64{5, 4, 1, 1}))
	for _, n := range []pb{op("Conv", "x w", "a"), op("MaxPool", "a", "boxes", "kernel_shape", []int64{2, 2}), op("Conv", "a v", "classes")} {
		g = g.bytes(1, n)
	}
	file := filepath.Join(t.TempDir(), "detector.onnx")
	if err := os.WriteFile(file, pb{}.num(1, 7).bytes(7, g), 0o644); err != nil {
		t.Fatal(err)
	}
	for output, layers := range map[string]int{"": 3, ":boxes": 2, ":classes": 2} {
		net, err := Open(file+output, hw.Shape{}, 0)
		if err != nil || len(net.Layers) != layers || net.Name != "detector" {
			t.Errorf("%q: %+v, %v, want %d layers", output, net, err, layers)
		}
	}
	if _, err := Open(file+":none", hw.Shape{}, 0); err == nil || !strings.Contains(err.Error(), `the graph has no output "none": it has ["boxes" "classes"]`) {
		t.Errorf("%v", err)
	}
}

// TestOperatorsRefused: what the hardware model has not, with the node's name.
func TestOperatorsRefused(t *testing.T) {
	for _, c := range []struct {
		nodes   []pb
		tensors []pb
		want    string
	}{
		{[]pb{op("Concat", "x x", "y", "axis", 1)}, nil, `node "the Concat" (Concat): this operator is not in the hardware model`},
		{[]pb{op("Conv", "x w", "y", "dilations", []int64{2, 2})}, []pb{w33}, `node "the Conv" (Conv): dilations other than 1`},
		{[]pb{op("Conv", "x w", "y")}, []pb{tensor("w", []int64{4, 2, 1, 8})}, "a window of 1x8 does not fit the 9x7 pixels"},
		{[]pb{op("Conv", "x w", "y")}, []pb{tensor("w", []int64{4, 3, 3, 3})}, "weights of [4 3 3 3] do not fit a 3x3 window and 1 group(s) on 2 channels"},
		{[]pb{op("Conv", "x w", "y", "kernel_shape", []int64{5, 5})}, []pb{w33}, "do not fit a 5x5 window"},
		{[]pb{op("Conv", "x w", "y", "auto_pad", "SAME")}, []pb{w33}, `auto_pad is "SAME"`},
		{[]pb{op("Conv", "x x", "y")}, nil, "constant weights of four dimensions"},
		{[]pb{op("Conv", "x w", "y")}, []pb{tensor("w", []int64{4, 2, 11, 11})}, "a window of 11x11 does not fit the 9x7 pixels"},
		{[]pb{op("Conv", "w x", "y")}, []pb{w33}, `its first input is a constant, "w"`},
		{[]pb{op("Conv", "x v", "y")}, []pb{w33}, `reads "v", which no node before it makes`},
		{[]pb{op("Relu", "q", "y"), op("Relu", "y", "q")}, nil, `node "the Relu" (Relu): depends on itself`},
		{[]pb{op("MaxPool", "x", "q", "kernel_shape", []int64{2, 2}), op("Add", "q x", "y")}, nil, "cannot add 2x8x6 and 2x9x7"},
		{[]pb{op("GlobalAveragePool", "x", "q"), op("Mul", "q x", "y")}, nil, "of two feature maps, this is not in the hardware model"},
		{[]pb{op("Add", "x b", "y")}, []pb{four}, "a constant of [4] does not fit 2x9x7"},
		{[]pb{op("Transpose", "x", "y", "perm", []int64{0, 1, 3, 2})}, nil, "moves dimensions as [0 1 3 2]"},
		{[]pb{op("Transpose", "x", "t", "perm", []int64{0, 2, 3, 1}), op("GlobalAveragePool", "t", "y")}, nil, "reads a feature map with channels last"},
		{[]pb{op("ArgMax", "x", "i"), op("GlobalAveragePool", "i", "y")}, nil, "reads the number of a class"},
		{[]pb{op("ReduceMean", "x", "m", "axes", []int64{2}), op("GlobalAveragePool", "m", "y")}, nil, "reads a mean over rows or columns alone"},
		{[]pb{op("ReduceMean", "x", "y", "axes", []int64{3})}, nil, `the output "y" is a mean over rows or columns alone`},
		{[]pb{op("QLinearConv", "x w", "y")}, []pb{w33}, "quantise with QuantizeLinear and DequantizeLinear"},
		{[]pb{op("Loop", "x", "y")}, nil, "export the network with fixed sizes"},
		{[]pb{op("Unsqueeze", "x", "y", "axes", []int64{0})}, nil, "adds dimensions [0] to 2x9x7"},
		{[]pb{op("Conv", "x w", "c"), op("Reshape", "c s", "y")}, []pb{w33, tensor("s", []int64{4}, 1, 7, 4, 5)}, "makes [1 7 4 5] of 4x7x5"},
		{[]pb{op("Reshape", "x s", "y")}, []pb{tensor("s", []int64{3}, 1, 2, 63)}, "makes [1 2 63] of 2x9x7: want batch x 126, flattened"},
		{[]pb{op("Flatten", "x", "y", "axis", 2)}, nil, "axis is 2"},
		{[]pb{op("ReduceMean", "x", "y", "axes", []int64{1})}, nil, "its axes are [1]: want those of rows and columns, 2 and 3"},
		{[]pb{op("Gemm", "x b", "y")}, []pb{four}, "want constant weights of two dimensions"},
		{[]pb{op("Gemm", "x w", "y")}, []pb{tensor("w", []int64{2, 5})}, "want features: flatten the map before it"},
		{[]pb{op("Flatten", "x", "f"), op("Gemm", "f w", "y")}, []pb{tensor("w", []int64{125, 4})}, "weights for 125 features, but there are 126"},
		{[]pb{op("Pad", "x", "q", "pads", []int64{0, 1, 0, 1, 0, 0, 0, 0}), op("Relu", "q", "y")}, nil, "want none for batch and channels"},
		{[]pb{op("Pad", "x", "q", "pads", []int64{0, 0, 1, 0, 0, 0, 0, 0}), op("Relu", "q", "y")}, nil, "reads a padded feature map"},
		{[]pb{op("GlobalAveragePool", "x", "q"), op("Pad", "q", "y", "pads", []int64{0, 0, 1, 0, 0, 0, 0, 0})}, nil, `the output "y" is a padded feature map`},
		{[]pb{op("Relu", "w", "y")}, []pb{w33}, `no node makes the output "y" from the input`},
		{[]pb{op("Conv", "x w", "y", "pads", []int64{1 << 62, 0, 1 << 62, 0})}, []pb{w33}, "padding 4611686018427387904 is not from 0 to 1048576"},
		{[]pb{op("Conv", "x w", "y")}, []pb{tensor("w", []int64{1 << 60, 2, 3, 3})}, "size 1152921504606846976 is not from 1"},
		{[]pb{op("Relu", "x", "y")}, nil, "network has no layers"},
	} {
		_, err := read(onnxFile(c.nodes, c.tensors...))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	shape := pb{}.bytes(1, op("GlobalAveragePool", "x", "y")).bytes(11, valueInfo("x", 1, 2, 9, 7)).bytes(12, valueInfo("y", 1, 3, 1, 1))
	open := pb{}.bytes(1, op("GlobalAveragePool", "x", "y")).bytes(11, valueInfo("x", 0, 2, 0, 7)).bytes(12, valueInfo("y"))
	for _, c := range []struct {
		file []byte
		want string
	}{
		{pb{}.bytes(7, shape), `node "the GlobalAveragePool" (GlobalAveragePool): makes [2 1 1] for each image, the file says [1 3 1 1] with the batch`},
		{pb{}.bytes(7, open), `input "x" has [0 2 0 7] of batch x channels x rows x columns, where 0 is a size that the file leaves open`},
		{nil, "it has 0 graphs"},
		{[]byte("not ONNX"), "no ONNX file, or a damaged one"},
		{pb{}.num(1, 7).bytes(7, shape)[:20], "a field of"},
		{pb{}.bytes(7, pb{}.bytes(11, valueInfo("x", 1, 2, 3))), "the graph has no output"},
		{pb{}.bytes(7, pb{}.bytes(11, valueInfo("x", 1, 2, 3, 4, 5)).bytes(12, valueInfo("y"))), `input "x" has 5 dimensions`},
		{pb{}.bytes(7, pb{}.bytes(12, valueInfo("y"))), "the graph has 0 inputs beside its weights"},
	} {
		if _, err := read(c.file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	if net, err := readONNX(bytes.NewReader(pb{}.bytes(7, open)), int64(len(open)+2), hw.Shape{C: 2, H: 5, W: 7}, ""); err != nil || net.Input.H != 5 {
		t.Errorf("an open size that is given: %+v, %v", net, err)
	}
}

// TestMemory reads files made to take much memory for their size.
func TestMemory(t *testing.T) {
	const most = 200 << 20
	fill := func(field int, what pb, n int) pb { return slices.Repeat(pb{}.bytes(field, what), n) }
	relu := func(n int) pb {
		var g pb
		for i := range n {
			g = g.bytes(1, op("Unsqueeze", fmt.Sprintf("v%d", i), fmt.Sprintf("v%d", i+1), "axes", []int64{0, 1, 2, 3}))
		}
		return g.bytes(5, tensor("v0", nil, 1)).bytes(12, valueInfo(fmt.Sprintf("v%d", n)))
	}
	ints := pb{}.text(1, "value_ints").bytes(8, bytes.Repeat([]byte{1}, 500000))
	for what, graph := range map[string]pb{
		"empty nodes":       fill(1, nil, 1<<20),
		"empty tensors":     fill(5, nil, 1<<20),
		"empty attributes":  pb{}.bytes(1, fill(5, nil, 1<<20)),
		"empty names":       pb{}.bytes(1, fill(1, nil, 1<<20)),
		"long names":        pb{}.bytes(1, fill(1, bytes.Repeat([]byte("a"), 1<<10), 1<<16)),
		"values":            fill(13, valueInfo("a", 1, 2, 3), 1<<18),
		"numbers":           pb{}.bytes(1, pb{}.bytes(5, slices.Repeat(pb{}.num(8, 1), 1<<20))),
		"a chain":           relu(30000).bytes(11, valueInfo("x", 1, 2, 9, 7)),
		"one long constant": pb{}.bytes(1, append(op("Constant", "", "c"), pb{}.bytes(5, ints)...)),
		"a large tensor":    pb{}.bytes(5, tensor("w", []int64{1 << 20}).bytes(9, make([]byte, 64<<20))),
	} {
		b := pb{}.bytes(7, graph)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := read(b)
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; err == nil || n > most {
			t.Errorf("%s: %d bytes of memory for a file of %d, %v", what, n, len(b), err)
		}
	}
}

func FuzzONNX(f *testing.F) {
	b, err := os.ReadFile("testdata/block.onnx")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(onnxFile([]pb{op("Conv", "x w", "c", "pads", []int64{1, 1, 1, 1}), op("Conv", "x w", "d", "auto_pad", "SAME_UPPER"), op("Add", "c d", "y")}, w33))
	f.Add(onnxFile([]pb{op("Pad", "x p", "q"), op("AveragePool", "q", "y", "kernel_shape", []int64{3, 3}, "strides", []int64{2, 2}, "ceil_mode", 1)},
		tensor("p", []int64{8}, 0, 0, 1, 0, 0, 0, 1, 2)))
	f.Add(onnxFile([]pb{op("Shape", "x", "s"), op("Gather", "s zero", "n"), op("Unsqueeze", "n", "u", "axes", []int64{0}), op("Concat", "u rest", "to"),
		op("Reshape", "x to", "f"), op("MatMul", "f w", "y")}, tensor("zero", nil, 0), tensor("rest", []int64{1}, 126), tensor("w", []int64{126, 4})))
	f.Fuzz(func(t *testing.T, b []byte) {
		net, err := read(b)
		if err != nil {
			return
		}
		for i := range net.Layers {
			l := &net.Layers[i]
			if loops := l.Loops(); loops.Check() != nil || l.MACs != loops.MACs() {
				t.Errorf("layer %d: %+v", i, l)
			}
		}
	})
}
