package rtl

import (
	"fmt"
	"math"
	"math/rand/v2"

	"coexplore/hw"
)

// fromLayer makes a network's layer one of the engine's, without weights and input. ReLU
// follows convolutions, batch normalisation being folded into them, and fully connected
// layers only where relu says so. Sums of two maps are refused.
func fromLayer(l *hw.Layer, relu bool, bits int) (Layer, error) {
	e := Layer{Loops: l.Loops(), InRows: l.In.H, InCols: l.In.W, Pad: l.Pad, Unit: 1}
	e.ExtraPad = 0 // counts under the authors' scripts alone
	switch l.Kind {
	case hw.Conv:
		e.ReLU = true
	case hw.Dense:
		e.ReLU = relu
		e.InRows, e.InCols, e.Pad = 1, 1, 0
	case hw.MaxPool:
		e.Largest = true
	case hw.AvgPool:
		e.Unit, e.Shift = mean(l.Kernel*l.Kernel, bits)
	case hw.GlobalAvgPool:
		e.Unit, e.Shift = mean(l.In.H*l.In.W, bits)
	default:
		return e, fmt.Errorf("rtl: layer %s, %v: sums of maps are not built", l.Name, l.Kind)
	}
	return e, nil
}

// mean is the weight and the shift that divide by n: the engine multiplies by
// 2^shift/n, rounded. (Rounding, tile by tile of a whole map, and the weight's own make
// it another than an exact mean by a few units of the last place.)
func mean(n, bits int) (unit, shift int) {
	for shift = 0; shift < 24; shift++ {
		if next := math.Round(float64(int64(2)<<shift) / float64(n)); next > float64(int64(1)<<(bits-1)-1) {
			break
		}
	}
	return max(1, int(math.Round(float64(int64(1)<<shift)/float64(n)))), shift
}

// FromNetwork makes layers first to last (from 0, both included) of a network, which
// must follow one another, layers of the engine.
func FromNetwork(net *hw.Network, first, last, bits int) ([]Layer, error) {
	if first < 0 || last >= len(net.Layers) || first > last {
		return nil, fmt.Errorf("rtl: layers %d to %d of %s: it has %d", first+1, last+1, net.Name, len(net.Layers))
	}
	var out []Layer
	for i := first; i <= last; i++ {
		l := &net.Layers[i]
		for _, from := range l.Inputs {
			if i > first && from != i-1 {
				return nil, fmt.Errorf("rtl: layer %d (%s) of %s reads layer %d: the engine runs chains; give a part of the network that is one", i+1, l.Name, net.Name, from+1)
			}
		}
		e, err := fromLayer(l, i+1 < len(net.Layers), bits)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// Randomize gives every layer random weights and biases, and the first a random map,
// with shifts that keep the size of the words from layer to layer: a stand-in for a
// trained network where cycles are asked for, which do not depend on the words.
func (p *Program) Randomize(seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 0))
	word := func() int32 { return int32(rng.IntN(1<<p.Bits) - 1<<(p.Bits-1)) }
	for i := range p.Layers {
		l := &p.Layers[i]
		if i == 0 {
			l.Input = make([]int32, l.InRows*l.InCols*l.N)
			for k := range l.Input {
				l.Input[k] = word()
			}
		}
		if !l.Weighted {
			continue
		}
		fan := float64(l.N/l.Groups) * float64(l.K*l.K)
		l.Shift = max(0, p.Bits-1+int(math.Round(math.Log2(math.Sqrt(fan/6)))))
		l.Weights, l.Bias = make([]int32, l.weights()), make([]int64, l.M)
		for k := range l.Weights {
			l.Weights[k] = word()
		}
		for k := range l.Bias {
			l.Bias[k] = int64(word()) << (p.Bits / 2)
		}
	}
}
