package accel

import (
	"fmt"

	"coexplore/hw"
)

// bram18Bits is what one 18-Kb block of memory holds in the model: 18,000
// bits, as the authors' scripts count (the block itself has 18,432).
const bram18Bits = 18000

// Usage is what a design takes of an FPGA.
type Usage struct {
	DSP      int `json:"dsp"`
	BRAM18   int `json:"bram18"`
	PortBits int `json:"port_bits"` // memory-bus bits a cycle
}

// Resources is what a design takes to serve the given layers:
//
//	DSP    = Tm*Tn (16-bit fixed), 5*Tm*Tn (32-bit float), ceil(Tm*Tn/2) (8-bit fixed)
//	BRAM18 = 2*Tn*blk(Tr'*Tc'*b) + 2*Tm*blk(Tr*Tc*b) + weights,  blk(x) = ceil(x/18000)
//	weights = 2*Tm*Tn*blk(K*K*b), or Tm*Tn*blk(4*K*K*b) for 16-bit
//	ports  = b*(Wp+Ip+Op)
//
// The array has Tm x Tn units and as many banks however few channels a layer
// has. A bank holds the largest tile that any of the layers brings, its Tr and
// Tc clamped to that layer; Tr' and Tc' follow hw.Target.Input. (Zhang'15
// section 3.4 for the input buffer; five DSPs for a floating-point multiplier
// and adder, Zhang'15 section 4; two 8-bit products in one DSP, Xilinx WP486.)
func Resources(layers []hw.Loops, d hw.Design, t hw.Target) Usage {
	var in, out int64
	k := 1
	for i := range layers {
		l := &layers[i]
		a, b := tileBits(l, d.Tr, d.Tc, &t)
		in, out = max(in, a), max(out, b)
		if l.Weighted {
			k = max(k, l.K)
		}
	}
	macs := d.Tm * d.Tn
	return Usage{
		DSP:      dsps(macs, t.Bits),
		BRAM18:   int(2*int64(d.Tn)*blocks(in) + 2*int64(d.Tm)*blocks(out) + int64(macs)*weightBlocks(k, t.Bits)),
		PortBits: t.Bits * (d.W + d.I + d.O),
	}
}

// tileBits is the size of one bank of the input and of the output buffer.
func tileBits(l *hw.Loops, tr, tc int, t *hw.Target) (in, out int64) {
	r, c := int64(min(tr, l.R)), int64(min(tc, l.C))
	out = r * c * int64(t.Bits)
	in = out
	if t.Input == hw.Halo {
		s, k := int64(l.S), int64(l.K)
		in = (s*r + k - s) * (s*c + k - s) * int64(t.Bits)
	}
	return in, out
}

// weightBlocks is the blocks of a multiplier's own weight buffer, both halves.
func weightBlocks(k, bits int) int64 {
	kk := int64(k) * int64(k) * int64(bits)
	if bits == 16 {
		return blocks(4 * kk)
	}
	return 2 * blocks(kk)
}

func blocks(bits int64) int64 { return ceilDiv(bits, bram18Bits) }

func dsps(macs, bits int) int {
	switch bits {
	case 8:
		return (macs + 1) / 2
	case 16:
		return macs
	}
	return 5 * macs
}

// maxMACs is the most multiply-accumulate units that dsp slices make.
func maxMACs(dsp, bits int) int {
	switch bits {
	case 8:
		return 2 * dsp
	case 16:
		return dsp
	}
	return dsp / 5
}

// Fits reports an error that names the resource which the design exceeds, how
// much of it the layers need and how much the device has; nil if it fits.
func Fits(dev *hw.Device, layers []hw.Loops, d hw.Design, t hw.Target) error {
	u := Resources(layers, d, t)
	what := "design"
	if len(layers) == 1 {
		what = layers[0].String()
	}
	switch {
	case u.DSP > dev.DSP:
		return &FitError{what, dev.Part, "DSP", u.DSP, dev.DSP}
	case u.BRAM18 > dev.BRAM18:
		return &FitError{what, dev.Part, "BRAM18", u.BRAM18, dev.BRAM18}
	case u.PortBits > dev.PortBits(t):
		return &FitError{what, dev.Part, "memory port bits a cycle", u.PortBits, dev.PortBits(t)}
	}
	return nil
}

// FitError says that a design does not fit a device.
type FitError struct {
	What     string // the layer or "design"
	Part     string
	Resource string
	Need     int
	Have     int
}

func (e *FitError) Error() string {
	return fmt.Sprintf("hw: %s on %s: needs %d %s, has %d", e.What, e.Part, e.Need, e.Resource, e.Have)
}
