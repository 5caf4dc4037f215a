package train

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"coexplore/hw"
	"coexplore/internal/atomicfile"
	"coexplore/nas/train/internal/engine"
)

// Versions that exported files declare: those of ONNX 1.8, which every runtime
// since 2020 reads.
const (
	onnxIR    = 7
	onnxOpset = 13
)

// ExportONNX writes the model as an ONNX file. Its input "images" is float,
// N x C x H x W, of pixel values 0 to 255: normalisation is part of the graph. Its
// output "logits" is N x classes, before the softmax. Class names are in the
// file's metadata under "classes".
func (m *Model) ExportONNX(path string) error {
	if err := atomicfile.Write(path, m.onnx()); err != nil {
		return fmt.Errorf("train: onnx: %w", err)
	}
	return nil
}

// message is a protocol buffer message under construction. Field numbers are
// those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
type message struct{ b []byte }

func (m *message) varint(field int, v int64) {
	m.b = binary.AppendUvarint(m.b, uint64(field)<<3)
	m.b = binary.AppendUvarint(m.b, uint64(v))
}

func (m *message) bytes(field int, v []byte) {
	m.b = binary.AppendUvarint(m.b, uint64(field)<<3|2)
	m.b = binary.AppendUvarint(m.b, uint64(len(v)))
	m.b = append(m.b, v...)
}

func (m *message) text(field int, v string)      { m.bytes(field, []byte(v)) }
func (m *message) message(field int, v *message) { m.bytes(field, v.b) }

func (m *message) float(field int, v float32) {
	m.b = binary.AppendUvarint(m.b, uint64(field)<<3|5)
	m.b = binary.LittleEndian.AppendUint32(m.b, math.Float32bits(v))
}

// onnxGraph collects nodes and constants.
type onnxGraph struct {
	graph message
	last  string // name of the value that the next node reads
}

// constant adds a tensor (TensorProto) to the graph.
func (g *onnxGraph) constant(name string, values []float32, dims ...int) string {
	var t message
	for _, d := range dims {
		t.varint(1, int64(d))
	}
	t.varint(2, 1) // float
	t.text(8, name)
	raw := make([]byte, 0, 4*len(values))
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	t.bytes(9, raw)
	g.graph.message(5, &t)
	return name
}

// attribute is an AttributeProto.
func attribute(name string, value any) *message {
	var a message
	a.text(1, name)
	switch v := value.(type) {
	case float32:
		a.float(2, v)
		a.varint(20, 1)
	case int:
		a.varint(3, int64(v))
		a.varint(20, 2)
	case []int:
		for _, i := range v {
			a.varint(8, int64(i))
		}
		a.varint(20, 7)
	}
	return &a
}

// node adds an operator (NodeProto) that reads the last value and the inputs.
func (g *onnxGraph) node(op, output string, inputs []string, attributes ...*message) {
	var n message
	n.text(1, g.last)
	for _, in := range inputs {
		n.text(1, in)
	}
	n.text(2, output)
	n.text(3, output)
	n.text(4, op)
	for _, a := range attributes {
		n.message(5, a)
	}
	g.graph.message(1, &n)
	g.last = output
}

// value is a ValueInfoProto: a float tensor whose first dimension is the batch.
func value(name string, dims ...int) *message {
	var shape, tensor, typ, info message
	var batch message
	batch.text(2, "N")
	shape.message(1, &batch)
	for _, d := range dims {
		var dim message
		dim.varint(1, int64(d))
		shape.message(1, &dim)
	}
	tensor.varint(1, 1)
	tensor.message(2, &shape)
	typ.message(1, &tensor)
	info.text(1, name)
	info.message(2, &typ)
	return &info
}

// onnx builds the file.
func (m *Model) onnx() []byte {
	g := &onnxGraph{last: "images"}
	c := m.Input.C
	g.node("Sub", "centred", []string{g.constant("pixel_mean", m.PixelMean, 1, c, 1, 1)})
	g.node("Div", "normalised", []string{g.constant("pixel_std", m.PixelStd, 1, c, 1, 1)})
	for i, l := range m.Network {
		w := &m.Convs[i]
		id := fmt.Sprintf("conv%d", i+1)
		p := l.Kernel / 2
		g.node("Conv", id, []string{g.constant(id+".weight", w.Weights, l.Filters, c, l.Kernel, l.Kernel)},
			attribute("kernel_shape", []int{l.Kernel, l.Kernel}), attribute("pads", []int{p, p, p, p}),
			attribute("strides", []int{l.Stride, l.Stride}))
		bn := fmt.Sprintf("bn%d", i+1)
		g.node("BatchNormalization", bn, []string{
			g.constant(bn+".scale", w.Gamma, l.Filters), g.constant(bn+".bias", w.Beta, l.Filters),
			g.constant(bn+".mean", w.Mean, l.Filters), g.constant(bn+".var", w.Var, l.Filters),
		}, attribute("epsilon", float32(engine.Epsilon)))
		g.node("Relu", fmt.Sprintf("relu%d", i+1), nil)
		c = l.Filters
	}
	features := c
	if m.Head == hw.PoolHead {
		g.node("GlobalAveragePool", "gap", nil)
	} else {
		h, w := m.outputSize()
		features *= h * w
	}
	g.node("Flatten", "features", nil, attribute("axis", 1))
	g.node("Gemm", "logits", []string{
		g.constant("dense.weight", m.Dense, len(m.Classes), features), g.constant("dense.bias", m.Bias, len(m.Classes)),
	}, attribute("transB", 1))
	g.graph.text(2, m.Network.String())
	g.graph.message(11, value("images", m.Input.C, m.Input.H, m.Input.W))
	g.graph.message(12, value("logits", len(m.Classes)))

	var opset, property, file message
	opset.text(1, "")
	opset.varint(2, onnxOpset)
	property.text(1, "classes")
	property.text(2, strings.Join(m.Classes, ","))
	file.varint(1, onnxIR)
	file.text(2, "coexplore")
	file.message(7, &g.graph)
	file.message(8, &opset)
	file.message(14, &property)
	return file.b
}
