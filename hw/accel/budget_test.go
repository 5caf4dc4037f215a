package accel

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"coexplore/hw"
)

// TestResourcesOn works designs out by hand.
func TestResourcesOn(t *testing.T) {
	dev := hw.Device{Part: "X", DSP: 1000, BRAM18: 200, LUT: 40000, FF: 80000, URAM: 4, MemoryGbps: 100, Price: 1}
	tg := hw.DefaultTarget()
	tg.Bits = 16
	three := []hw.Loops{conv(64, 64, 32, 32, 3, 1)}
	seven := []hw.Loops{conv(64, 64, 32, 32, 7, 1)}
	for _, c := range []struct {
		what   string
		layers []hw.Loops
		d      hw.Design
		want   Usage
	}{
		// 8 x 8 units of 40 LUTs and 48 FFs; buffers of 2*9*16 bits in 5 LUTs; banks
		// of 34*34*16 bits in 2 blocks, of 32*32*16 in 1, twice, eight times each.
		{"3x3", three, design(8, 8, 32, 32, 1, 1, 1), Usage{64, 64 * 45, 64 * 48, 2*8*2 + 2*8, 0, 48}},
		// 98 words are too deep for LUT memory: 4*49*16 bits in a block each; banks
		// of 38*38*16 bits in 2 blocks.
		{"7x7", seven, design(8, 8, 32, 32, 1, 1, 1), Usage{64, 64 * 40, 64 * 48, 64 + 32 + 16, 0, 48}},
		// 12 x 12 units leave 200-144 = 56 blocks for 12 banks of 4 and 12 of 2: 16
		// too many, which 4 input banks take along, an UltraRAM each.
		{"7x7, UltraRAM", seven, design(12, 12, 32, 32, 1, 1, 1), Usage{144, 144 * 40, 144 * 48, 200, 4, 48}},
		// 800 units leave 8000 LUTs, fewer than a quarter of all: 615 buffers of 50
		// words, 13 LUTs each. The other 185 and 60 banks of one block a half are
		// too many; 4 UltraRAM take 4 of the banks.
		{"5x5", []hw.Loops{conv(64, 64, 4, 4, 5, 1)}, design(40, 20, 4, 4, 1, 1, 1), Usage{800, 800*40 + 615*13, 800 * 48, 185 + 2*56, 4, 48}},
	} {
		got := ResourcesOn(&dev, c.layers, c.d, tg)
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.what, got, c.want)
		}
	}
	d := design(8, 8, 32, 32, 1, 1, 1)
	for _, c := range []struct {
		change func(*hw.Device)
		want   string
	}{
		{func(d *hw.Device) { d.DSP = 63 }, "needs 64 DSP, has 63"},
		{func(d *hw.Device) { d.LUT = 2559 }, "needs 2560 LUT, has 2559"},
		{func(d *hw.Device) { d.FF = 3071 }, "needs 3072 FF, has 3071"},
		{func(d *hw.Device) { d.BRAM18, d.URAM = 47, 0 }, "needs 48 BRAM18, has 47"},
		{func(d *hw.Device) { d.BRAM18, d.URAM = 40, 1 }, "needs 44 BRAM18 beside 1 UltraRAM, has 40"},
		{func(d *hw.Device) { d.MemoryGbps = 4.7 }, "needs 48 memory port bits a cycle, has 47"},
		{func(d *hw.Device) { d.LUT, d.FF, d.BRAM18 = 0, 0, 112 }, ""},
	} {
		own := dev
		c.change(&own)
		err := Fits(&own, three, d, tg)
		var fit *FitError
		if (err == nil) != (c.want == "") || err != nil && (!errors.As(err, &fit) || !strings.HasSuffix(err.Error(), c.want)) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}

// TestBlockShapes counts memories by every shape of an 18-Kb block and of UltraRAM, at
// depths around each edge: blocks side by side make the word, below each other the depth.
func TestBlockShapes(t *testing.T) {
	widths := []int64{1, 2, 4, 9, 18, 36}
	for _, bits := range []int{8, 16, 32} {
		m := memoriesOf(&hw.Target{Bits: bits})
		for edge := int64(256); edge <= 1<<17; edge += 256 {
			for _, words := range []int64{edge - 1, edge, edge + 1} {
				best := int64(1) << 40
				for _, w := range widths {
					depth := int64(16384) / w
					if w >= 9 {
						depth = 18432 / w
					}
					best = min(best, ceilDiv(int64(bits), w)*ceilDiv(words, depth))
				}
				if got := m.blocks(words); got != best || BRAM18(int(words), bits) != int(best) {
					t.Fatalf("%d words of %d bits: %d blocks, by shapes %d", words, bits, got, best)
				}
				// Two halves of a bank in UltraRAM, 4,096 words each, whatever their width.
				if got, want := ceilDiv(2*m.blocks(words), m.uramBlocks), ceilDiv(2*words, 4096); got != want {
					t.Fatalf("two halves of %d words of %d bits: %d UltraRAM, want %d", words, bits, got, want)
				}
			}
		}
	}
}

// TestPlaceIsBest tries every number of input and output banks in UltraRAM.
func TestPlaceIsBest(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 20000 {
		each := int64(2) << rng.IntN(4) // blocks for an UltraRAM
		b := budget{memories: memories{uramBlocks: each}, uram: int64(rng.IntN(20))}
		tm, tn := 1+rng.IntN(8), 1+rng.IntN(8)
		in, out := 1+int64(rng.IntN(20)), 1+int64(rng.IntN(20))
		blocks := int64(rng.IntN(300))
		uram, least := int64(-1), int64(1)<<40
		for x := range int64(tn) + 1 {
			for y := range int64(tm) + 1 {
				u := x*((2*in+each-1)/each) + y*((2*out+each-1)/each)
				left := 2*(int64(tn)-x)*in + 2*(int64(tm)-y)*out
				if u > b.uram {
					continue
				}
				if least = min(least, left); left <= blocks && (uram < 0 || u < uram) {
					uram = u
				}
			}
		}
		u, left := b.place(blocks, tm, tn, in, out)
		if fits := b.banks(blocks, tm, tn, in, out); fits != (uram >= 0) || fits && (u != uram || left > blocks) || !fits && left != least {
			t.Fatalf("%d x %d banks of %d and %d blocks in %d blocks and %d UltraRAM: %d UltraRAM, %d blocks, %v; want %d, %d",
				tn, tm, in, out, blocks, b.uram, u, left, fits, uram, least)
		}
	}
}

// TestFewerBitsNeverNeedMore: what fits at 32 bits fits at 16, what fits at 16
// fits at 8, and the best design is no slower; and what fits, fits with any one
// size smaller.
func TestFewerBitsNeverNeedMore(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 16))
	fit, inLUT, inURAM := 0, 0, 0
	for range 40000 {
		tg := randomTarget(rng)
		tg.Bits = 32
		dev := randomDevice(rng, tg)
		dev.DSP = 1 + rng.IntN(60)
		layers := make([]hw.Loops, 1+rng.IntN(3))
		for i := range layers {
			layers[i] = randomLoops(rng, 40, &tg)
		}
		d := design(1+rng.IntN(6), 1+rng.IntN(6), 1+rng.IntN(40), 1+rng.IntN(40), 1+rng.IntN(3), 1+rng.IntN(3), 1+rng.IntN(3))
		before := false
		for _, bits := range []int{32, 16, 8} {
			tg.Bits = bits
			err := Fits(&dev, layers, d, tg)
			if before && err != nil {
				t.Fatalf("%v on %+v: fits with more bits, at %d: %v", d, dev, bits, err)
			}
			before = err == nil
		}
		if !before {
			continue
		}
		fit++
		if u := ResourcesOn(&dev, layers, d, tg); u.URAM > 0 {
			inURAM++
		} else if u.LUT > d.Tm*d.Tn*int(unitLUT(8)) {
			inLUT++
		}
		for _, size := range []*int{&d.Tm, &d.Tn, &d.Tr, &d.Tc, &d.W, &d.I, &d.O} {
			whole := *size
			if *size = 1 + rng.IntN(whole); Fits(&dev, layers, d, tg) != nil {
				t.Fatalf("%v on %+v: does not fit, but with %d instead", d, dev, whole)
			}
			*size = whole
		}
	}
	if fit < 4000 || inLUT < 100 || inURAM < 100 {
		t.Errorf("one-sided: %d fit, %d with LUT memory, %d with UltraRAM", fit, inLUT, inURAM)
	}
	for range 400 {
		tg := randomTarget(rng)
		tg.Bits = 32
		dev := randomDevice(rng, tg)
		layers := []hw.Loops{randomLoops(rng, 20, &tg), randomLoops(rng, 20, &tg)}
		cycles := hw.NeverCycles
		for _, bits := range []int{32, 16, 8} {
			tg.Bits = bits
			best, err := BestDesign(layers, &dev, tg)
			if err != nil && cycles < hw.NeverCycles {
				t.Fatalf("%v on %+v: none at %d bits: %v", layers, dev, bits, err)
			}
			if err == nil {
				if best.Cycles > cycles {
					t.Fatalf("%v on %+v: %d cycles at %d bits, %d with more", layers, dev, best.Cycles, bits, cycles)
				}
				cycles = best.Cycles
			}
		}
	}
}

// TestUnitsDoNotContradictPublishedDesigns: Qiu et al., FPGA 2016, with all that
// their accelerator needs besides, and Zhang'15's with what it took.
func TestUnitsDoNotContradictPublishedDesigns(t *testing.T) {
	for _, c := range []struct {
		units    int64
		bits     int
		lut, ff  int64
		complete bool // the figures are those of the units alone, to a percent
	}{{780, 16, 182616, 127653, false}, {448, 32, 186251, 205704, true}} {
		lut, ff := c.units*unitLUT(c.bits), c.units*unitFF(c.bits)
		if float64(lut) > 1.01*float64(c.lut) || float64(ff) > 1.01*float64(c.ff) || c.complete && (float64(lut) < 0.99*float64(c.lut) || float64(ff) < 0.99*float64(c.ff)) {
			t.Errorf("%d units at %d bits: %d LUTs, %d flip-flops; published %d, %d", c.units, c.bits, lut, ff, c.lut, c.ff)
		}
	}
}
