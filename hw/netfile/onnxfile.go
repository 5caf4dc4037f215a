package netfile

import (
	"bufio"
	"fmt"
	"io"
)

// Of an ONNX file what describes the network: names, shapes and operators, no
// weights. Field numbers are those of onnx.proto
// (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).

// onnxModel is a ModelProto with its GraphProto.
type onnxModel struct {
	nodes   []onnxNode
	tensors map[string]*onnxTensor // initializers
	inputs  []onnxValue
	outputs []onnxValue
	known   map[string][]int64 // shapes that the file declares
}

// onnxNode is a NodeProto.
type onnxNode struct {
	name, op, domain string
	inputs, outputs  []string
	attributes       []onnxAttribute
}

// onnxAttribute is an AttributeProto; floats are left out.
type onnxAttribute struct {
	name   string
	i      int64
	s      string
	ints   []int64
	tensor *onnxTensor
}

// onnxTensor is a TensorProto. Only whole numbers are kept, and few of them:
// those that shapes are made of.
type onnxTensor struct {
	name string
	dims []int64
	ints []int64 // nil: not kept
}

// onnxValue is a ValueInfoProto: a shape whose unknown sizes are 0.
type onnxValue struct {
	name string
	dims []int64
}

const (
	maxKept   = 1 << 19 // names, numbers, nodes and attributes kept of a file
	maxValues = 64      // of a tensor whose numbers are kept
	maxDims   = 16      // of a tensor
	tensorI32 = 6       // TensorProto.DataType.INT32
	tensorI64 = 7       // and INT64
)

// readModel reads what describes the network.
func readModel(r io.Reader, size int64) (*onnxModel, error) {
	w := &wire{r: bufio.NewReaderSize(r, 1<<16), kept: maxKept}
	m := &onnxModel{tensors: map[string]*onnxTensor{}, known: map[string][]int64{}}
	graphs := 0
	err := w.message(size, func(f field) error {
		if f.number != 7 || f.typ != wireBytes {
			return nil
		}
		graphs++
		return m.graph(w, f.size)
	})
	if err == nil && graphs != 1 {
		err = fmt.Errorf("no ONNX file, or a damaged one: it has %d graphs, not one", graphs)
	}
	return m, err
}

// graph reads a GraphProto.
func (m *onnxModel) graph(w *wire, size int64) error {
	return w.message(size, func(f field) (err error) {
		switch f.number {
		case 1:
			err = m.node(w, f.size)
		case 5:
			var t *onnxTensor
			if t, err = readTensor(w, f.size); err == nil {
				m.tensors[t.name] = t
			}
		case 11, 12, 13:
			var v onnxValue
			if v, err = readValue(w, f.size); err != nil {
				return err
			}
			switch f.number {
			case 11:
				m.inputs = append(m.inputs, v)
			case 12:
				m.outputs = append(m.outputs, v)
			}
			m.known[v.name] = v.dims
		case 15:
			err = fmt.Errorf("sparse weights are not supported")
		}
		return err
	})
}

// node reads a NodeProto.
func (m *onnxModel) node(w *wire, size int64) error {
	if err := w.keep(4); err != nil {
		return err
	}
	var n onnxNode
	err := w.message(size, func(f field) (err error) {
		var s string
		switch f.number {
		case 1, 2:
			if s, err = w.text(f); f.number == 1 {
				n.inputs = append(n.inputs, s)
			} else {
				n.outputs = append(n.outputs, s)
			}
		case 3:
			n.name, err = w.text(f)
		case 4:
			n.op, err = w.text(f)
		case 5:
			var a onnxAttribute
			a, err = readAttribute(w, f.size)
			n.attributes = append(n.attributes, a)
		case 7:
			n.domain, err = w.text(f)
		}
		return err
	})
	m.nodes = append(m.nodes, n)
	return err
}

// readAttribute reads an AttributeProto.
func readAttribute(w *wire, size int64) (a onnxAttribute, err error) {
	if err := w.keep(4); err != nil {
		return a, err
	}
	err = w.message(size, func(f field) (err error) {
		switch f.number {
		case 1:
			a.name, err = w.text(f)
		case 3:
			a.i = int64(f.value)
		case 4:
			if f.size <= 64 {
				a.s, err = w.text(f)
			}
		case 5:
			a.tensor, err = readTensor(w, f.size)
		case 8:
			a.ints, err = w.ints(f, a.ints)
		}
		return err
	})
	return a, err
}

// readTensor reads a TensorProto without its weights.
func readTensor(w *wire, size int64) (*onnxTensor, error) {
	if err := w.keep(4); err != nil {
		return nil, err
	}
	t := &onnxTensor{}
	typ := uint64(0)
	err := w.message(size, func(f field) (err error) {
		switch {
		case f.number == 1:
			t.dims, err = w.ints(f, t.dims)
		case f.number == 2:
			typ = f.value
		case f.number == 7 && f.size <= 10*maxValues, f.number == 5 && f.size <= 10*maxValues && typ == tensorI32:
			t.ints, err = w.ints(f, t.ints)
		case f.number == 8:
			t.name, err = w.text(f)
		case f.number == 9 && f.size <= 8*maxValues && typ == tensorI64:
			t.ints, err = w.raw(f, 8)
		case f.number == 9 && f.size <= 4*maxValues && typ == tensorI32:
			t.ints, err = w.raw(f, 4)
		}
		return err
	})
	if len(t.ints) > maxValues {
		t.ints = nil
	}
	if err == nil && len(t.dims) > maxDims {
		err = fmt.Errorf("tensor %q has %d dimensions: want at most %d", t.name, len(t.dims), maxDims)
	}
	return t, err
}

// readValue reads a ValueInfoProto with the TypeProto of a tensor in it.
func readValue(w *wire, size int64) (v onnxValue, err error) {
	if err := w.keep(4); err != nil {
		return v, err
	}
	dim := func(f field) error {
		n := int64(0)
		err := w.message(f.size, func(f field) error {
			if f.number == 1 {
				n = int64(f.value)
			}
			return nil
		})
		v.dims = append(v.dims, n)
		if err == nil {
			err = w.keep(1)
		}
		return err
	}
	// inside calls visit for the messages in field number of a message.
	inside := func(number int, visit func(field) error) func(field) error {
		return func(f field) error {
			return w.message(f.size, func(f field) error {
				if f.number != number || f.typ != wireBytes {
					return nil
				}
				return visit(f)
			})
		}
	}
	// TypeProto.tensor_type, its shape, the shape's dimensions.
	typ := inside(1, inside(2, inside(1, dim)))
	err = w.message(size, func(f field) (err error) {
		switch f.number {
		case 1:
			v.name, err = w.text(f)
		case 2:
			err = typ(f)
		}
		return err
	})
	return v, err
}
