package accel

import "coexplore/hw"

// Cost is what one layer costs on one design.
type Cost struct {
	Cycles     int64         `json:"cycles"` // for hw.Target.Batch frames, rounded up once for the layer
	TW         float64       `json:"tW"`     // cycles to load a tile's weights
	TI         float64       `json:"tI"`     // cycles to load a tile's inputs
	TComp      float64       `json:"tComp"`  // cycles to compute a tile
	TO         float64       `json:"tO"`     // cycles to store a tile's outputs
	Bottleneck hw.Bottleneck `json:"bottleneck"`
	DSP        int           `json:"dsp"`
	BRAM18     int           `json:"bram18"`
	// Exact is Cycles before it is rounded up: the ports need not divide a
	// tile's words.
	Exact float64 `json:"-"`
}

// tile is a layer under a tiling, before ports: how many tiles there are, and
// how many words and array cycles one tile takes.
type tile struct {
	outer      int64 // output tiles, over rows, columns, output channels and batch
	inner      int64 // input-channel tiles of one output tile
	w, i, o    int64 // words of weights and inputs a pass, of outputs an output tile
	comp       int64 // array cycles a pass
	rows, cols int   // the tile, clamped to the layer
}

// tileOf clamps the tiling to the layer and counts.
//
// Groups lie side by side along the array's diagonal, as many as fit whole
// (the multipliers off the diagonal idle); where not even one fits, each group
// is tiled by itself. A depthwise convolution so runs min(Tm, Tn) channels at
// once on the same array.
func tileOf(l *hw.Loops, tl hw.Tiling, t *hw.Target) tile {
	mg, ng, pack := l.M, l.N, 1
	if l.Groups > 1 {
		mg, ng = l.M/l.Groups, l.N/l.Groups
		pack = max(1, min(tl.Tm/mg, tl.Tn/ng, l.Groups))
	}
	m, n := min(tl.Tm, pack*mg), min(tl.Tn, pack*ng)
	r, c := min(tl.Tr, l.R), min(tl.Tc, l.C)
	kk, rc := int64(l.K)*int64(l.K), int64(r)*int64(c)
	x := tile{
		outer: int64(t.Batch) * ceilDiv(int64(l.R), int64(r)) * ceilDiv(int64(l.C), int64(c)) *
			ceilDiv(int64(l.Groups), int64(pack)) * ceilDiv(int64(pack*mg), int64(m)),
		inner: ceilDiv(int64(pack*ng), int64(n)),
		i:     int64(l.Reads) * int64(n) * rc,
		o:     int64(m) * rc,
		comp:  kk*rc + int64(t.Depth),
		rows:  r, cols: c,
	}
	if l.Weighted {
		if pack > 1 {
			x.w = int64(pack) * int64(mg) * int64(ng) * kk
		} else {
			x.w = int64(m) * int64(n) * kk
		}
	}
	if t.AuthorsScripts {
		x.comp = kk*int64(min(tl.Tr, l.R+l.K-1))*int64(min(tl.Tc, l.C+l.K-1)) + int64(t.Depth)
		x.o = int64(tl.Tm) * rc
		if l.Weighted && pack == 1 {
			x.w = int64(tl.Tm) * int64(tl.Tn) * kk
		}
	}
	return x
}

// cycles is the formula of LayerCost with every division kept exact and the layer's
// total rounded up: max and ceil commute, so each term is rounded by itself.
// A port of 0 words never limits.
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
	return cy
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
//	tI    = Tn*Tr*Tc / Ip        tO = Tm*Tr*Tc / Op
//	Lat1  = max(tW, tI, tComp)   Lat2 = max(ceil(N/Tn)*Lat1, tO)
//	cycles = ceil(R/Tr) * ceil(C/Tc) * ceil(M/Tm) * Lat2   (+ Lat1 + tO with FillDrain)
//
// with tile sizes clamped to the layer, for hw.Target.Batch frames. (Zhang'15,
// section 3, extended by the port terms of Jiang et al., arXiv 1907.04650,
// section III.) A port of 0 words stands for a memory that never limits. DSP
// and BRAM18 are the design's, see Resources. The error names a size that is
// out of range; whether the design fits a device is Fits.
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
	x := tileOf(&l, d.Tiling, &t)
	c := Cost{Cycles: x.cycles(d.Ports, t.FillDrain), TComp: float64(x.comp),
		TW: ratio(x.w, d.W), TI: ratio(x.i, d.I), TO: ratio(x.o, d.O), Bottleneck: x.bottleneck(d.Ports)}
	lat1 := max(c.TW, c.TI, c.TComp)
	c.Exact = float64(x.outer) * max(float64(x.inner)*lat1, c.TO)
	if t.FillDrain {
		c.Exact += lat1 + c.TO
	}
	r := Resources([]hw.Loops{l}, d, t)
	c.DSP, c.BRAM18 = r.DSP, r.BRAM18
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
