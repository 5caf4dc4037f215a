package netfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	"coexplore/hw"
)

// jsonLayer is a layer as it is written; fields at their default are left out.
type jsonLayer struct {
	Kind    string   `json:"kind"`
	Name    string   `json:"name"`
	Inputs  []string `json:"inputs,omitempty"`
	Kernel  int      `json:"kernel,omitempty"`
	Filters int      `json:"filters,omitempty"`
	Units   int      `json:"units,omitempty"`
	Stride  int      `json:"stride,omitempty"`
	Padding []int    `json:"padding,omitempty"`
	Groups  int      `json:"groups,omitempty"`
	Bias    *bool    `json:"bias,omitempty"`
	Norm    *int     `json:"norm,omitempty"`
}

// Encode writes a network, from whatever source, in the JSON format; read again
// it has the same layers. The padding is worked out from the shapes, and bias
// and normalisation from the parameters. An error names the layer that the
// format cannot express.
func Encode(net *hw.Network) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n  \"name\": %s,\n  \"input\": %q,\n  \"layers\": [", quote(net.Name), net.Input)
	for i := range net.Layers {
		l, err := encodeLayer(net, i)
		if err != nil {
			return nil, fmt.Errorf("netfile: layers[%d] (%s): %w", i, net.Layers[i].Name, err)
		}
		line, err := json.Marshal(l)
		if err != nil {
			return nil, fmt.Errorf("netfile: %w", err)
		}
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "\n    %s", line)
	}
	b.WriteString("\n  ]\n}\n")
	again, err := readJSON(bytes.NewReader(b.Bytes()))
	if err != nil {
		return nil, fmt.Errorf("netfile: not a network that JSON can hold: %s", bare(err))
	}
	for i := range net.Layers {
		if !reflect.DeepEqual(net.Layers[i], again.Layers[i]) {
			return nil, fmt.Errorf("netfile: layers[%d] (%s): JSON cannot hold it: %+v would be %+v", i, net.Layers[i].Name, net.Layers[i], again.Layers[i])
		}
	}
	return b.Bytes(), nil
}

// quote writes a text as JSON.
func quote(s string) string {
	b, _ := json.Marshal(s) // no string fails
	return string(b)
}

// encodeLayer is what JSON says of layer i.
func encodeLayer(net *hw.Network, i int) (*jsonLayer, error) {
	l := &net.Layers[i]
	out := &jsonLayer{Kind: l.Kind.String(), Name: l.Name}
	for _, from := range l.Inputs {
		name := "input"
		if from >= 0 {
			name = net.Layers[from].Name
		}
		out.Inputs = append(out.Inputs, name)
	}
	if len(l.Inputs) == 1 && l.Inputs[0] == i-1 {
		out.Inputs = nil
	}
	weights, biased := int64(0), l.Kind == hw.Dense
	switch l.Kind {
	case hw.Conv:
		weights = int64(l.Kernel) * int64(l.Kernel) * int64(l.In.C/l.Groups) * int64(l.Out.C)
		out.Kernel, out.Padding = l.Kernel, padding(l)
		if l.Stride != 1 {
			out.Stride = l.Stride
		}
		switch {
		case l.Groups > 1 && l.Groups == l.In.C && l.Groups == l.Out.C:
			out.Kind = "depthwise"
		case l.Groups > 1:
			out.Groups = l.Groups
			fallthrough
		default:
			out.Filters = l.Out.C
		}
	case hw.MaxPool, hw.AvgPool:
		out.Kernel, out.Padding = l.Kernel, padding(l)
		if l.Stride != l.Kernel {
			out.Stride = l.Stride
		}
	case hw.Dense:
		weights, out.Units = l.MACs, l.Out.C
	}
	extra := l.Params - weights
	channel := extra / int64(l.Out.C)
	if extra < 0 || extra%int64(l.Out.C) != 0 || channel > 5 {
		return nil, fmt.Errorf("%d parameters, of which %d are no weights: JSON knows a bias and 2 or 4 a channel", l.Params, extra)
	}
	bias, norm := channel%2 == 1, int(channel)&^1
	if bias != biased {
		out.Bias = &bias
	}
	if usual := l.Kind == hw.Conv && !bias; usual && norm != 2 || !usual && norm != 0 {
		out.Norm = &norm
	}
	return out, nil
}

// padding is what gives a layer's shape and padding, or nil where the default does.
func padding(l *hw.Layer) []int {
	usual := 0
	if l.Stride < l.Kernel || l.Kind == hw.Conv {
		usual = (l.Kernel - 1) / 2
	}
	// out is the size that a padding of begin and end pixels makes.
	out := func(in, begin, end int) int {
		if in+begin+end < l.Kernel {
			return 0
		}
		return (in+begin+end-l.Kernel)/l.Stride + 1
	}
	same := func(in, pad int) int {
		if l.Kind == hw.Conv {
			return (in + l.Stride - 1) / l.Stride
		}
		return out(in, pad, pad)
	}
	if l.Pad == usual && same(l.In.H, usual) == l.Out.H && same(l.In.W, usual) == l.Out.W {
		return nil
	}
	sides := func(in, size int) (begin, end int) {
		if out(in, l.Pad, l.Pad) == size {
			return l.Pad, l.Pad
		}
		all := max(0, (size-1)*l.Stride+l.Kernel-in)
		if all >= l.Pad {
			return l.Pad, all - l.Pad
		}
		return all / 2, all - all/2
	}
	top, bottom := sides(l.In.H, l.Out.H)
	left, right := sides(l.In.W, l.Out.W)
	return []int{top, left, bottom, right}
}
