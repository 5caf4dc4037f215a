package hw

// Power is what a device's power is estimated from.
type Power struct {
	StaticW float64 `toml:"static_w" json:"static_w"`
}

func (x *tile) energy(l *Loops, p *Power, t Target) float64 { return 0 }
