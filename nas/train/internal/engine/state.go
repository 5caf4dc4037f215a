package engine

// A State is everything of a network that training changes: weights, the
// optimizer's memory and the running statistics.
type State struct{ arrays [][]float32 }

// arrays lists what a State holds, in a fixed order.
func (n *Net) arrays() [][]float32 {
	var a [][]float32
	for _, p := range n.Params {
		a = append(a, p.Value)
		if !n.Frozen {
			a = append(a, p.Speed)
		}
	}
	for _, b := range n.Norms {
		a = append(a, b.Mean, b.Var)
	}
	return a
}

// Snapshot copies the network's state.
func (n *Net) Snapshot() *State {
	s := &State{}
	for _, a := range n.arrays() {
		s.arrays = append(s.arrays, append([]float32(nil), a...))
	}
	return s
}

// Restore puts back the state of a network of the same Config.
func (n *Net) Restore(s *State) {
	for i, a := range n.arrays() {
		copy(a, s.arrays[i])
	}
}
