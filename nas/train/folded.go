package train

import (
	"math"

	"coexplore/hw"
	"coexplore/nas/train/internal/engine"
)

// Folded returns the model as an accelerator computes it: the weights and biases of
// each convolution, in the layout of ConvWeights, with its batch normalisation in them,
// and last those of the dense layer, whose features are in the order row, column, channel.
func (m *Model) Folded() (weights, biases [][]float64) {
	for i := range m.Convs {
		c := &m.Convs[i]
		w, b := make([]float64, len(c.Weights)), make([]float64, len(c.Gamma))
		for k, gamma := range c.Gamma {
			scale := float64(gamma) / math.Sqrt(float64(c.Var[k])+engine.Epsilon)
			b[k] = float64(c.Beta[k]) - scale*float64(c.Mean[k])
			n := len(w) / len(b)
			for j := k * n; j < (k+1)*n; j++ {
				w[j] = scale * float64(c.Weights[j])
			}
		}
		weights, biases = append(weights, w), append(biases, b)
	}
	dense, bias := make([]float64, len(m.Dense)), make([]float64, len(m.Bias))
	features := len(m.Dense) / len(m.Bias)
	channels := m.Input.C
	if n := len(m.Network); n > 0 {
		channels = m.Network[n-1].Filters
	}
	for k, v := range m.Bias {
		bias[k] = float64(v)
		for f := range features {
			at := f
			if m.Head == hw.FlattenHead {
				at = f%channels*(features/channels) + f/channels
			}
			dense[k*features+f] = float64(m.Dense[k*features+at])
		}
	}
	return append(weights, dense), append(biases, bias)
}

// Normalized returns a picture as the model's first layer sees it, in the order row,
// column, channel. The pixels are those of data.Images.At.
func (m *Model) Normalized(pixels []uint8) []float64 {
	out := make([]float64, len(pixels))
	places := len(pixels) / m.Input.C
	for i, v := range pixels {
		c := i / places
		out[i%places*m.Input.C+c] = (float64(v) - float64(m.PixelMean[c])) / float64(m.PixelStd[c])
	}
	return out
}
