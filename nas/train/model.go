package train

import (
	"coexplore/hw"
)

// A Model is a trained child: what is needed to run it, without what was needed
// to train it. Weights are in the layout of ONNX and PyTorch.
type Model struct {
	Network hw.Chain
	Head    hw.Head
	Input   hw.Shape
	Classes []string

	// PixelMean and PixelStd normalise each channel of the input: a value v of
	// 0 to 255 becomes (v-mean)/std.
	PixelMean, PixelStd []float32

	Convs []ConvWeights
	// Dense is [class][feature], features in the order channel, row, column.
	Dense, Bias []float32
}

// ConvWeights are the weights of a convolution, [output channel][input
// channel][row][column], and of the batch normalisation behind it, a value a
// channel.
type ConvWeights struct {
	Weights                []float32
	Gamma, Beta, Mean, Var []float32
}

// newModel copies the weights out of a child's network.
func newModel(c *child) *Model {
	m := &Model{
		Network: append(hw.Chain(nil), c.chain...), Head: c.opt.Head,
		Input:     hw.Shape{C: c.config.C, H: c.config.H, W: c.config.W},
		Classes:   append([]string(nil), c.set.Classes...),
		PixelMean: append([]float32(nil), c.norm.mean...), PixelStd: append([]float32(nil), c.norm.std...),
	}
	n := c.net
	for i, l := range n.Convs {
		b := n.Norms[i]
		w := ConvWeights{
			Weights: make([]float32, len(l.Weights)),
			Gamma:   append([]float32(nil), b.Gamma...), Beta: append([]float32(nil), b.Beta...),
			Mean: append([]float32(nil), b.Mean...), Var: append([]float32(nil), b.Var...),
		}
		reorder(l.K*l.K, l.F, l.C, func(engine, model int) { w.Weights[model] = l.Weights[engine] })
		m.Convs = append(m.Convs, w)
	}
	m.Dense = make([]float32, len(n.Dense.Weights))
	m.denseOrder(func(engine, model int) { m.Dense[model] = n.Dense.Weights[engine] })
	m.Bias = append([]float32(nil), n.Bias...)
	return m
}

// reorder visits the weights of a convolution of taps window positions: the
// engine has [tap][output][input], the model [output][input][tap].
func reorder(taps, outs, ins int, visit func(engine, model int)) {
	for t := range taps {
		for f := range outs {
			for c := range ins {
				visit((t*outs+f)*ins+c, (f*ins+c)*taps+t)
			}
		}
	}
}

// denseOrder visits the weights of the dense layer: the engine's features are in
// the order row, column, channel, the model's channel, row, column.
func (m *Model) denseOrder(visit func(engine, model int)) {
	pixels, channels := 1, m.Network[len(m.Network)-1].Filters
	if m.Head == hw.FlattenHead {
		h, w := m.outputSize()
		pixels = h * w
	}
	for k := range m.Classes {
		for p := range pixels {
			for c := range channels {
				base := k * pixels * channels
				visit(base+p*channels+c, base+c*pixels+p)
			}
		}
	}
}

// outputSize is the extent of the last convolution's output.
func (m *Model) outputSize() (h, w int) {
	h, w = m.Input.H, m.Input.W
	for _, l := range m.Network {
		h, w = (h+l.Stride-1)/l.Stride, (w+l.Stride-1)/l.Stride
	}
	return h, w
}
