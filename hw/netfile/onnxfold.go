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
		return transposed(first, n.attribute("perm").ints)
	case "Slice":
		return sliced(first, n, operands)
	case "ConstantOfShape":
		size := first.elements()
		if first.ints != nil {
			size = (&onnxTensor{dims: first.ints}).elements()
		}
		if value := n.attribute("value").tensor; size <= maxValues && value != nil && len(value.ints) == 1 {
			return vector(slices.Repeat(value.ints, int(size)))
		}
	case "Add", "Sub", "Mul", "Div":
		return computed(n.op, operands)
	case "ReduceProd":
		if first.ints != nil {
			product := int64(1)
			for _, v := range first.ints {
				product *= v
			}
			out.ints = []int64{product}
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
			return vector(n.part(out.ints))
		}
	case "Gather":
		if len(operands) == 2 && operands[1].constant != nil {
			for _, i := range operands[1].constant.ints {
				if i < 0 {
					i += int64(len(first.ints))
				}
				if i < 0 || i >= int64(len(first.ints)) {
					return &onnxTensor{}
				}
				out.ints = append(out.ints, first.ints[i])
			}
			out.dims = operands[1].constant.dims
		}
	case "Concat":
		for _, v := range operands {
			if v.constant == nil || v.constant.ints == nil || len(out.ints) > maxValues {
				return &onnxTensor{}
			}
			out.ints = append(out.ints, v.constant.ints...)
		}
		return vector(out.ints)
	}
	return out
}

// vector is a constant of one dimension.
func vector(ints []int64) *onnxTensor {
	return &onnxTensor{dims: []int64{int64(len(ints))}, ints: ints}
}

// transposed is a constant with its dimensions moved; its numbers are kept where it has
// two at most.
func transposed(t *onnxTensor, perm []int64) *onnxTensor {
	out := &onnxTensor{}
	for i := range t.dims {
		from := int64(len(t.dims) - 1 - i)
		if i < len(perm) {
			from = perm[i]
		}
		if from < 0 || from >= int64(len(t.dims)) {
			return &onnxTensor{}
		}
		out.dims = append(out.dims, t.dims[from])
	}
	if same := len(t.dims) < 2 || slices.Equal(out.dims, t.dims) && slices.IsSorted(perm) && perm != nil; same {
		out.ints = t.ints
	} else if len(t.dims) == 2 && t.elements() == int64(len(t.ints)) {
		for c := range t.dims[1] {
			for r := range t.dims[0] {
				out.ints = append(out.ints, t.ints[r*t.dims[1]+c])
			}
		}
	}
	return out
}

// sliced is what Slice takes of the rows of a constant, or of its numbers where it has one
// dimension; nothing where it takes of other dimensions.
func sliced(t *onnxTensor, n *onnxNode, operands []onnxOperand) *onnxTensor {
	argument := func(name string, place int, otherwise int64) (int64, bool) {
		v := n.attribute(name).ints
		if c := constantInput(operands, place); c != nil {
			v = c.ints
		}
		if len(v) == 0 {
			return otherwise, otherwise >= 0
		}
		return v[0], len(v) == 1
	}
	from, ok1 := argument("starts", 1, -1)
	to, ok2 := argument("ends", 2, -1)
	axis, ok3 := argument("axes", 3, 0)
	step, ok4 := argument("steps", 4, 1)
	if !ok1 || !ok2 || !ok3 || !ok4 || axis != 0 || step == 0 || len(t.dims) == 0 || len(t.ints) == 0 || t.elements() != int64(len(t.ints)) {
		return &onnxTensor{}
	}
	rows := t.dims[0]
	width := int64(len(t.ints)) / rows
	least, most := int64(0), rows // of where it begins and ends
	if step < 0 {
		least, most = -1, rows-1
	}
	for _, v := range []*int64{&from, &to} {
		if *v < 0 {
			*v = max(*v, -rows-1) + rows
		}
		*v = min(max(*v, least), most)
	}
	out := &onnxTensor{dims: slices.Clone(t.dims)}
	out.dims[0] = 0
	for i := from; step > 0 && i < to || step < 0 && i > to; i += step {
		out.ints = append(out.ints, t.ints[i*width:(i+1)*width]...)
		out.dims[0]++
	}
	return out
}

// computed is arithmetic on two constants, of which one may be a single number; nothing
// where their numbers are not kept.
func computed(op string, operands []onnxOperand) *onnxTensor {
	a, b := constantInput(operands, 0), constantInput(operands, 1)
	if a == nil || b == nil || len(a.ints) == 0 || len(b.ints) == 0 || len(a.ints) != len(b.ints) && len(a.ints) != 1 && len(b.ints) != 1 {
		return &onnxTensor{}
	}
	out := &onnxTensor{dims: a.dims}
	if len(b.ints) > len(a.ints) {
		out.dims = b.dims
	}
	for i := range max(len(a.ints), len(b.ints)) {
		x, y := a.ints[i%len(a.ints)], b.ints[i%len(b.ints)]
		switch op {
		case "Add":
			x += y
		case "Sub":
			x -= y
		case "Mul":
			x *= y
		case "Div":
			if y == 0 {
				return &onnxTensor{}
			}
			x /= y
		}
		out.ints = append(out.ints, x)
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
