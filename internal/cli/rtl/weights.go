package rtl

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"coexplore/data"
	"coexplore/hw/rtl"
	"coexplore/internal/cli"
	"coexplore/nas/run"
	"coexplore/nas/train"
)

// calibrated is on how many training pictures words are chosen that do not saturate.
const calibrated = 16

// trained is a trained network for the accelerator, and the pictures to measure it on.
type trained struct {
	model  *train.Model
	set    *data.Set
	layers int // of the network
}

// Accuracy is how a trained network does in fixed point.
type Accuracy struct {
	Pictures int     `json:"pictures"`
	Float    float64 `json:"float"` // accuracy as it was trained
	Fixed    float64 `json:"fixed"` // by the plain reference in fixed point
	Same     int     `json:"same"`  // pictures that both put into the same class
	// RTL is the pictures, the first of them, that the hardware was given too.
	RTL int `json:"rtl"`
}

// readTrained reads the network in a weights file, whole, and opens its pictures.
func (f *Options) readTrained(cmd *cobra.Command) (string, []rtl.Layer, error) {
	m, err := train.LoadModel(f.weights)
	if err != nil {
		return "", nil, err
	}
	set, err := cli.OpenImages(f.data, run.Images{}, cmd.ErrOrStderr())
	if err != nil {
		return "", nil, err
	}
	if !slices.Equal(m.Classes, set.Classes) || set.Train.ImageBytes() != m.Input.C*m.Input.H*m.Input.W {
		return "", nil, fmt.Errorf("%s tells apart %s on pictures of %v, the images of %s are others: give the images that it was trained on with --data",
			f.weights, strings.Join(m.Classes, ", "), m.Input, f.data)
	}
	if n := set.Test.Len(); f.pictures > n {
		return "", nil, cli.Usagef("--pictures %d: %s has %d test images", f.pictures, f.data, n)
	}
	net, err := m.Network.Network(m.Input, len(m.Classes), m.Head)
	if err != nil {
		return "", nil, err
	}
	layers, err := rtl.FromNetwork(net, 0, len(net.Layers)-1, f.target.Bits)
	f.trained = &trained{m, set, len(layers)}
	return fmt.Sprintf("%v of %s", m.Network, f.weights), layers, err
}

// quantize gives the program the trained weights, and the first pictures one after the
// other. It measures the accuracy on all of them by the plain reference.
func (f *Options) quantize(ctx context.Context, p *rtl.Program) (*rtl.Program, *Accuracy, error) {
	t := f.trained
	weights, biases := t.model.Folded()
	real := make([]rtl.Real, len(p.Layers))
	for i, next := 0, 0; i < len(real); i++ {
		if p.Layers[i].Weighted {
			real[i] = rtl.Real{Weights: weights[next], Bias: biases[next]}
			next++
		}
	}
	var maps [][]float64
	for n := range min(calibrated, t.set.Train.Len()) {
		maps = append(maps, t.model.Normalized(t.set.Train.At(n)))
	}
	fractions, err := p.Quantize(real, maps)
	if err != nil {
		return nil, nil, err
	}
	some := t.set.Test.First(f.pictures)
	logits, err := t.model.Logits(ctx, some)
	if err != nil {
		return nil, nil, err
	}
	a := &Accuracy{Pictures: f.pictures, RTL: min(f.pictures, f.rtlPictures)}
	var inputs [][]int32
	for n, label := range some.Labels {
		in := rtl.Words(t.model.Normalized(some.At(n)), fractions[0], p.Bits)
		inputs = append(inputs, in)
		p.Layers[0].Input = in
		out := p.Outputs()[t.layers-1]
		fixed := slices.Index(out, slices.Max(out))
		float := slices.Index(logits[n], slices.Max(logits[n]))
		if float == int(label) {
			a.Float += 1 / float64(f.pictures)
		}
		if fixed == int(label) {
			a.Fixed += 1 / float64(f.pictures)
		}
		if fixed == float {
			a.Same++
		}
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
	}
	return p.Repeat(inputs[:a.RTL]), a, nil
}

// onePicture leaves the cycles of the first picture, which are those of all.
func (r *Result) onePicture(t *trained) error {
	for i, c := range r.Layers {
		if c != r.Layers[i%t.layers] {
			return fmt.Errorf("rtl: picture %d takes %d cycles in layer %d, the first %d: cycles must not depend on words",
				i/t.layers+1, c.RTL, i%t.layers+1, r.Layers[i%t.layers].RTL)
		}
	}
	r.Layers = r.Layers[:t.layers]
	r.DRAM = r.DRAM[:min(len(r.DRAM), t.layers)]
	return nil
}
