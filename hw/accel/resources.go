package accel

import (
	"fmt"
	"math"
	"math/bits"

	"coexplore/hw"
)

// bram18Bits is what one 18-Kb block of memory holds in the model: 18,000
// bits, as the authors' scripts count (the block itself has 18,432).
const bram18Bits = 18000

// Usage is what a design takes of an FPGA.
type Usage struct {
	DSP      int `json:"dsp"`
	LUT      int `json:"lut"`
	FF       int `json:"ff"`
	BRAM18   int `json:"bram18"`
	URAM     int `json:"uram"`
	PortBits int `json:"port_bits"` // memory-bus bits a cycle
}

// Resources is what a design takes to serve the given layers, with all of its
// buffers in 18-Kb blocks:
//
//	DSP    = Tm*Tn (16-bit fixed), 5*Tm*Tn (32-bit float), ceil(Tm*Tn/2) (8-bit fixed)
//	BRAM18 = 2*Tn*blk(Tr'*Tc'*b) + 2*Tm*blk(Tr*Tc*b) + weights,  blk(x) = ceil(x/18000)
//	weights = 2*Tm*Tn*blk(K*K*b), or Tm*Tn*blk(4*K*K*b) for 16 bits and fewer
//	ports  = b*(Wp+Ip+Op)
//
// The array has Tm x Tn units and as many banks however few channels a layer
// has. A bank holds the largest tile that any of the layers brings, its Tr and
// Tc clamped to that layer; Tr' and Tc' follow hw.Target.Input. (Zhang'15
// section 3.4 for the input buffer; five DSPs for a floating-point multiplier
// and adder, Zhang'15 section 4; two 8-bit products in one DSP, Xilinx WP486.)
// LUT and FF are those of the units. On a device, some buffers find their place
// elsewhere: see ResourcesOn.
func Resources(layers []hw.Loops, d hw.Design, t hw.Target) Usage {
	in, out, k := largest(layers, d.Tiling, &t)
	units := int64(d.Tm) * int64(d.Tn)
	return Usage{
		DSP:      dsps(int(units), t.Bits),
		LUT:      count(units * unitLUT(t.Bits)),
		FF:       count(units * unitFF(t.Bits)),
		BRAM18:   count(add(2*int64(d.Tn)*in+2*int64(d.Tm)*out, product(units, weightBlocks(k, t.Bits)))),
		PortBits: t.Bits * (d.W + d.I + d.O),
	}
}

// largest is the blocks of an input and of an output bank, and the kernel of a
// multiplier's weight buffer, that serve all the layers.
func largest(layers []hw.Loops, tl hw.Tiling, t *hw.Target) (in, out int64, k int) {
	k = 1
	for i := range layers {
		l := &layers[i]
		a, b := bankBlocks(l, tl.Tr, tl.Tc, t)
		in, out, k = max(in, a), max(out, b), max(k, bufferKernel(l))
	}
	return in, out, k
}

// bufferKernel is the kernel whose weights a multiplier's buffer holds; units
// have a buffer of one word where a layer has no weights.
func bufferKernel(l *hw.Loops) int {
	if l.Weighted {
		return l.K
	}
	return 1
}

// bankBlocks is the 18-Kb blocks of one half of an input and of an output bank.
func bankBlocks(l *hw.Loops, tr, tc int, t *hw.Target) (in, out int64) {
	rows, cols := extent(l, t)
	r, c := int64(min(tr, rows)), int64(min(tc, cols))
	out = product(r, c)
	in = out
	if t.Input == hw.Halo {
		in = product(inputSide(l, r), inputSide(l, c))
	}
	if l.Reduced {
		out = 1
	}
	return bank(in, t.Bits), bank(out, t.Bits)
}

// bank is the blocks of so many words, at most 2^34: more than any layer's that
// hw.Loops.Check lets pass, and few enough to multiply by any array's banks.
func bank(words int64, bits int) int64 {
	return min(blocks(product(words, int64(bits))), 1<<34)
}

// weightBlocks is the blocks of a multiplier's own weight buffer, both halves.
func weightBlocks(k, bits int) int64 {
	kk := int64(k) * int64(k) * int64(bits)
	if bits <= 16 {
		return blocks(4 * kk)
	}
	return 2 * blocks(kk)
}

func blocks(bits int64) int64 { return ceilDiv(bits, bram18Bits) }

// lutBits is what one look-up table holds as memory (UG474, UG574).
const lutBits = 64

// weightLUTs is the look-up tables that hold a multiplier's weight buffer, both
// halves: 0 where they are more than 64 words, which one table a bit holds.
func weightLUTs(k, bits int) int64 {
	words := 2 * int64(k) * int64(k)
	if words > lutBits {
		return 0
	}
	return ceilDiv(words*int64(bits), lutBits)
}

func dsps(macs, bits int) int {
	switch {
	case bits <= 8:
		return (macs + 1) / 2
	case bits <= 16:
		return macs
	}
	return 5 * macs
}

// unitLUT and unitFF are the look-up tables and flip-flops of one
// multiply-accumulate unit with its share of all else.
//
// At 32 bits they are measured: 186,251 LUTs and 205,704 flip-flops for the 448
// units of Zhang'15 (its table of resource utilisation). At 16 and 8 bits they are estimates, derived for
// what is not inside the DSP slice: an adder of the tree over 2b bits, a LUT a
// bit with its flip-flop; the multiplexer between the halves of the weight
// buffer, two bits a LUT; a register for the weight. The whole of Qiu et al.,
// FPGA 2016 (780 DSP slices at 16 bits on an XC7Z045 with 182,616 LUTs and
// 127,653 flip-flops: 234 and 163 a unit, controllers included) bounds them.
func unitLUT(bits int) int64 {
	if bits <= 16 {
		return int64(2*bits + bits/2)
	}
	return 416
}

func unitFF(bits int) int64 {
	if bits <= 16 {
		return int64(3 * bits)
	}
	return 459
}

// FitError says that a design does not fit a device.
type FitError struct {
	What     string // the layer or "design"
	Part     string
	Resource string // DSP, LUT, FF, BRAM18 (beside UltraRAM), memory port bits a cycle
	Need     int
	Have     int
}

func (e *FitError) Error() string {
	return fmt.Sprintf("hw: %s on %s: needs %d %s, has %d", e.What, e.Part, e.Need, e.Resource, e.Have)
}

// mostCount is where counts of words and of blocks stop.
const mostCount = math.MaxInt64 >> 1

// product is a*b of numbers not below 0, at most mostCount.
func product(a, b int64) int64 {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if hi != 0 || lo > mostCount {
		return mostCount
	}
	return int64(lo)
}

// add is a+b of numbers not below 0, at most mostCount.
func add(a, b int64) int64 { return min(a+b, mostCount) }

// count is n as far as an int holds it.
func count(n int64) int { return int(min(n, math.MaxInt)) }
