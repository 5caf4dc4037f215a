package netfile

import "slices"

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
	case "Identity", "Cast", "QuantizeLinear", "DequantizeLinear":
		return first
	case "Reshape":
		out.ints = first.ints
		if t := constantInput(operands, 1); t != nil {
			out.dims = reshaped(first, t.ints)
		}
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
			if operands[0].last {
				out.ints = []int64{1, int64(s.H), int64(s.W), int64(s.C)}
			}
			if operands[0].flat {
				out.ints = []int64{1, s.Size()}
			}
			out.ints = n.part(out.ints)
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

// part is the dimensions from start to end, attributes that Shape has since opset 15.
func (n *onnxNode) part(dims []int64) []int64 {
	place := func(name string, otherwise int64) int64 {
		i := n.integer(name, otherwise)
		if i < 0 {
			i += int64(len(dims))
		}
		return min(max(i, 0), int64(len(dims)))
	}
	from, to := place("start", 0), place("end", int64(len(dims)))
	return dims[from:max(from, to)]
}

// reshaped is the dimensions that Reshape gives a constant; none where they do not fit.
func reshaped(t *onnxTensor, to []int64) []int64 {
	dims, known, free := slices.Clone(to), int64(1), -1
	for i := range dims {
		if dims[i] == 0 && i < len(t.dims) {
			dims[i] = t.dims[i]
		}
		switch {
		case dims[i] == -1 && free < 0:
			free = i
		case dims[i] < 1 || dims[i] > 1<<40/known:
			return nil
		default:
			known *= dims[i]
		}
	}
	n := t.elements()
	if free >= 0 {
		dims[free] = n / known
		known *= dims[free]
	}
	if known != n || len(dims) > maxDims {
		return nil
	}
	return dims
}
