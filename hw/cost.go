package hw

import (
	"cmp"
	"fmt"
)

// Tiling is the part of a design that the compute array and its buffers fix:
// Tm x Tn multiply-accumulate units, tiles of Tr x Tc output pixels.
type Tiling struct {
	Tm int `json:"tm"`
	Tn int `json:"tn"`
	Tr int `json:"tr"`
	Tc int `json:"tc"`
}

// Ports is the memory port in words a cycle: weights, inputs and outputs.
type Ports struct {
	W int `json:"w"`
	I int `json:"i"`
	O int `json:"o"`
}

// Design is an accelerator: what is fixed when the FPGA is configured.
type Design struct {
	Tiling `json:"tile"`
	Ports  `json:"ports"`
}

// String writes the design as <Tm,Tn,Tr,Tc> and <Wp,Ip,Op>.
func (d Design) String() string {
	return fmt.Sprintf("tile %d,%d,%d,%d ports %d,%d,%d", d.Tm, d.Tn, d.Tr, d.Tc, d.W, d.I, d.O)
}

// compare orders designs by their units, then by their sizes.
func (d Design) compare(e Design) int {
	return cmp.Or(cmp.Compare(d.Tm*d.Tn, e.Tm*e.Tn), cmp.Compare(d.Tm, e.Tm), cmp.Compare(d.Tr*d.Tc, e.Tr*e.Tc),
		cmp.Compare(d.Tr, e.Tr), cmp.Compare(d.W, e.W), cmp.Compare(d.I, e.I), cmp.Compare(d.O, e.O))
}

// Bottleneck is the term of the cost model that decided.
type Bottleneck int

// The four terms.
const (
	ComputeBound Bottleneck = iota
	WeightsBound
	InputsBound
	OutputsBound
)

var bottleneckNames = [...]string{"compute", "weights", "inputs", "outputs"}

// String gives the term's name: compute, weights, inputs or outputs.
func (b Bottleneck) String() string {
	if b < 0 || int(b) >= len(bottleneckNames) {
		return fmt.Sprintf("Bottleneck(%d)", int(b))
	}
	return bottleneckNames[b]
}

// MarshalText makes a bottleneck its name in JSON.
func (b Bottleneck) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// Cost is what one layer costs on one design.
type Cost struct {
	Cycles     int64      `json:"cycles"` // for Target.Batch frames, rounded up once for the layer
	TW         float64    `json:"tW"`     // cycles to load a tile's weights
	TI         float64    `json:"tI"`     // cycles to load a tile's inputs
	TComp      float64    `json:"tComp"`  // cycles to compute a tile
	TO         float64    `json:"tO"`     // cycles to store a tile's outputs
	Bottleneck Bottleneck `json:"bottleneck"`
	DSP        int        `json:"dsp"`
	BRAM18     int        `json:"bram18"`
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
func tileOf(l *Loops, tl Tiling, t *Target) tile {
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
	if t.Scripts {
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
func (x *tile) cycles(p Ports, fillDrain bool) int64 {
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
func (x *tile) fill(p Ports) int64 {
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
// with tile sizes clamped to the layer, for Target.Batch frames. (Zhang'15,
// section 3, extended by the port terms of Jiang et al., arXiv 1907.04650,
// section III.) A port of 0 words stands for a memory that never limits. DSP
// and BRAM18 are the design's, see Resources. The error names a size that is
// out of range; whether the design fits a device is Device.Fits.
func LayerCost(l Loops, d Design, t Target) (Cost, error) {
	if err := l.Check(); err != nil {
		return Cost{}, err
	}
	if err := t.Check(); err != nil {
		return Cost{}, err
	}
	if err := d.check(); err != nil {
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
	r := Resources([]Loops{l}, d, t)
	c.DSP, c.BRAM18 = r.DSP, r.BRAM18
	return c, nil
}

// bottleneck names the term that decides the steady state; compute wins ties,
// then weights, then inputs.
func (x *tile) bottleneck(p Ports) Bottleneck {
	b, most := ComputeBound, float64(x.inner*x.comp)
	if v := float64(x.inner) * ratio(x.w, p.W); v > most {
		b, most = WeightsBound, v
	}
	if v := float64(x.inner) * ratio(x.i, p.I); v > most {
		b, most = InputsBound, v
	}
	if v := ratio(x.o, p.O); v > most {
		b = OutputsBound
	}
	return b
}

// check refuses sizes that no accelerator has.
func (d Design) check() error {
	for _, f := range [...]struct {
		name string
		v    int
	}{{"Tm", d.Tm}, {"Tn", d.Tn}, {"Tr", d.Tr}, {"Tc", d.Tc}} {
		if f.v < 1 || f.v > maxExtent {
			return fmt.Errorf("hw: design %v: %s = %d, want 1 to %d", d, f.name, f.v, maxExtent)
		}
	}
	for _, f := range [...]struct {
		name string
		v    int
	}{{"Wp", d.W}, {"Ip", d.I}, {"Op", d.O}} {
		if f.v < 0 || f.v > maxExtent {
			return fmt.Errorf("hw: design %v: %s = %d, want 0 (never limits) to %d", d, f.name, f.v, maxExtent)
		}
	}
	return nil
}

func ratio(words int64, port int) float64 {
	if port == 0 {
		return 0
	}
	return float64(words) / float64(port)
}

func ceilDiv(a, b int64) int64 { return (a + b - 1) / b }
