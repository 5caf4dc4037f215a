package accel

import (
	"fmt"

	"coexplore/hw"
)

// budget is what a device offers to accelerators of one word size. Whatever asks
// whether a design fits asks it, so that all agree.
//
// What holds refuses, it refuses for more units, larger banks and larger kernels
// too, and for more bits: searches leave out designs because of it.
type budget struct {
	memories
	units      int64 // most multiply-accumulate units that DSPs, LUTs and FFs make
	lut        int64 // 0: not known
	bram, uram int64
	words      int64 // most words a cycle over the three ports
}

func newBudget(dev *hw.Device, t *hw.Target) budget {
	b := budget{memories: memoriesOf(t), lut: int64(dev.LUT), bram: int64(dev.BRAM18), uram: int64(dev.URAM), words: int64(dev.MaxWords(*t))}
	switch {
	case t.Bits <= 8:
		b.units = 2 * int64(dev.DSP)
	case t.Bits <= 16:
		b.units = int64(dev.DSP)
	default:
		b.units = int64(dev.DSP / 5)
	}
	if dev.LUT > 0 {
		b.units = min(b.units, int64(dev.LUT)/unitLUT(t.Bits))
	}
	if dev.FF > 0 {
		b.units = min(b.units, int64(dev.FF)/unitFF(t.Bits))
	}
	return b
}

// holds reports whether Tm x Tn units, with weight buffers of so many taps and
// banks of the given blocks a half, fit.
func (b *budget) holds(tm, tn int, in, out, taps int64) bool {
	return b.banks(b.besideWeights(tm, tn, taps), tm, tn, in, out)
}

// besideWeights is the blocks that an array and its weight buffers leave to the
// banks; below 0: the array does not fit.
func (b *budget) besideWeights(tm, tn int, taps int64) int64 {
	units := int64(tm) * int64(tn)
	if units > b.units {
		return -1
	}
	return b.bram - product(units-b.lutBuffers(units, taps), b.weights(taps))
}

// lutBuffers is how many of the units' weight buffers lie in LUT memory: as many
// as a quarter of the device's look-up tables hold (those of 25 to 50 % of the
// slices can be memory: DS180), and the units leave.
func (b *budget) lutBuffers(units, taps int64) int64 {
	each := weightLUTs(taps, b.bits)
	room := min(b.lut/4, b.lut-units*unitLUT(b.bits))
	if each == 0 || room <= 0 {
		return 0
	}
	return min(units, room/each)
}

// banks reports whether Tn input and Tm output banks fit in the given blocks and
// the UltraRAM.
func (b *budget) banks(blocks int64, tm, tn int, in, out int64) bool {
	need := 2*int64(tn)*in + 2*int64(tm)*out
	if need <= blocks || blocks < 0 {
		return blocks >= 0
	}
	if need > blocks+b.uramBlocks*b.uram {
		return false
	}
	_, left := b.place(blocks, tm, tn, in, out)
	return left <= blocks
}

// place finds the banks' best place: as few UltraRAM as leave no more blocks of
// banks than there are; where none do, those that leave the fewest. A bank lies
// in one kind of memory, both halves together: 2n blocks, or as many UltraRAM as
// their words fill.
// It takes O(Tn) steps.
func (b *budget) place(blocks int64, tm, tn int, in, out int64) (uram, left int64) {
	need := 2*int64(tn)*in + 2*int64(tm)*out
	inRAM, outRAM := ceilDiv(2*in, b.uramBlocks), ceilDiv(2*out, b.uramBlocks)
	uram, left = 0, need
	for x := int64(0); x <= min(int64(tn), b.uram/inRAM); x++ {
		over := need - 2*x*in - blocks // to be in output banks' UltraRAM
		y := min(max(0, ceilDiv(over, 2*out)), int64(tm), (b.uram-x*inRAM)/outRAM)
		u, l := x*inRAM+y*outRAM, need-2*x*in-2*y*out
		if better := l < left; left <= blocks {
			if l <= blocks && u < uram {
				uram, left = u, l
			}
		} else if better {
			uram, left = u, l
		}
	}
	return uram, left
}

// ResourcesOn is what a design takes of a device to serve the layers: Resources,
// with weight buffers in LUT memory as far as they fit there (64 words deep,
// kernels up to 5 x 5), and banks of feature maps in UltraRAM where the 18-Kb
// blocks are too few.
func ResourcesOn(dev *hw.Device, layers []hw.Loops, d hw.Design, t hw.Target) Usage {
	b := newBudget(dev, &t)
	u := Resources(layers, d, t)
	in, out, taps := largest(layers, d.Tiling, &t)
	units := int64(d.Tm) * int64(d.Tn)
	inLUT := b.lutBuffers(units, taps)
	u.LUT += count(inLUT * weightLUTs(taps, t.Bits))
	weights := product(units-inLUT, b.weights(taps))
	uram, left := b.place(max(0, b.bram-weights), d.Tm, d.Tn, in, out)
	u.URAM, u.BRAM18 = count(uram), count(add(left, weights))
	return u
}

// Fits reports a *FitError that names the resource which the design exceeds, how
// much of it the layers need and how much the device has; nil if it fits. A
// device's LUT and FF of 0 are not known and do not limit; without LUT, weight
// buffers lie in 18-Kb blocks.
func Fits(dev *hw.Device, layers []hw.Loops, d hw.Design, t hw.Target) error {
	u := ResourcesOn(dev, layers, d, t)
	what := "design"
	if len(layers) == 1 {
		what = layers[0].String()
	}
	switch {
	case u.DSP > dev.DSP:
		return &FitError{what, dev.Part, "DSP", u.DSP, dev.DSP}
	case dev.LUT > 0 && u.LUT > dev.LUT:
		return &FitError{what, dev.Part, "LUT", u.LUT, dev.LUT}
	case dev.FF > 0 && u.FF > dev.FF:
		return &FitError{what, dev.Part, "FF", u.FF, dev.FF}
	case u.BRAM18 > dev.BRAM18 && dev.URAM > 0:
		return &FitError{what, dev.Part, fmt.Sprintf("BRAM18 beside %d UltraRAM", u.URAM), u.BRAM18, dev.BRAM18}
	case u.BRAM18 > dev.BRAM18:
		return &FitError{what, dev.Part, "BRAM18", u.BRAM18, dev.BRAM18}
	case u.PortBits > dev.PortBits(t):
		return &FitError{what, dev.Part, "memory port bits a cycle", u.PortBits, dev.PortBits(t)}
	}
	return nil
}
