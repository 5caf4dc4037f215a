package accel

import (
	"fmt"
	"math"

	"coexplore/hw"
)

// Cost is what one layer costs on one design.
type Cost struct {
	Cycles     int64         `json:"cycles"` // for hw.Target.Batch frames, rounded up once for the layer
	TW         float64       `json:"tW"`     // cycles to load a tile's weights
	TI         float64       `json:"tI"`     // cycles to load a tile's inputs
	TComp      float64       `json:"tComp"`  // cycles to compute a tile
	TO         float64       `json:"tO"`     // cycles to store a tile's outputs
	Bottleneck hw.Bottleneck `json:"bottleneck"`
	DSP        int           `json:"dsp"`
	LUT        int           `json:"lut"` // of the array's units
	FF         int           `json:"ff"`
	BRAM18     int           `json:"bram18"`
	// Exact is Cycles before it is rounded up: the ports need not divide a
	// tile's words.
	Exact float64 `json:"-"`
}

// tile is a layer under a tiling, before ports: how many tiles there are, and
// how many words and array cycles one tile takes.
type tile struct {
	outer   int64 // output tiles, over rows, columns, output channels and batch
	inner   int64 // passes of one output tile, over input channels (a reduction's rows and columns)
	w, i, o int64 // words of weights and inputs a pass, of outputs an output tile
	comp    int64 // array cycles a pass
}

// extent is the rows and columns that tiles cover.
func extent(l *hw.Loops, t *hw.Target) (rows, cols int) {
	if t.AuthorsScripts {
		return l.R + 2*l.Pad(), l.C + 2*l.Pad()
	}
	return l.R, l.C
}

// inputRows is the input rows under n output rows, with the halo.
func inputRows(l *hw.Loops, n int64) int64 { return int64(l.S)*(n-1) + int64(l.K) }

// inputColumns is the input columns under n output columns.
func inputColumns(l *hw.Loops, n int64) int64 { return int64(l.Step())*(n-1) + int64(l.Columns()) }

// readPixels is the pixels of one input map that are read for a tile of r x c.
func readPixels(l *hw.Loops, r, c int64, t *hw.Target) int64 {
	if t.Input == hw.Halo && !t.AuthorsScripts {
		return inputRows(l, r) * inputColumns(l, c)
	}
	return r * c
}

// computed is the pixels of one output map that are computed in a tile of r x c.
func computed(l *hw.Loops, r, c int64, t *hw.Target) int64 {
	if t.AuthorsScripts {
		return ceilDiv(r, int64(l.S)) * ceilDiv(c, int64(l.S))
	}
	return r * c
}

// packed is how many groups of a layer lie side by side along the array's
// diagonal, and the channels of each.
func packed(l *hw.Loops, tm, tn int) (pack, mg, ng int) {
	if l.Groups == 1 {
		return 1, l.M, l.N
	}
	mg, ng = l.M/l.Groups, l.N/l.Groups
	return max(1, min(tm/mg, tn/ng, l.Groups)), mg, ng
}

// lanes is a layer on Tm x Tn units, whatever the tile's rows and columns are.
type lanes struct {
	outer, inner int64 // output and input channel tiles; outer with groups and batch
	ins, outs    int64 // words for each pixel that a tile reads, and that it stores
	w            int64 // words of weights a pass
	kk, depth    int64 // cycles for each pixel, and for each pass
	reduced      bool
}

// lanesOf clamps Tm and Tn to the layer and counts.
//
// Groups lie side by side along the array's diagonal, as many as fit whole
// (the multipliers off the diagonal idle); where not even one fits, each group
// is tiled by itself. A depthwise convolution so runs min(Tm, Tn) channels at
// once on the same array.
func lanesOf(l *hw.Loops, tm, tn int, t *hw.Target) lanes {
	pack, mg, ng := packed(l, tm, tn)
	m, n := min(tm, pack*mg), min(tn, pack*ng)
	x := lanes{
		outer: int64(t.Batch) * ceilDiv(int64(l.Groups), int64(pack)) * ceilDiv(int64(pack*mg), int64(m)),
		inner: ceilDiv(int64(pack*ng), int64(n)),
		kk:    l.Taps(), depth: int64(t.Depth), reduced: l.Reduced,
	}
	weights := int64(m) * int64(n)
	if pack > 1 {
		weights = int64(pack) * int64(mg) * int64(ng)
	}
	if t.AuthorsScripts {
		m, n, weights = tm, tn, int64(tm)*int64(tn)
	}
	x.ins, x.outs = int64(l.Reads)*int64(n), int64(m)
	if l.Weighted {
		x.w = weights * x.kk
	}
	return x
}

// tile is the layer in so many tiles over rows and columns, each of which computes
// and reads so many pixels.
func (x *lanes) tile(tiles, area, read int64) tile {
	if x.reduced {
		return tile{outer: x.outer, inner: x.inner * tiles, i: x.ins * read, o: x.outs, comp: area + x.depth}
	}
	return tile{outer: x.outer * tiles, inner: x.inner, w: x.w, i: x.ins * read, o: x.outs * area, comp: x.kk*area + x.depth}
}

// tileOf is the layer under a tiling.
func tileOf(l *hw.Loops, tl hw.Tiling, t *hw.Target) tile {
	x := lanesOf(l, tl.Tm, tl.Tn, t)
	rows, cols := extent(l, t)
	r, c := int64(min(tl.Tr, rows)), int64(min(tl.Tc, cols))
	return x.tile(ceilDiv(int64(rows), r)*ceilDiv(int64(cols), c), computed(l, r, c, t), readPixels(l, r, c, t))
}

// countable refuses what the authors' scripts have no way to count, and what leaves int64
// with arrays of at most tm x tn: only with AuthorsScripts, where padding and unclamped tiles multiply (hw.Loops.Check sees
// to all else).
func countable(l *hw.Loops, tm, tn int, t *hw.Target) error {
	if !t.AuthorsScripts {
		return nil
	}
	if l.Wide != 0 || l.Across != 0 {
		return fmt.Errorf("hw: %v: the published scripts have square kernels and one stride only: leave out the scripts' way of counting", *l)
	}
	rows, cols := extent(l, t)
	pixels := float64(t.Batch) * float64(rows) * float64(cols)
	words := 4 * pixels * float64(l.K) * float64(l.K) * float64(l.M+tm) * float64(l.N/l.Groups+tn) * float64(l.Reads)
	if words+pixels*float64(l.M)*float64(l.N/l.Groups)*float64(t.Depth) >= 1<<60 {
		return fmt.Errorf("hw: %v padded to %dx%d on %d x %d units: more words or cycles than can be counted", *l, rows, cols, tm, tn)
	}
	return nil
}

// cycles is the formula of LayerCost with every division kept exact and the
// layer's total rounded up: max and ceil commute, so each term is rounded by
// itself. A port of 0 words never limits. Counts of hw.NeverCycles and more are
// hw.NeverCycles, so that sums over a network stay inside int64.
func (x *tile) cycles(p hw.Ports, fillDrain bool) int64 {
	passes := x.outer * x.inner
	cy := passes * x.comp
	if p.W > 0 {
		cy = max(cy, ceilDiv(passes*x.w, int64(p.W)))
	}
	if p.I > 0 {
		cy = max(cy, ceilDiv(passes*x.i, int64(p.I)))
	}
	if p.O > 0 {
		cy = max(cy, ceilDiv(x.outer*x.o, int64(p.O)))
	}
	if fillDrain {
		cy += x.fill(p)
	}
	return min(cy, hw.NeverCycles)
}

// fill is the first load and the last store, each in whole cycles.
func (x *tile) fill(p hw.Ports) int64 {
	first, last := x.comp, int64(0)
	if p.W > 0 {
		first = max(first, ceilDiv(x.w, int64(p.W)))
	}
	if p.I > 0 {
		first = max(first, ceilDiv(x.i, int64(p.I)))
	}
	if p.O > 0 {
		last = ceilDiv(x.o, int64(p.O))
	}
	return first + last
}

// LayerCost is the cost of a layer on a design:
//
//	tComp = K*K*Tr*Tc            tW = Tm*Tn*K*K / Wp
//	tI    = Tn*Tr'*Tc' / Ip      tO = Tm*Tr*Tc / Op
//	Lat1  = max(tW, tI, tComp)   Lat2 = max(ceil(N/Tn)*Lat1, tO)
//	cycles = ceil(R/Tr) * ceil(C/Tc) * ceil(M/Tm) * Lat2   (+ Lat1 + tO with FillDrain)
//
// with tile sizes clamped to the layer, for hw.Target.Batch frames; Tr' and Tc'
// are S*Tr+K-S and S*Tc+K-S (a kernel that is not square has its rows and columns in
// K's places, and strides that differ are in those of S), or as hw.Target.Input and AuthorsScripts say.
// (Zhang'15, section 3, extended by the port terms of Jiang et al., arXiv
// 1907.04650, section III.) A layer that is Reduced walks its map in tiles that
// add up: ceil(R/Tr)*ceil(C/Tc) passes of Tr*Tc cycles and one output pixel a
// channel, for min(Tm, Tn) channels at once.
//
// A port of 0 words stands for a memory that never limits. DSP, LUT, FF and
// BRAM18 are the design's, see Resources. The error names a size that is out of
// range; whether the design fits a device is Fits.
//
// Package rtl builds this accelerator, and its comment says where hardware takes other
// cycles and memories than the formula.
func LayerCost(l hw.Loops, d hw.Design, t hw.Target) (Cost, error) {
	if err := l.Check(); err != nil {
		return Cost{}, err
	}
	if err := t.Check(); err != nil {
		return Cost{}, err
	}
	if err := d.Check(); err != nil {
		return Cost{}, err
	}
	if err := countable(&l, d.Tm, d.Tn, &t); err != nil {
		return Cost{}, err
	}
	x := tileOf(&l, d.Tiling, &t)
	c := Cost{Cycles: x.cycles(d.Ports, t.FillDrain), TComp: float64(x.comp),
		TW: ratio(x.w, d.W), TI: ratio(x.i, d.I), TO: ratio(x.o, d.O), Bottleneck: x.bottleneck(d.Ports)}
	if c.Cycles >= hw.NeverCycles {
		return Cost{}, fmt.Errorf("hw: %v with %v: 2^52 cycles or more", l, d)
	}
	lat1 := max(c.TW, c.TI, c.TComp)
	c.Exact = float64(x.outer) * max(float64(x.inner)*lat1, c.TO)
	if t.FillDrain {
		c.Exact += lat1 + c.TO
	}
	r := Resources([]hw.Loops{l}, d, t)
	if int64(r.BRAM18) >= min(mostCount, math.MaxInt) {
		return Cost{}, fmt.Errorf("hw: %v with %v: more memory than can be counted", l, d)
	}
	c.DSP, c.LUT, c.FF, c.BRAM18 = r.DSP, r.LUT, r.FF, r.BRAM18
	return c, nil
}

// GroupCost is what layers cost together on one design, one after the other, for
// Target.Batch frames: cycles, the term that decides most of them, and the joules
// beyond static power, an estimate (see hw.Power). The arguments are those that
// LayerCost would accept; nothing is checked.
func GroupCost(layers []hw.Loops, d hw.Design, t *hw.Target, p *hw.Power) (cycles int64, bound hw.Bottleneck, joules float64) {
	var by [4]int64
	for i := range layers {
		x := tileOf(&layers[i], d.Tiling, t)
		c := x.cycles(d.Ports, t.FillDrain)
		cycles += c
		by[x.bottleneck(d.Ports)] += c
		joules += x.energy(&layers[i], p, t)
	}
	for k := range by {
		if by[k] > by[bound] {
			bound = hw.Bottleneck(k)
		}
	}
	return cycles, bound, joules
}

// bottleneck names the term that decides the steady state; compute wins ties,
// then weights, then inputs.
func (x *tile) bottleneck(p hw.Ports) hw.Bottleneck {
	b, most := hw.ComputeBound, float64(x.inner*x.comp)
	if v := float64(x.inner) * ratio(x.w, p.W); v > most {
		b, most = hw.WeightsBound, v
	}
	if v := float64(x.inner) * ratio(x.i, p.I); v > most {
		b, most = hw.InputsBound, v
	}
	if v := ratio(x.o, p.O); v > most {
		b = hw.OutputsBound
	}
	return b
}

func ratio(words int64, port int) float64 {
	if port == 0 {
		return 0
	}
	return float64(words) / float64(port)
}

func ceilDiv(a, b int64) int64 { return (a + b - 1) / b }
