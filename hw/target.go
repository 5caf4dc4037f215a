package hw

import (
	"fmt"
	"math"
)

// InputRule says how many pixels of the input a tile needs: what its buffer
// holds, and what is read for it through the port.
type InputRule int

const (
	// Halo is what the tile's output needs, (S*Tr+K-S) x (S*Tc+K-S) pixels:
	// Zhang'15, section 3.4.
	Halo InputRule = iota
	// TileOnly is Tr x Tc pixels, for comparing with figures that were counted
	// so.
	TileOnly
)

// DensePlace says where fully connected layers run.
type DensePlace int

const (
	// DenseOnHost runs fully connected layers on the processor beside the
	// FPGAs: they cost no cycles here. It is the convention of the
	// co-exploration paper, whose pipelines hold convolutions.
	DenseOnHost DensePlace = iota
	// DenseOnFPGA makes them layers of the pipeline like any other.
	DenseOnFPGA
)

// Target is what the accelerators of a pipeline have in common: word size,
// clock, and the conventions of the cost model.
type Target struct {
	Bits      int       // word size: 8 or 16 fixed point, 32 floating point
	ClockMHz  float64   // accelerator clock
	Input     InputRule // input pixels of a tile
	FillDrain bool      // add each layer's first load and last store
	// AuthorsScripts counts as the scripts published with the exploration papers
	// did, for comparing with their figures: with P the padding, R+2P and C+2P
	// stand for R and C everywhere; Tm and Tn are not clamped to the layer; a tile
	// reads Tr x Tc pixels (Input is the buffer's rule alone), and computes and
	// stores ceil(Tr/S) x ceil(Tc/S), though R and C are output sizes already:
	// layers with strides are counted too low. Memory blocks are not counted as the
	// scripts do, which take the whole tile: a buffer holds no more than R+2P by C+2P
	// pixels, so that a design that fits here may be one that they refuse.
	AuthorsScripts bool
	Batch          int // frames that go through a layer together, at least 1
	Depth          int // pipeline depth in cycles, added to each pass over a tile (Zhang'15 takes 20)
	Dense          DensePlace
	// LinkGbps is the bandwidth between neighbouring FPGAs in Gbit/s; 0 is a
	// link that is never the limit.
	LinkGbps float64
	// LinkLatencyUS is the time from the sending of a bit over a link to its
	// arrival, in microseconds: it makes frames take longer, and the interval not.
	LinkLatencyUS float64
	// LinkPJBit is the energy of moving one bit over a link, both ends, in
	// picojoules: see DefaultLinkPJBit.
	LinkPJBit float64
}

// DefaultLinkPJBit is an estimate of the energy of moving one bit over a serial link
// between FPGAs, in picojoules: of the order of 0.1 W for each of the two
// transceivers at several Gbit/s. It is ours, not a data sheet's.
const DefaultLinkPJBit = 30

// DefaultTarget is 32-bit floating point at 100 MHz, frame by frame, with the
// exact input buffer and no fill or drain.
func DefaultTarget() Target {
	return Target{Bits: 32, ClockMHz: 100, Batch: 1, LinkPJBit: DefaultLinkPJBit}
}

// maxClockMHz bounds clocks.
const maxClockMHz = 10000

// Check reports the first field that no accelerator can have.
func (t Target) Check() error {
	switch {
	case t.Bits != 8 && t.Bits != 16 && t.Bits != 32:
		return fmt.Errorf("hw: word size %d bits: want 8, 16 or 32", t.Bits)
	case !(t.ClockMHz > 0) || t.ClockMHz > maxClockMHz:
		return fmt.Errorf("hw: clock %v MHz: want more than 0 and at most %v", t.ClockMHz, maxClockMHz)
	case t.Batch < 1 || t.Batch > 1<<10:
		return fmt.Errorf("hw: batch of %d frames: want 1 to %d", t.Batch, 1<<10)
	case t.Depth < 0 || t.Depth > 1<<10:
		return fmt.Errorf("hw: pipeline depth of %d cycles: want 0 to %d", t.Depth, 1<<10)
	case !(t.LinkGbps >= 0) || math.IsInf(t.LinkGbps, 1):
		return fmt.Errorf("hw: link of %v Gbit/s: want 0 (no limit) or more", t.LinkGbps)
	}
	return nil
}

// NeverCycles stands for the time of what cannot run: more cycles than anything
// that can takes, and few enough that sums of some thousands stay inside int64.
const NeverCycles = int64(1) << 52

// Budget is the most cycles that a stage may take at fps frames a second, at most
// 2^62: floor(batch * clock / fps), with the clock and the rate as the decimal
// numbers that they are written as. A rate of more than 11 digits was computed,
// from cycles perhaps, and its rounding is forgiven as far as 1e-12 of it.
func (t Target) Budget(fps float64) int64 {
	if !(fps > 0) {
		return 1 << 62
	}
	if math.IsInf(fps, 1) {
		return 0
	}
	b, _ := scaled(int64(t.Batch), t.ClockMHz, fps, 6)
	if measured(fps) || measured(t.ClockMHz) {
		b = forgive(b, float64(t.Batch)*t.ClockMHz*1e6/fps)
	}
	return b
}

// Seconds turns cycles into seconds.
func (t Target) Seconds(cycles int64) float64 { return float64(cycles) / (t.ClockMHz * 1e6) }

// LinkCycles is the accelerator cycles in which a batch's words cross a link, at
// most NeverCycles: ceil(words * bits * batch * clock / bandwidth), with the clock
// and the bandwidth as the decimal numbers that they are written as.
func (t Target) LinkCycles(words int64) int64 {
	if t.LinkGbps == 0 || words == 0 {
		return 0
	}
	if words >= 1<<47 { // its bits leave int64
		return NeverCycles
	}
	cycles, whole := scaled(words*int64(t.Bits)*int64(t.Batch), t.ClockMHz, t.LinkGbps, -3)
	if !whole {
		cycles++
	}
	return min(NeverCycles, cycles)
}
