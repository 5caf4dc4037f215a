package space

import (
	"fmt"
	"math/big"
	"slices"

	"coexplore/hw"
	"coexplore/nas"
)

// A Chain is a space of chain networks: between MinLayers and MaxLayers
// convolutions, each with one of the given kernel sizes, filter counts and
// strides, batch norm and ReLU after each, then a head with a dense layer. A
// network is written as hw.ParseChain reads it.
type Chain struct {
	Title     string   `json:"title"` // its name in logs and tables
	MinLayers int      `json:"min_layers"`
	MaxLayers int      `json:"max_layers"`
	Kernels   []int    `json:"kernels"` // odd kernel sizes, pixels
	Filters   []int    `json:"filters"` // output channels
	Strides   []int    `json:"strides"` // one entry: the stride is fixed, no decision is made
	Input     hw.Shape `json:"input"`
	Classes   int      `json:"classes"`
	Head      hw.Head  `json:"head"`
}

// The kinds of decisions on a chain, in the order in which they are taken: how many
// layers, then for each layer its kernel, its filters and, where strides are
// predicted, its stride.
const (
	DecideDepth   nas.DecisionKind = "depth"
	DecideKernel  nas.DecisionKind = "kernel"
	DecideFilters nas.DecisionKind = "filters"
	DecideStride  nas.DecisionKind = "stride"
)

// WithStrides is the space with other stride choices: one value fixes the
// stride, several let the controller predict it.
func (s Chain) WithStrides(strides ...int) Chain {
	s.Strides = slices.Clone(strides)
	return s
}

// WithData is the space for images of another size or number of classes.
func (s Chain) WithData(input hw.Shape, classes int) Chain {
	s.Input, s.Classes = input, classes
	return s
}

// Name implements nas.Space.
func (s Chain) Name() string { return s.Title }

// Network implements nas.Space.
func (s Chain) Network(actions []int) string { return s.Decode(actions, nil).String() }

// Actions implements nas.Space.
func (s Chain) Actions(network string) ([]int, error) {
	net, err := hw.ParseChain(network)
	if err != nil {
		return nil, err
	}
	return s.Encode(net)
}

// Validate says what is wrong with the space, or nil.
func (s Chain) Validate() error {
	if field, err := s.check(); err != nil {
		return fmt.Errorf("space: %q: %s %w", s.Title, field, err)
	}
	return nil
}

// The most that a space may have.
const (
	maxLayers = 1000
	maxValues = 64 // of a decision on a layer
)

// check says which field is wrong, as a file writes it, and how.
func (s Chain) check() (field string, err error) {
	if s.MinLayers < 1 {
		return "min_layers", fmt.Errorf("must be at least 1, is %d", s.MinLayers)
	}
	if s.MaxLayers < s.MinLayers || s.MaxLayers > maxLayers {
		return "max_layers", fmt.Errorf("must be from %d, the least, to %d, is %d", s.MinLayers, maxLayers, s.MaxLayers)
	}
	for _, list := range []struct {
		name   string
		values []int
	}{{"kernels", s.Kernels}, {"filters", s.Filters}, {"strides", s.Strides}} {
		if len(list.values) == 0 || len(list.values) > maxValues {
			return list.name, fmt.Errorf("must be 1 to %d numbers, are %d", maxValues, len(list.values))
		}
		for i, v := range list.values {
			if v < 1 || slices.Contains(list.values[:i], v) {
				return list.name, fmt.Errorf("must be positive and distinct, are %v", list.values)
			}
			if list.name == "kernels" && v%2 == 0 {
				return list.name, fmt.Errorf("must be odd, for same padding; %d is even", v)
			}
		}
	}
	if s.Classes < 2 {
		return "classes", fmt.Errorf("must be at least 2, are %d", s.Classes)
	}
	for _, actions := range [][]int{s.Smallest(), s.Largest()} {
		net := s.Decode(actions, nil)
		if _, err := hw.ParseChain(net.String()); err != nil {
			return "filters", fmt.Errorf("or kernels or strides are too large: %w", err)
		}
		if _, err := net.Network(s.Input, s.Classes, s.Head); err != nil {
			return "input", fmt.Errorf("does not go with the layers: %w", err)
		}
	}
	return "", nil
}

// Decisions lists the decisions of the deepest network of the space. A network
// with fewer layers uses a prefix of them.
func (s Chain) Decisions() []nas.Decision {
	var list []nas.Decision
	if s.MaxLayers > s.MinLayers {
		depths := make([]int, 0, s.MaxLayers-s.MinLayers+1)
		for d := s.MinLayers; d <= s.MaxLayers; d++ {
			depths = append(depths, d)
		}
		list = append(list, nas.Decision{Kind: DecideDepth, Layer: -1, Values: depths})
	}
	for l := range s.MaxLayers {
		list = append(list, nas.Decision{Kind: DecideKernel, Layer: l, Values: s.Kernels}, nas.Decision{Kind: DecideFilters, Layer: l, Values: s.Filters})
		if len(s.Strides) > 1 {
			list = append(list, nas.Decision{Kind: DecideStride, Layer: l, Values: s.Strides})
		}
	}
	return list
}

// perLayer is the number of decisions that a layer takes.
func (s Chain) perLayer() int {
	if len(s.Strides) > 1 {
		return 3
	}
	return 2
}

// LayerDecisions is the half-open range of decision indices that layers first
// to last (inclusive) take.
func (s Chain) LayerDecisions(first, last int) (from, to int) {
	offset := 0
	if s.MaxLayers > s.MinLayers {
		offset = 1
	}
	return offset + first*s.perLayer(), offset + (last+1)*s.perLayer()
}

// Used is the number of leading actions that the network they describe uses:
// actions holds one index into each decision's values.
func (s Chain) Used(actions []int) int {
	depth := s.MaxLayers
	if s.MaxLayers > s.MinLayers {
		depth = s.MinLayers + actions[0]
	}
	_, to := s.LayerDecisions(0, depth-1)
	return to
}

// Decode turns actions, one index into each decision's values, into the network
// that they describe, appended to net[:0]. Actions past the network's depth are
// ignored.
func (s Chain) Decode(actions []int, net hw.Chain) hw.Chain {
	net = net[:0]
	used := s.Used(actions)
	start, _ := s.LayerDecisions(0, 0)
	per := s.perLayer()
	for i := start; i < used; i += per {
		spec := hw.ConvSpec{Kernel: s.Kernels[actions[i]], Filters: s.Filters[actions[i+1]], Stride: s.Strides[0]}
		if per == 3 {
			spec.Stride = s.Strides[actions[i+2]]
		}
		net = append(net, spec)
	}
	return net
}

// Encode is the inverse of Decode; it is an error if net is not in the space.
func (s Chain) Encode(net hw.Chain) ([]int, error) {
	if len(net) < s.MinLayers || len(net) > s.MaxLayers {
		return nil, fmt.Errorf("space: network %s has %d layers; space %s has %d to %d", net, len(net), s.Title, s.MinLayers, s.MaxLayers)
	}
	var actions []int
	if s.MaxLayers > s.MinLayers {
		actions = append(actions, len(net)-s.MinLayers)
	}
	for l, spec := range net {
		k, f, st := slices.Index(s.Kernels, spec.Kernel), slices.Index(s.Filters, spec.Filters), slices.Index(s.Strides, spec.Stride)
		if k < 0 || f < 0 || st < 0 {
			return nil, fmt.Errorf("space: layer %d of network %s is not in space %s (kernels %v, filters %v, strides %v)",
				l+1, net, s.Title, s.Kernels, s.Filters, s.Strides)
		}
		actions = append(actions, k, f)
		if s.perLayer() == 3 {
			actions = append(actions, st)
		}
	}
	return actions, nil
}

// Size is the number of networks in the space.
func (s Chain) Size() *big.Int {
	layer := big.NewInt(int64(len(s.Kernels) * len(s.Filters) * len(s.Strides)))
	total := new(big.Int)
	for d := s.MinLayers; d <= s.MaxLayers; d++ {
		total.Add(total, new(big.Int).Exp(layer, big.NewInt(int64(d)), nil))
	}
	return total
}

// Smallest is the network of the space with the least work: fewest layers,
// smallest kernels, fewest filters, largest strides.
func (s Chain) Smallest() []int {
	return s.extreme(s.MinLayers, slices.Min(s.Kernels), slices.Min(s.Filters), slices.Max(s.Strides))
}

// Largest is the network of the space with the most work and parameters: most
// layers, largest kernels, most filters, smallest strides.
func (s Chain) Largest() []int {
	return s.extreme(s.MaxLayers, slices.Max(s.Kernels), slices.Max(s.Filters), slices.Min(s.Strides))
}

// extreme is the network whose layers are all alike.
func (s Chain) extreme(depth, kernel, filters, stride int) []int {
	value := map[nas.DecisionKind]int{DecideDepth: depth, DecideKernel: kernel, DecideFilters: filters, DecideStride: stride}
	var actions []int
	for _, d := range s.Decisions() {
		actions = append(actions, slices.Index(d.Values, value[d.Kind]))
	}
	return actions[:s.Used(actions)]
}
