package hw

import "slices"

// Network is layers in the order in which a pipeline runs them. Where it is
// not a chain, Layer.Inputs tells which layers feed which; every edge points
// forward.
type Network struct {
	Name    string  `json:"name"`
	Input   Shape   `json:"input"`
	Classes int     `json:"classes"`
	Layers  []Layer `json:"layers"`
}

// MACs is the multiply-accumulates of one frame.
func (n *Network) MACs() int64 {
	var s int64
	for i := range n.Layers {
		s += n.Layers[i].MACs
	}
	return s
}

// Params is the parameters of all layers.
func (n *Network) Params() int64 {
	var s int64
	for i := range n.Layers {
		s += n.Layers[i].Params
	}
	return s
}

// Loops is the loop nest of every layer, in order.
func (n *Network) Loops() []Loops {
	out := make([]Loops, len(n.Layers))
	for i := range n.Layers {
		out[i] = n.Layers[i].Loops()
	}
	return out
}

// Cut is a place between two neighbouring layers where a pipeline may be cut.
type Cut struct {
	Before int `json:"before"` // the cut lies before this layer
	// From holds the layers whose outputs cross the cut (-1: the network's
	// input): the feature map of the layer just before it, and every skip edge
	// that spans it. A map that several later layers read crosses once.
	From []int `json:"from"`
	// Words is what crosses the link for one frame, Buffered what the
	// receiving side keeps for it: two frames, one arriving while the other is
	// read.
	Words    int64 `json:"words"`
	Buffered int64 `json:"buffered"`
}

// Cut describes the cut before layer i, 0 < i < len(Layers).
func (n *Network) Cut(i int) Cut {
	c := Cut{Before: i}
	for j := i; j < len(n.Layers); j++ {
		for _, from := range n.Layers[j].Inputs {
			if from < i && !slices.Contains(c.From, from) {
				c.From = append(c.From, from)
				c.Words += n.output(from).Size()
			}
		}
	}
	slices.Sort(c.From)
	c.Buffered = 2 * c.Words
	return c
}

// Skip is an edge that passes over layers: Layers[To] reads the output of
// Layers[From] though To > From+1.
type Skip struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Skips lists the edges that are not from a layer to the next.
func (n *Network) Skips() []Skip {
	var out []Skip
	for i := range n.Layers {
		for _, from := range n.Layers[i].Inputs {
			if from != i-1 {
				out = append(out, Skip{from, i})
			}
		}
	}
	return out
}

func (n *Network) output(i int) Shape {
	if i < 0 {
		return n.Input
	}
	return n.Layers[i].Out
}
