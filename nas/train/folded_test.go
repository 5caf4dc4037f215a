package train

import (
	"math"
	"testing"

	"coexplore/data"
	"coexplore/hw"
)

// TestFolded computes the logits in plain loops from the folded weights.
func TestFolded(t *testing.T) {
	set := data.Shapes(1, 100, 3)
	for _, head := range []hw.Head{hw.FlattenHead, hw.PoolHead} {
		m, _ := trained(t, "3x4,5x6s2,1x3s2", head, set)
		want, err := m.Logits(t.Context(), set.Test)
		if err != nil {
			t.Fatal(err)
		}
		net, err := m.Network.Network(m.Input, len(m.Classes), head)
		if err != nil {
			t.Fatal(err)
		}
		weights, biases := m.Folded()
		for n, logits := range want {
			x := m.Normalized(set.Test.At(n))
			for i := range m.Network {
				x = plainConv(x, &net.Layers[i], weights[i], biases[i])
			}
			if head == hw.PoolHead {
				x = means(x, net.Layers[len(m.Network)].In.C)
			}
			last := len(weights) - 1
			for k, logit := range logits {
				v := biases[last][k]
				for f, feature := range x {
					v += feature * weights[last][k*len(x)+f]
				}
				if math.Abs(v-float64(logit)) > 1e-4 {
					t.Errorf("%v, picture %d: logit %d is %v, want %v", head, n, k, v, logit)
				}
			}
		}
	}
}

// means are those of the channels of a map.
func means(x []float64, channels int) []float64 {
	out := make([]float64, channels)
	for i, v := range x {
		out[i%channels] += v * float64(channels) / float64(len(x))
	}
	return out
}

// plainConv is a convolution and ReLU on a map in the order row, column, channel.
func plainConv(x []float64, l *hw.Layer, weights, bias []float64) []float64 {
	n, loops := l.In, l.Loops()
	var out []float64
	for r := range loops.R {
		for c := range loops.C {
			for m := range loops.M {
				v := bias[m]
				for w, weight := range weights[m*loops.N*l.Kernel*l.Kernel : (m+1)*loops.N*l.Kernel*l.Kernel] {
					ch, k := w/(l.Kernel*l.Kernel), w%(l.Kernel*l.Kernel)
					y, z := r*loops.S+k/l.Kernel-l.Pad, c*loops.S+k%l.Kernel-l.Pad
					if y >= 0 && z >= 0 && y < n.H && z < n.W {
						v += weight * x[(y*n.W+z)*n.C+ch]
					}
				}
				out = append(out, max(0, v))
			}
		}
	}
	return out
}
