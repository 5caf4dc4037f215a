package netfile

import (
	"errors"
	"fmt"
	"slices"

	"coexplore/hw"
)

// flatten handles Flatten at axis 1.
func (g *onnxGraph) flatten(n *onnxNode, operands []onnxOperand) (onnxOperand, error) {
	if axis := n.integer("axis", 1); axis != 1 && !(axis == -3 && !operands[0].flat) {
		return onnxOperand{}, fmt.Errorf("axis is %d: want 1, all but the batch", axis)
	}
	return onnxOperand{layer: operands[0].layer, flat: true}, nil
}

// transpose moves channels behind rows and columns, or before them. On the input it says
// that its channels are last in the file.
func (g *onnxGraph) transpose(n *onnxNode, operands []onnxOperand) (onnxOperand, error) {
	out, perm := operands[0], n.attribute("perm").ints
	still := true
	for i, p := range perm {
		still = still && p == int64(i)
	}
	switch {
	case len(perm) > 0 && still:
	case out.flat || len(perm) != 4:
		return out, fmt.Errorf("moves dimensions as %v: want channels before rows and columns or behind them", perm)
	case out.last && slices.Equal(perm, []int64{0, 3, 1, 2}):
		out.last = false
	case !out.last && slices.Equal(perm, []int64{0, 2, 3, 1}):
		out.last = true
	case out.layer < 0 && slices.Equal(perm, []int64{0, 3, 1, 2}):
		s := g.shape(out)
		return out, g.again(hw.Shape{C: s.W, H: s.C, W: s.H})
	default:
		return out, fmt.Errorf("moves dimensions as %v: want channels before rows and columns or behind them", perm)
	}
	return out, nil
}

// again begins the network anew, on an input of another shape than was thought.
func (g *onnxGraph) again(s hw.Shape) error {
	if len(g.names) > 1 {
		return errors.New("layers have read the input as another shape before: want one")
	}
	g.build = hw.NewBuilder("", s, 1)
	return g.build.Err()
}

// unsqueeze gives features rows and columns of one, and the input a channel.
func (g *onnxGraph) unsqueeze(n *onnxNode, operands []onnxOperand) (onnxOperand, error) {
	out, axes := operands[0], n.attribute("axes").ints
	if t := constantInput(operands, 1); t != nil {
		axes = t.ints
	}
	s := g.shape(out)
	switch {
	case out.flat && !slices.ContainsFunc(axes, func(a int64) bool { return a != -1 && a != -2 && a < 2 }):
		out.flat = len(axes) != 2 || s.H != 1 || s.W != 1 // channels x 1 x 1 is a map again
	case !out.flat && out.layer < 0 && s.C == 1 && slices.Equal(axes, []int64{1}):
	default:
		return out, fmt.Errorf("adds dimensions %v to %v: want rows and columns of one behind features", axes, s)
	}
	return out, nil
}

// reshape allows to flatten, to keep the shape, and to say that the input is a picture.
func (g *onnxGraph) reshape(n *onnxNode, operands []onnxOperand) (onnxOperand, error) {
	s := g.shape(operands[0])
	t := constantInput(operands, 1)
	if t == nil || t.ints == nil {
		return onnxOperand{}, errors.New("the shape to make is not known")
	}
	to := t.ints
	have := []int64{int64(s.C), int64(s.H), int64(s.W)}
	if operands[0].last {
		have = []int64{have[1], have[2], have[0]}
	}
	flat := len(to) == 2 && (to[1] == s.Size() || to[1] == -1 && to[0] != -1)
	kept := len(to) == 4
	for i := 1; kept && i < 4; i++ {
		kept = to[i] == have[i-1] || to[i] == 0 && !operands[0].flat || to[i] == -1 && to[0] != -1
	}
	switch {
	case flat:
		return onnxOperand{layer: operands[0].layer, flat: true}, nil
	case kept && !operands[0].flat:
		return operands[0], nil
	case kept, len(to) == 4 && operands[0].flat && to[1] == s.Size() && to[2] == 1 && to[3] == 1 && s.H == 1 && s.W == 1:
		return onnxOperand{layer: operands[0].layer}, nil
	case len(to) == 4 && operands[0].layer < 0:
		if dims := reshaped(&onnxTensor{dims: []int64{1, s.Size()}}, append([]int64{1}, to[1:]...)); dims != nil {
			return onnxOperand{layer: -1}, g.again(hw.Shape{C: int(dims[1]), H: int(dims[2]), W: int(dims[3])})
		}
	}
	return onnxOperand{}, fmt.Errorf("makes %v of %v: want batch x %d, flattened", to, s, s.Size())
}

// squeeze takes rows and columns away where there is one of each.
func (g *onnxGraph) squeeze(n *onnxNode, operands []onnxOperand) (onnxOperand, error) {
	s, axes := g.shape(operands[0]), axesOf(n, operands, 4)
	if operands[0].flat && len(axes) > 0 && axes[0] >= 2 { // of Unsqueeze
		return operands[0], nil
	}
	if operands[0].flat || s.H != 1 || s.W != 1 || !slices.Equal(axes, []int64{2, 3}) {
		return onnxOperand{}, fmt.Errorf("want axes 2 and 3 of one row and one column, not of %v", s)
	}
	return onnxOperand{layer: operands[0].layer, flat: true}, nil
}
