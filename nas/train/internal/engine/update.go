package engine

// A Step is one update by stochastic gradient descent.
type Step struct {
	Rate, Momentum, Decay float64
	Nesterov              bool
}

// Update applies the gradients: speed = momentum*speed + grad + decay*value,
// value -= rate*speed, or with Nesterov rate*(grad+decay*value+momentum*speed)
// (Sutskever et al. 2013, as PyTorch's SGD has it).
func (n *Net) Update(s Step) {
	rate, mom := float32(s.Rate), float32(s.Momentum)
	for _, p := range n.Params {
		decay := float32(0)
		if p.Decay {
			decay = float32(s.Decay)
		}
		value, grad, speed := p.Value, p.Grad[:len(p.Value)], p.Speed[:len(p.Value)]
		for i, w := range value {
			g := grad[i] + decay*w
			v := mom*speed[i] + g
			speed[i] = v
			if s.Nesterov {
				v = g + mom*v
			}
			value[i] = w - rate*v
		}
	}
}
