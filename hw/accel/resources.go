package accel

import (
	"fmt"
	"math"
	"math/bits"

	"coexplore/hw"
)

// What one block of memory holds, as a memory of words side by side is built from
// it. An 18-Kb block is 16K x 1, 8K x 2, 4K x 4, 2K x 9, 1K x 18 or 512 x 36 (UG473,
// UG573): words of 8, 16 and 32 bits leave its parity bits empty, and it holds 2,048,
// 1,024 and 512 of them, 16,384 bits. UltraRAM is 4K x 72 (UG573), whatever part of
// the 72 bits a word takes. The authors' scripts take 18,000 bits of the 18,432 that
// an 18-Kb block has, and so is UltraRAM counted beside them, as 16 blocks.
const (
	bram18Bits  = 16 << 10
	uramWords   = 4 << 10
	scriptsBits = 18000
	scriptsURAM = 16
)

// memories is how buffers of one word size are counted.
type memories struct {
	bits      int // of a word
	blockBits int64
	// uramBlocks is the 18-Kb blocks that one UltraRAM replaces.
	uramBlocks int64
}

func memoriesOf(t *hw.Target) memories {
	if t.AuthorsScripts {
		return memories{t.Bits, scriptsBits, scriptsURAM}
	}
	return memories{t.Bits, bram18Bits, uramWords / (bram18Bits / int64(t.Bits))}
}

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
//	BRAM18 = 2*Tn*blk(Tr'*Tc') + 2*Tm*blk(Tr*Tc) + weights,  blk(words) = ceil(words*b/16384)
//	weights = 2*Tm*Tn*blk(K*K), or Tm*Tn*blk(4*K*K) for 16 bits and fewer
//	ports  = b*(Wp+Ip+Op)
//
// The array has Tm x Tn units and as many banks however few channels a layer
// has. A bank holds the largest tile that any of the layers brings, its Tr and
// Tc clamped to that layer; Tr' and Tc' follow hw.Target.Input. (Zhang'15
// section 3.4 for the input buffer; five DSPs for a floating-point multiplier
// and adder, Zhang'15 section 4; two 8-bit products in one DSP, Xilinx WP486.)
// An 18-Kb block holds 2,048, 1,024 or 512 words of 8, 16 or 32 bits: its shapes
// leave parity bits empty. Under hw.Target.AuthorsScripts blk(words) is
// ceil(words*b/18000), as the exploration papers' scripts count.
// LUT and FF are those of the units. On a device, some buffers find their place
// elsewhere: see ResourcesOn.
func Resources(layers []hw.Loops, d hw.Design, t hw.Target) Usage {
	in, out, taps := largest(layers, d.Tiling, &t)
	units := int64(d.Tm) * int64(d.Tn)
	return Usage{
		DSP:      dsps(int(units), t.Bits),
		LUT:      count(units * unitLUT(t.Bits)),
		FF:       count(units * unitFF(t.Bits)),
		BRAM18:   count(add(2*int64(d.Tn)*in+2*int64(d.Tm)*out, product(units, memoriesOf(&t).weights(taps)))),
		PortBits: t.Bits * (d.W + d.I + d.O),
	}
}

// BRAM18 is the 18-Kb blocks of a memory of so many words of 8, 16 or 32 bits, by the
// blocks' shapes, as Resources counts them.
func BRAM18(words, bits int) int {
	return count(memoriesOf(&hw.Target{Bits: bits}).blocks(int64(words)))
}

// WeightBRAM18 is the part of Resources' 18-Kb blocks that hold weights.
func WeightBRAM18(layers []hw.Loops, d hw.Design, t hw.Target) int {
	_, _, taps := largest(layers, d.Tiling, &t)
	return count(product(int64(d.Tm)*int64(d.Tn), memoriesOf(&t).weights(taps)))
}

// largest is the blocks of an input and of an output bank, and the words of a
// multiplier's weight buffer (of one half), that serve all the layers.
func largest(layers []hw.Loops, tl hw.Tiling, t *hw.Target) (in, out, taps int64) {
	taps = 1
	for i := range layers {
		l := &layers[i]
		a, b := bankBlocks(l, tl.Tr, tl.Tc, t)
		in, out, taps = max(in, a), max(out, b), max(taps, bufferTaps(l))
	}
	return in, out, taps
}

// bufferTaps is the weights of a kernel, which a half of a multiplier's buffer holds; units
// have a buffer of one word where a layer has no weights.
func bufferTaps(l *hw.Loops) int64 {
	if l.Weighted {
		return l.Taps()
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
		in = product(inputRows(l, r), inputColumns(l, c))
	}
	if l.Reduced {
		out = 1
	}
	m := memoriesOf(t)
	return m.bank(in), m.bank(out)
}

// bank is the blocks of so many words, at most 2^34: more than any layer's that
// hw.Loops.Check lets pass, and few enough to multiply by any array's banks.
func (m memories) bank(words int64) int64 { return min(m.blocks(words), 1<<34) }

// weights is the blocks of a multiplier's own weight buffer for a kernel of so many
// weights, both halves.
func (m memories) weights(taps int64) int64 {
	if m.bits <= 16 {
		return m.blocks(4 * taps)
	}
	return 2 * m.blocks(taps)
}

// blocks is the 18-Kb blocks of so many words.
func (m memories) blocks(words int64) int64 {
	return ceilDiv(product(words, int64(m.bits)), m.blockBits)
}

// lutBits is what one look-up table holds as memory (UG474, UG574).
const lutBits = 64

// weightLUTs is the look-up tables that hold a multiplier's weight buffer, both
// halves: 0 where they are more than 64 words, which one table a bit holds.
func weightLUTs(taps int64, bits int) int64 {
	words := 2 * taps
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
