package netfile

import (
	"errors"
	"fmt"
	"slices"

	"coexplore/hw"
)

// both are the two numbers of a list, for rows and columns; nil where there is none.
func (n *onnxNode) both(name string) ([]int64, error) {
	v := n.attribute(name).ints
	if len(v) != 0 && len(v) != 2 {
		return nil, fmt.Errorf("%s has %d numbers: want two, for rows and columns", name, len(v))
	}
	return v, nil
}

// window reads what convolutions and pooling share; what Pad put around the map
// is part of the padding.
func (n *onnxNode) window(s hw.Shape, before hw.Padding, kernel []int64) (w hw.Window, err error) {
	if given, err := n.both("kernel_shape"); err != nil {
		return w, err
	} else if given != nil {
		kernel = given
	}
	w.Kernel, w.Columns = int(kernel[0]), int(kernel[1])
	strides, err := n.both("strides")
	if err != nil {
		return w, err
	}
	if strides == nil {
		strides = []int64{1, 1}
	}
	w.Stride, w.Step = int(strides[0]), int(strides[1])
	if d, err := n.both("dilations"); err != nil || slices.ContainsFunc(d, func(v int64) bool { return v != 1 }) {
		return w, errors.New("dilations other than 1 are not in the hardware model: replace the layer, or export the network up to it")
	}
	for _, v := range []int{w.Kernel, w.Columns, w.Stride, w.Step} {
		if v < 1 || v > 1<<20 {
			return w, fmt.Errorf("kernel_shape and strides must be from 1 to %d, not %d", 1<<20, v)
		}
	}
	w.Padding = hw.Pad(0)
	auto := n.attribute("auto_pad").s
	switch auto {
	case "", "NOTSET":
		pads := n.attribute("pads").ints
		if len(pads) != 0 && len(pads) != 4 {
			return w, fmt.Errorf("pads has %d numbers: want four", len(pads))
		}
		for i, to := range []*int{&w.Padding.Top, &w.Padding.Left, &w.Padding.Bottom, &w.Padding.Right} {
			if i < len(pads) {
				*to = int(pads[i])
			}
		}
	case "VALID":
	case "SAME_UPPER", "SAME_LOWER": // they differ in the side of an odd row, which changes no shape
		h, v := same(s.H+before.Top+before.Bottom, w.Kernel, w.Stride), same(s.W+before.Left+before.Right, w.Columns, w.Step)
		w.Padding = &hw.Padding{Top: h / 2, Left: v / 2, Bottom: h - h/2, Right: v - v/2}
	default:
		return w, fmt.Errorf("auto_pad is %q: want NOTSET, VALID, SAME_UPPER or SAME_LOWER", auto)
	}
	w.Padding = plus(*w.Padding, before)
	return w, nil
}

// plus is padding around padding.
func plus(a, b hw.Padding) *hw.Padding {
	return &hw.Padding{Top: a.Top + b.Top, Left: a.Left + b.Left, Bottom: a.Bottom + b.Bottom, Right: a.Right + b.Right}
}

// pad handles Pad of rows and columns with a constant.
func (g *onnxGraph) pad(n *onnxNode, operands []onnxOperand) (onnxOperand, error) {
	out := operands[0]
	if mode := n.attribute("mode").s; mode != "" && mode != "constant" {
		return out, fmt.Errorf("mode is %q: want constant", mode)
	}
	pads := n.attribute("pads").ints
	if t := constantInput(operands, 1); t != nil {
		pads = t.ints
	}
	axes := []int64{0, 1, 2, 3}
	if constantInput(operands, 3) != nil {
		axes = constantInput(operands, 3).ints
	}
	if out.flat || len(pads) == 0 || len(pads) != 2*len(axes) {
		return out, errors.New("want a constant padding of four dimensions")
	}
	var before, after [4]int // of each dimension
	for i, axis := range axes {
		if axis < 0 {
			axis += 4
		}
		for _, v := range []int64{pads[i], pads[len(axes)+i]} {
			if v < 0 || v > 1<<20 || axis < 0 || axis > 3 {
				return out, fmt.Errorf("pads are %v along %v: want no negative ones, of four dimensions", pads, axes)
			}
		}
		before[axis], after[axis] = int(pads[i]), int(pads[len(axes)+i])
	}
	if out.layer < 0 && !out.last && before[1]+after[1] > 0 && before[3]+after[3] == 0 { // of a picture with channels last
		s := g.shape(out)
		if err := g.again(hw.Shape{C: s.W, H: s.C, W: s.H}); err != nil {
			return out, err
		}
		out.last = true
	}
	rows, columns, channels := 2, 3, 1
	if out.last {
		rows, columns, channels = 1, 2, 3
	}
	if before[0]+after[0]+before[channels]+after[channels] > 0 {
		return out, fmt.Errorf("pads are %v: want none for batch and channels", pads)
	}
	out.padding = *plus(out.padding, hw.Padding{Top: before[rows], Left: before[columns], Bottom: after[rows], Right: after[columns]})
	return out, nil
}

// same is the padding, both sides together, that makes ceil(size/stride) positions.
func same(size, kernel, stride int) int {
	return max(0, ((size+stride-1)/stride-1)*stride+kernel-size)
}

// conv reads weights of filters x channels of a group x rows x columns.
func (g *onnxGraph) conv(n *onnxNode, operands []onnxOperand) (onnxOperand, error) {
	s := g.shape(operands[0])
	weights := constantInput(operands, 1)
	if weights == nil || len(weights.dims) != 4 || operands[0].flat {
		return onnxOperand{}, errors.New("want a feature map and constant weights of four dimensions")
	}
	d := weights.dims
	w, err := n.window(s, operands[0].padding, d[2:])
	if err != nil {
		return onnxOperand{}, err
	}
	groups := n.integer("group", 1)
	if int64(w.Kernel) != d[2] || int64(w.Columns) != d[3] || groups < 1 || groups > 1<<20 || d[1] < 0 || d[1] > 1<<20 || d[1]*groups != int64(s.C) {
		return onnxOperand{}, fmt.Errorf("weights of %v do not fit a %dx%d window and %d group(s) on %d channels", d, w.Kernel, w.Columns, groups, s.C)
	}
	return onnxOperand{layer: g.build.Conv(g.name(n), hw.Convolution{Kernel: w.Kernel, Columns: w.Columns, Filters: int(d[0]), Stride: w.Stride, Step: w.Step,
		Groups: int(groups), Padding: w.Padding, Bias: constantInput(operands, 2) != nil})}, nil
}

// pool handles MaxPool and AveragePool. Rounding up (ceil_mode) is padding
// below and to the right.
func (g *onnxGraph) pool(n *onnxNode, operands []onnxOperand) (onnxOperand, error) {
	s := g.shape(operands[0])
	if operands[0].flat {
		return onnxOperand{}, errors.New("want a feature map, not a flattened one")
	}
	if n.op == "AveragePool" && n.isWholeMap(s, operands[0].padding) {
		return onnxOperand{layer: g.build.GlobalPool(g.name(n))}, nil
	}
	w, err := n.window(s, operands[0].padding, []int64{0, 0})
	if err != nil {
		return onnxOperand{}, err
	}
	if n.integer("ceil_mode", 0) != 0 {
		w.Padding.Bottom = roundUp(s.H, w.Kernel, w.Stride, w.Padding.Top, w.Padding.Bottom)
		w.Padding.Right = roundUp(s.W, w.Columns, w.Step, w.Padding.Left, w.Padding.Right)
	}
	kind := hw.MaxPool
	if n.op == "AveragePool" {
		kind = hw.AvgPool
	}
	return onnxOperand{layer: g.build.Pool(g.name(n), kind, w)}, nil
}

// isWholeMap reports whether a window is all of a map that is not square, without padding:
// the mean over it.
func (n *onnxNode) isWholeMap(s hw.Shape, before hw.Padding) bool {
	padded := before != (hw.Padding{})
	for _, p := range n.attribute("pads").ints {
		padded = padded || p != 0
	}
	return !padded && s.H != s.W && slices.Equal(n.attribute("kernel_shape").ints, []int64{int64(s.H), int64(s.W)})
}

// roundUp is the padding after a map for a last window that is not whole; one
// that would lie in the padding alone is left out.
func roundUp(size, kernel, stride, before, after int) int {
	rest := size + before + after - kernel
	if rest < 0 {
		return after
	}
	positions := (rest + stride - 1) / stride
	if positions*stride >= size+before {
		positions--
	}
	return max(after, after+positions*stride-rest)
}
