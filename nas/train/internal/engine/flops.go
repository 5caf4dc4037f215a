package engine

// FLOPs is the floating-point operations of training on one image.
func (n *Net) FLOPs() float64 { return FLOPs(n.Config) }

// FLOPs is the floating-point operations of training cfg's network on one image:
// 2 for each multiply-accumulate of layers, once forward and twice backward, but
// for the first layer, whose input needs no gradient.
func FLOPs(cfg Config) float64 {
	h, w, c, total := cfg.H, cfg.W, cfg.C, 0.0
	for i, l := range cfg.Layers {
		h, w = outSize(h, l.Stride), outSize(w, l.Stride)
		macs := float64(h*w) * float64(c*l.Filters) * float64(l.Window*l.Window)
		passes := 6.0
		if i == 0 {
			passes = 4
		}
		total += passes * macs
		c = l.Filters
	}
	features := float64(c)
	if !cfg.Pool {
		features *= float64(h * w)
	}
	return total + 6*features*float64(cfg.Classes)
}
