package rtl

import (
	"slices"
	"testing"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/internal/heavy"
)

// gaps collects how far the formula is from the RTL.
type gaps struct {
	exact, ragged, strided, pointwise, windows, groups, all int
	by                                                      [4][]float64 // RTL to formula, less one
}

// tileTimes are a whole tile's cycles, as the RTL moves words: whole, and a word of a
// bank a cycle at most.
type tileTimes struct {
	load, pass, store int64
	passes, tiles     int64
	divides           bool // ports divide the words, and are no wider than the banks
	whole             bool // no ragged tiles
}

// times works them out from the layer alone, apart from package accel.
func times(l *Layer, d hw.Design) tileTimes {
	t := l.tiling(d.Tiling)
	out := tileTimes{divides: true}
	port := func(words, banks, width int) int64 {
		if words == 0 {
			return 0
		}
		if words%width != 0 || width > banks {
			out.divides = false
		}
		return int64(ceil(words, min(width, banks)))
	}
	pixels, kk := t.rows*t.cols, l.K*l.K
	maps := ceil(l.R, t.rows) * ceil(l.C, t.cols)
	out.whole = l.R%t.rows == 0 && l.C%t.cols == 0 && l.Groups%t.pack == 0 && t.pack*t.groupOut%t.out == 0 && t.pack*t.groupIn%t.in == 0
	if l.Reduced {
		out.load, out.pass, out.store = port(t.in*pixels, t.in, d.I), int64(pixels), port(t.out, t.out, d.O)
		out.passes, out.tiles = int64(maps), int64(ceil(l.Groups, t.pack))
		return out
	}
	weights := 0
	if l.Weighted {
		weights = t.out * t.in
		if t.pack > 1 {
			weights = t.pack * t.groupOut * t.groupIn
		}
	}
	out.load = max(port(weights*kk, weights, d.W), port(t.in*l.side(t.rows)*l.side(t.cols), t.in, d.I))
	out.pass, out.store = int64(kk*pixels), port(t.out*pixels, t.out, d.O)
	out.passes = int64(ceil(t.pack*t.groupIn, t.in))
	out.tiles = int64(maps * l.outputTiles(d.Tiling))
	return out
}

// check holds the RTL between bounds about the formula, F = Q*max(P*Lat1, S) cycles:
//
//   - above: with times in whole cycles and a word of a bank a cycle, at most
//     L + K + (P-1)*Lat1 + (Q-1)*Lat2 + S and, for a latency V, a drain D and the
//     register, V + D + 1; where two buffers cannot hide V and D (differences of times
//     smaller than them), V/2 a pass and D/2 an output tile more;
//   - equal to it where tiles are whole and V and D are hidden, and with ports that
//     divide the words that is the formula's own Lat1 and Lat2: the formula is too low
//     by exactly min(L, K) + min(P*Lat1, S) + V + D + 1;
//   - below: no port and no unit moves more than it can, so at least the formula's
//     terms of the words and products that there are, without ragged tiles' rest.
func (g *gaps) check(t *testing.T, p *Program, l *Layer, r Cycles, latency int) {
	t.Helper()
	x := times(l, p.Design)
	v, d := int64(latency), int64(drain)
	lat1 := max(x.load, x.pass)
	lat2 := max(x.passes*lat1, x.store)
	most := x.load + x.pass + (x.passes-1)*lat1 + (x.tiles-1)*lat2 + x.store + v + d + portRegister
	hidden := abs(x.load-x.pass) >= v && abs(x.passes*lat1-x.store) >= d
	if slack := (v*x.passes + d) * x.tiles / 2; r.RTL > most+slack {
		t.Errorf("%v on %v: %d cycles, at most %d by the bound", r.Layer, p.Design, r.RTL, most+slack)
	}
	if x.whole && hidden {
		if r.RTL != most {
			t.Errorf("%v on %v, latency %d: %d cycles, worked out %d", r.Layer, p.Design, latency, r.RTL, most)
		}
		if low := min(x.load, x.pass) + min(x.passes*lat1, x.store) + v + d + portRegister; x.divides && r.RTL-low != r.Formula {
			t.Errorf("%v on %v, latency %d: %d cycles, formula %d + %d", r.Layer, p.Design, latency, r.RTL, r.Formula, low)
		} else if x.divides {
			g.exact++
		}
	}
	if least := work(l, p.Design); r.RTL < least {
		t.Errorf("%v on %v: %d cycles for %d of work", r.Layer, p.Design, r.RTL, least)
	}
	g.count(l, x, r)
}

// work is the cycles that the outputs, the products and the pixels of a layer need at
// least, whatever the order.
func work(l *Layer, d hw.Design) int64 {
	products := 0
	if l.Weighted {
		products = ceil(l.M*(l.N/l.Groups)*l.R*l.C*l.K*l.K, d.Tm*d.Tn)
	}
	return int64(max(ceil(l.outputs(), d.O), products))
}

func abs(v int64) int64 { return max(v, -v) }

func (g *gaps) count(l *Layer, x tileTimes, r Cycles) {
	for n, is := range map[*int]bool{&g.ragged: !x.whole, &g.strided: l.S > 1, &g.pointwise: l.K == 1 && l.Weighted,
		&g.windows: !l.Weighted, &g.groups: l.Groups > 1, &g.all: true} {
		if is {
			*n++
		}
	}
	g.by[r.Bottleneck] = append(g.by[r.Bottleneck], float64(r.RTL)/float64(r.Formula)-1)
}

// report prints the gaps, and where heavy tests run asks for every kind of layer.
func (g *gaps) report(t *testing.T) {
	t.Logf("%d runs: %d where the formula is exact but for fill and drain; ragged %d, strided %d, 1x1 %d, windows %d, grouped %d",
		g.all, g.exact, g.ragged, g.strided, g.pointwise, g.windows, g.groups)
	for b, list := range g.by {
		if heavy.On() && len(list) < 20 {
			t.Errorf("%d runs are bound by %v, want 20", len(list), hw.Bottleneck(b))
		}
		if len(list) == 0 {
			continue
		}
		slices.Sort(list)
		t.Logf("bound by %v: %d; RTL to formula %+.1f%% to %+.1f%%, median %+.1f%%", hw.Bottleneck(b), len(list),
			100*list[0], 100*list[len(list)-1], 100*list[len(list)/2])
	}
	if heavy.On() && min(g.exact, g.ragged, g.strided, g.pointwise, g.windows, g.groups) < 20 {
		t.Error("one-sided")
	}
}

// TestTimes holds times against the cost model's own.
func TestTimes(t *testing.T) {
	l := Layer{Loops: hw.Loops{M: 8, N: 4, R: 12, C: 12, K: 3, S: 1, Groups: 1, Reads: 1, Weighted: true}}
	d := hw.Design{Tiling: hw.Tiling{Tm: 4, Tn: 2, Tr: 6, Tc: 6}, Ports: hw.Ports{W: 1, I: 1, O: 1}}
	c, err := accel.LayerCost(l.Loops, d, hw.DefaultTarget())
	if err != nil {
		t.Fatal(err)
	}
	if x := times(&l, d); float64(x.load) != max(c.TW, c.TI) || float64(x.pass) != c.TComp || float64(x.store) != c.TO || x.passes != 2 || x.tiles != 8 || !x.whole || !x.divides {
		t.Errorf("%+v, the model %+v", x, c)
	}
}
