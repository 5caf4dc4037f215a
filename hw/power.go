package hw

// Power is what a device's power is estimated from. The estimate is
//
//	power = static + (MACs * mac energy + bits moved * memory energy) / interval
//
// It leaves out clock trees, on-chip buffers and the board's regulators, and is
// for comparing designs with each other, not for sizing a supply.
type Power struct {
	// StaticW is what the device draws whatever it computes, in watts; 0 means
	// that it is not known, and no power is estimated.
	StaticW    float64 `toml:"static_w" json:"static_w"`
	StaticFrom string  `toml:"static_from" json:"static_from,omitempty"`
	// MemoryPJBit is the energy of moving one bit to or from off-chip memory,
	// in picojoules.
	MemoryPJBit float64 `toml:"memory_pj_bit" json:"memory_pj_bit"`
}

// Energies of one multiply-accumulate in picojoules: those of a 45 nm chip by
// Horowitz, "Computing's energy problem", ISSCC 2014, Figure 1.1.9 (32-bit
// float 3.7 + 0.9, 8-bit integer 0.2 + 0.03; 16-bit integer, which has no entry,
// the geometric mean of 8 and 32 bits, 0.79 + 0.055), times 12 for an FPGA's
// logic and DSP blocks (Kuon and Rose, "Measuring the gap between FPGAs and
// ASICs", IEEE TCAD 26(2), 2007, Table V).
const (
	fpgaFactor   = 12
	macFloat32PJ = fpgaFactor * (3.7 + 0.9)
	macFixed16PJ = fpgaFactor * (0.79 + 0.055)
	macFixed8PJ  = fpgaFactor * (0.2 + 0.03)
	joulesPerPJ  = 1e-12
	defaultBitPJ = 20 // DDR, Horowitz: 1.3 nJ for 64 bits
)

// macPJ is the energy of one multiply-accumulate.
func macPJ(bits int) float64 {
	switch bits {
	case 8:
		return macFixed8PJ
	case 16:
		return macFixed16PJ
	}
	return macFloat32PJ
}

// energy is the joules, beyond static power, that the layer takes for
// Target.Batch frames.
func (x *tile) energy(l *Loops, p *Power, t *Target) float64 {
	words := x.outer*x.inner*(x.w+x.i) + x.outer*x.o
	macs := float64(l.MACs()) * float64(t.Batch)
	return joulesPerPJ * (macs*macPJ(t.Bits) + float64(words)*float64(t.Bits)*p.MemoryPJBit)
}

// setPower estimates a pipeline's power from its devices' static power, the
// energy of a frame beyond that, and its throughput. One device whose static
// power is not known leaves the estimate out.
func (p *Pipeline) setPower(static []float64, joules float64, macs int64) {
	p.PowerW, p.GOPSPerWatt = 0, 0
	watts := joules * p.ThroughputFPS
	for _, w := range static {
		if w == 0 {
			return
		}
		watts += w
	}
	p.PowerW = watts
	p.GOPSPerWatt = 2 * float64(macs) * p.ThroughputFPS / watts / 1e9
}
