package accel

import (
	"fmt"

	"coexplore/hw"
)

// TileRun is one layer on one accelerator, tile by tile.
type TileRun struct {
	// Cycles is when the last output tile is stored. It is exact; ports that do
	// not divide a tile's words make fractions.
	Cycles float64
	// Loaded, Computed and Stored are the cycles in which each part works.
	Loaded, Computed, Stored float64
	Passes                   int64 // input-channel tiles computed
	Tiles                    int64 // output tiles stored
	Steps                    []TileStep
}

// TileStep is a part of the accelerator at work on one tile.
type TileStep struct {
	Part  TilePart `json:"part"`
	Tile  int64    `json:"tile"`  // output tile, from 0
	Pass  int64    `json:"pass"`  // input-channel tile within it; 0 for a store
	Start float64  `json:"start"` // cycles
	End   float64  `json:"end"`
}

// TilePart is a part of the accelerator.
type TilePart int

// The parts.
const (
	LoadTile TilePart = iota
	ComputeTile
	StoreTile
)

// String gives the part's name: load, compute or store.
func (p TilePart) String() string { return [...]string{"load", "compute", "store"}[p] }

// MarshalText makes a part its name in JSON.
func (p TilePart) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// TileOptions is what SimulateTiles can vary.
type TileOptions struct {
	// Ragged lets the tiles at a layer's edges take only what they hold. The
	// cost formula counts them as whole tiles.
	Ragged bool
	// Whole moves words as hardware does: a load or a store takes whole cycles, and
	// a bank (of an input channel, of an output channel, of a multiplier's weights)
	// takes or gives one word a cycle, so that a port wider than a tile's banks is
	// not used in full. The formula splits cycles, and knows no banks.
	Whole bool
	// Latency is the cycles from a load's last request to its words being there.
	// Loads follow each other without it.
	Latency int
	// Drain is the cycles from the last operands of an output tile to its last sum,
	// which its store waits for. Passes follow each other without it, unlike
	// hw.Target.Depth, which every pass takes.
	Drain int
	// Steps is how many TileSteps to record; 0: none.
	Steps int
}

// maxTileEvents bounds the passes of one SimulateTiles.
const maxTileEvents = 1 << 26

// SimulateTiles steps through a layer as the accelerator of LayerCost runs it,
// (AuthorsScripts, a way to count, aside) over rows, columns, output channels and
// input channels of every frame of the batch, with two buffers for inputs and weights and two for outputs:
//
//   - a load (weights and inputs, side by side over their ports) begins when the
//     one before it has ended, and the pass two before it is computed, whose
//     buffer it fills;
//   - a pass is computed when it is loaded and the one before it is computed;
//     the first pass of an output tile waits for the store of the output tile
//     two before it, whose buffer it writes;
//   - a store begins when its output tile is computed and the store before it
//     has ended.
//
// With whole tiles, let L = max(tW, tI) be the cycles to load, K = tComp to
// compute and S = tO to store, P = ceil(N/Tn) the passes of each of Q output
// tiles, Lat1 = max(L, K) and Lat2 = max(P*Lat1, S). Then the last store ends
// after exactly
//
//	L + K + (P-1)*Lat1 + (Q-1)*Lat2 + S
//
// LayerCost bounds that from both sides. Without fill and drain, Q*Lat2, it is
// min(L, K) + min(P*Lat1, S) too low: the first load or pass and the last
// passes or store, whatever the number of tiles. With them, Q*Lat2 + Lat1 + S,
// it is exact where loads take as long as passes (L = K) and stores hide behind
// passes (S <= P*Lat1); elsewhere it is too high by Lat1 - min(L, K), plus
// S - P*Lat1 where stores are the limit. Ragged edges only make it higher.
//
// With Latency V and Drain D the last store ends V + D later where loads and passes
// differ by at least V, passes and stores of an output tile by at least D. Where they
// do not, two buffers do not hide them: each pass may take up to V/2 more, and each
// output tile up to D/2. (Seen in the RTL of package rtl, which the simulation with
// Ragged, Whole, Latency and Drain matches to the cycle.)
func SimulateTiles(l hw.Loops, d hw.Design, t hw.Target, opt TileOptions) (TileRun, error) {
	t.AuthorsScripts = false // a way to count, not to run
	cost, err := LayerCost(l, d, t)
	if err != nil {
		return TileRun{}, err
	}
	x := tileOf(&l, d.Tiling, &t)
	if x.outer > maxTileEvents/x.inner {
		return TileRun{}, fmt.Errorf("hw: tiles of %v with %v: more than %d passes", l, d, maxTileEvents)
	}
	if opt.Latency < 0 || opt.Latency > 1<<10 || opt.Drain < 0 || opt.Drain > 1<<10 {
		return TileRun{}, fmt.Errorf("hw: latency %d, drain %d cycles: want 0 to %d", opt.Latency, opt.Drain, 1<<10)
	}
	m := tileMachine{d: d, opt: opt, unit: 1}
	for _, p := range []int{d.W, d.I, d.O} {
		if opt.Whole {
			break // every time is whole
		}
		m.unit = lcm(m.unit, int64(max(p, 1)))
		if m.unit > 1<<20 {
			return TileRun{}, fmt.Errorf("hw: tiles with %v: the ports have no small common multiple", d)
		}
	}
	events := float64(x.outer) * float64(x.inner) * float64(1+opt.Latency+opt.Drain)
	words := float64(x.outer)*float64(x.inner)*float64(x.w+x.i) + float64(x.outer)*float64(x.o) // a cycle each, at worst
	if (2*cost.Exact+cost.TW+cost.TI+cost.TComp+cost.TO+events+words)*float64(m.unit) >= 1<<62 {
		return TileRun{}, fmt.Errorf("hw: tiles of %v with %v: more cycles than can be counted", l, d)
	}
	m.walk(&l, &t)
	return m.run, nil
}

// tileMachine counts in 1/unit cycles, so that every port's time is whole.
type tileMachine struct {
	d    hw.Design
	opt  TileOptions
	unit int64

	loaded           int64    // the last load's end
	computed, before int64    // the last pass's end, and the one's before
	stored           [2]int64 // the last two stores' ends, the later first
	run              TileRun
}

// walk goes through the loop nest.
func (m *tileMachine) walk(l *hw.Loops, t *hw.Target) {
	pack, mg, ng := packed(l, m.d.Tm, m.d.Tn)
	tm, tn := min(m.d.Tm, pack*mg), min(m.d.Tn, pack*ng)
	tr, tc := min(m.d.Tr, l.R), min(m.d.Tc, l.C)
	for range t.Batch {
		if l.Reduced {
			m.reduce(l, t, pack, tr, tc)
			continue
		}
		for r := 0; r < l.R; r += tr {
			for c := 0; c < l.C; c += tc {
				for g := 0; g < l.Groups; g += pack {
					groups := m.left(l.Groups-g, pack)
					for to := 0; to < groups*mg; to += tm {
						rows, cols, outs := m.left(l.R-r, tr), m.left(l.C-c, tc), m.left(groups*mg-to, tm)
						m.outputTile(l, t, rows, cols, outs, groups*ng, tn, pack > 1, groups*mg*ng)
					}
				}
			}
		}
	}
	u := float64(m.unit)
	m.run.Cycles = float64(m.stored[0]) / u
	m.run.Loaded, m.run.Computed, m.run.Stored = m.run.Loaded/u, m.run.Computed/u, m.run.Stored/u
	for i := range m.run.Steps {
		m.run.Steps[i].Start /= u
		m.run.Steps[i].End /= u
	}
}

// left is what an edge tile holds of a whole one.
func (m *tileMachine) left(rest, whole int) int {
	if m.opt.Ragged {
		return min(rest, whole)
	}
	return whole
}

// reduce walks the maps of as many channels as lie side by side, tile by tile,
// and stores a pixel of each.
func (m *tileMachine) reduce(l *hw.Loops, t *hw.Target, pack, tr, tc int) {
	for g := 0; g < l.Groups; g += pack {
		channels, n := m.left(l.Groups-g, pack), 0
		for r := 0; r < l.R; r += tr {
			for c := 0; c < l.C; c += tc {
				pixels := int64(m.left(l.R-r, tr)) * int64(m.left(l.C-c, tc))
				load := m.port(int64(l.Reads)*int64(channels)*pixels, m.d.I, int64(channels))
				m.pass(load, (pixels+int64(t.Depth))*m.unit, n)
				n++
			}
		}
		m.store(int64(channels), int64(channels))
	}
}

// outputTile runs the passes of one output tile of outs channels, and stores
// it. Groups side by side (packed) have the weights of their blocks alone.
func (m *tileMachine) outputTile(l *hw.Loops, t *hw.Target, rows, cols, outs, inputs, tn int, packed bool, blocks int) {
	kk, pixels := l.Taps(), int64(rows)*int64(cols)
	read := int64(l.Reads) * readPixels(l, int64(rows), int64(cols), t)
	for n := 0; n < inputs; n += tn {
		ins := m.left(inputs-n, tn)
		weights := int64(0)
		if l.Weighted && packed {
			weights = int64(blocks) * kk
		} else if l.Weighted {
			weights = int64(outs) * int64(ins) * kk
		}
		load := max(m.port(weights, m.d.W, weights/kk), m.port(int64(ins)*read, m.d.I, int64(ins)))
		m.pass(load, (kk*pixels+int64(t.Depth))*m.unit, n/tn)
	}
	m.store(int64(outs)*pixels, int64(outs))
}

// store puts an output tile of so many banks away.
func (m *tileMachine) store(words, banks int64) {
	time := m.port(words, m.d.O, banks)
	begin := max(m.computed+int64(m.opt.Drain)*m.unit, m.stored[0])
	m.stored = [2]int64{begin + time, m.stored[0]}
	m.run.Stored += float64(time)
	m.step(StoreTile, 0, begin, begin+time)
	m.run.Tiles++
}

// pass loads and computes one input-channel tile.
func (m *tileMachine) pass(load, compute int64, n int) {
	begin := max(m.loaded, m.before)
	m.loaded = begin + load
	m.step(LoadTile, n, begin, m.loaded)
	begin = max(m.loaded+int64(m.opt.Latency)*m.unit, m.computed)
	if n == 0 {
		begin = max(begin, m.stored[1])
	}
	m.before, m.computed = m.computed, begin+compute
	m.step(ComputeTile, n, begin, m.computed)
	m.run.Loaded += float64(load)
	m.run.Computed += float64(compute)
	m.run.Passes++
}

// port is the time in which words of so many banks pass a port.
func (m *tileMachine) port(words int64, width int, banks int64) int64 {
	if width == 0 || words == 0 {
		return 0
	}
	if m.opt.Whole {
		return ceilDiv(words, min(int64(width), banks))
	}
	return words * (m.unit / int64(width))
}

func (m *tileMachine) step(part TilePart, pass int, start, end int64) {
	if len(m.run.Steps) < m.opt.Steps {
		m.run.Steps = append(m.run.Steps, TileStep{part, m.run.Tiles, int64(pass), float64(start), float64(end)})
	}
}

func lcm(a, b int64) int64 {
	x, y := a, b
	for y != 0 {
		x, y = y, x%y
	}
	return a / x * b
}
