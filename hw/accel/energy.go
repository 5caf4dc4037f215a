package accel

import "coexplore/hw"

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
func (x *tile) energy(l *hw.Loops, p *hw.Power, t *hw.Target) float64 {
	words := x.outer*x.inner*(x.w+x.i) + x.outer*x.o
	macs := float64(l.MACs()) * float64(t.Batch)
	return joulesPerPJ * (macs*macPJ(t.Bits) + float64(words)*float64(t.Bits)*p.MemoryPJBit)
}
