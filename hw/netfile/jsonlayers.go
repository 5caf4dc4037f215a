package netfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"coexplore/hw"
)

// jsonNetwork is a network in JSON while it is put together.
type jsonNetwork struct {
	*hw.Builder
	names map[string]int // layers by name
	count int            // layers so far
	read  map[int]bool   // layers that another one reads
}

// build puts the layers together.
func build(name string, in hw.Shape, layers []fields) (*hw.Network, error) {
	if len(layers) == 0 {
		return nil, errors.New("layers: want at least one layer")
	}
	n := jsonNetwork{hw.NewBuilder(name, in, 1), map[string]int{"input": -1}, 0, map[int]bool{}}
	labels := make([]string, len(layers))
	for i, l := range layers {
		kind, layer := "", ""
		if err := l.get("name", "a text", &layer); err != nil {
			return nil, fmt.Errorf("layers[%d]: %w", i, err)
		}
		labels[i] = fmt.Sprintf("layers[%d]", i)
		if layer != "" {
			labels[i] += fmt.Sprintf(" (%s)", layer)
		}
		err := l.get("kind", allKinds, &kind)
		known, ok := kinds[kind]
		if err == nil && !ok {
			err = fmt.Errorf("kind: want %s, not %q", allKinds, kind)
		}
		if err == nil {
			err = l.only("kind name inputs norm "+known, kind)
		}
		if err == nil {
			err = n.layer(kind, layer, l)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %s", labels[i], bare(err))
		}
	}
	for i := range len(layers) - 1 {
		if !n.read[i] {
			return nil, fmt.Errorf("%s: no layer reads it, and it is not the last", labels[i])
		}
	}
	net, err := n.Network()
	if err != nil {
		return nil, err
	}
	net.Classes = net.Layers[len(layers)-1].Out.C
	return net, nil
}

// layer appends one layer.
func (n *jsonNetwork) layer(kind, name string, l fields) error {
	if name == "" {
		name = fmt.Sprintf("%s%d", kind, n.count+1)
	}
	if _, ok := n.names[name]; ok {
		return fmt.Errorf("name: %q is taken", name)
	}
	inputs, err := n.inputs(kind, l)
	if err != nil {
		return err
	}
	n.From(inputs[0])
	bias := kind == "dense"
	if err := l.get("bias", "true or false", &bias); err != nil {
		return err
	}
	norm := 0
	if (kind == "conv" || kind == "depthwise") && !bias {
		norm = 2
	}
	if norm, err = l.size("norm", norm); err != nil {
		return err
	}
	if norm != 0 && norm != 2 && norm != 4 {
		return fmt.Errorf("norm: want 0, 2 or 4, not %d", norm)
	}
	switch kind {
	case "conv", "depthwise", "maxpool", "avgpool":
		err = n.window(kind, name, bias, l)
	case "gap":
		n.GlobalPool(name)
	case "add":
		n.Sum(name, inputs[1])
	case "dense":
		var units int
		if units, err = l.size("units", -1); err == nil {
			n.Dense(name, units, bias)
		}
	}
	if err == nil {
		err = n.Err()
	}
	if err != nil {
		return err
	}
	n.AddParams(n.count, int64(norm)*int64(n.Shape().C))
	n.names[name] = n.count
	n.count++
	return n.Err()
}

// window appends a convolution or a pooling layer.
func (n *jsonNetwork) window(kind, name string, bias bool, l fields) error {
	c := hw.Convolution{Bias: bias}
	var err error
	if c.Kernel, c.Columns, err = l.both("kernel", 0, 0); err != nil {
		return err
	}
	stride, step := 1, 1
	if kind == "maxpool" || kind == "avgpool" {
		stride, step = c.Kernel, c.Columns
	}
	if c.Stride, c.Step, err = l.both("stride", stride, step); err != nil {
		return err
	}
	if c.Padding, err = l.padding(); err != nil {
		return err
	}
	switch kind {
	case "maxpool":
		n.Pool(name, hw.MaxPool, hw.Window{Kernel: c.Kernel, Columns: c.Columns, Stride: c.Stride, Step: c.Step, Padding: c.Padding})
		return nil
	case "avgpool":
		n.Pool(name, hw.AvgPool, hw.Window{Kernel: c.Kernel, Columns: c.Columns, Stride: c.Stride, Step: c.Step, Padding: c.Padding})
		return nil
	case "depthwise":
		n.Depthwise(name, c)
		return nil
	}
	if c.Filters, err = l.size("filters", -1); err != nil {
		return err
	}
	if c.Groups, err = l.size("groups", 1); err != nil {
		return err
	}
	n.Conv(name, c)
	return nil
}

// inputs is the layers that a layer reads.
func (n *jsonNetwork) inputs(kind string, l fields) ([]int, error) {
	want := 1
	if kind == "add" {
		want = 2
	}
	out := []int{n.count - 1}
	if _, ok := l["inputs"]; ok {
		var raw []json.RawMessage
		if err := l.get("inputs", "a list of names or numbers of layers", &raw); err != nil {
			return nil, err
		}
		out = nil
		for _, r := range raw {
			i, err := n.find(r)
			if err != nil {
				return nil, fmt.Errorf("inputs: %w", err)
			}
			out = append(out, i)
		}
	}
	if len(out) != want {
		return nil, fmt.Errorf("inputs: want %d for %s, not %d", want, kind, len(out))
	}
	for _, i := range out {
		n.read[i] = true
	}
	return slices.Clip(out), nil
}

// find is the layer that a name or a number stands for.
func (n *jsonNetwork) find(raw json.RawMessage) (int, error) {
	var name string
	if json.Unmarshal(raw, &name) == nil {
		if i, ok := n.names[name]; ok {
			return i, nil
		}
		return 0, fmt.Errorf("no layer before this one is called %q", name)
	}
	var i int
	if json.Unmarshal(raw, &i) != nil {
		return 0, fmt.Errorf("want a name or the number of a layer, not %s", short(raw))
	}
	if i < -1 || i >= n.count {
		return 0, fmt.Errorf("no layer before this one has the number %d: want -1 (the network's input) to %d", i, n.count-1)
	}
	return i, nil
}
