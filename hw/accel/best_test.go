package accel

import (
	"math"
	"math/rand/v2"
	"testing"

	"coexplore/hw"
	"coexplore/internal/heavy"
)

// enumerateBest is BestDesign by plain enumeration of every integer design.
func enumerateBest(layers []hw.Loops, dev *hw.Device, t hw.Target) (best int64, found bool) {
	best = math.MaxInt64
	var m, n, r, c int
	for _, l := range layers {
		rows, cols := extent(&l, &t)
		m, n, r, c = max(m, l.M), max(n, l.N), max(r, rows), max(c, cols)
	}
	words := dev.PortBits(t) / t.Bits
	for tm := 1; tm <= m; tm++ {
		for tn := 1; tn <= n; tn++ {
			for tr := 1; tr <= r; tr++ {
				for tc := 1; tc <= c; tc++ {
					d := design(tm, tn, tr, tc, 1, 1, 1)
					if Fits(dev, layers, d, t) != nil {
						continue
					}
					for d.W = 1; d.W <= words-2; d.W++ {
						for d.I = 1; d.I <= words-d.W-1; d.I++ {
							for d.O = 1; d.O <= words-d.W-d.I; d.O++ {
								var sum int64
								for _, l := range layers {
									cost, err := LayerCost(l, d, t)
									if err != nil {
										panic(err)
									}
									sum += cost.Cycles
								}
								if sum < best {
									best, found = sum, true
								}
							}
						}
					}
				}
			}
		}
	}
	return best, found
}

// randomLoops is a small layer of any kind, for a target.
func randomLoops(rng *rand.Rand, most int, t *hw.Target) hw.Loops {
	pick := func() int { return 1 + rng.IntN(most) }
	switch rng.IntN(9) {
	case 0: // depthwise
		ch := pick()
		return hw.Loops{M: ch, N: ch, R: pick(), C: pick(), K: 1 + rng.IntN(3), S: 1 + rng.IntN(2), Groups: ch, Reads: 1, Weighted: true}
	case 1: // grouped
		g := 1 + rng.IntN(2)
		return hw.Loops{M: g * (1 + rng.IntN(2)), N: g * (1 + rng.IntN(3)), R: pick(), C: pick(), K: 1 + rng.IntN(3), S: 1, Groups: g, Reads: 1, Weighted: true}
	case 2: // pooling
		ch := pick()
		return hw.Loops{M: ch, N: ch, R: pick(), C: pick(), K: 2 + rng.IntN(2), S: 2, Groups: ch, Reads: 1}
	case 3: // element-wise sum
		ch := pick()
		return hw.Loops{M: ch, N: ch, R: pick(), C: pick(), K: 1, S: 1, Groups: ch, Reads: 2}
	case 4: // global average pooling
		ch := pick()
		return hw.Loops{M: ch, N: ch, R: pick(), C: pick(), K: 1, S: 1, Groups: ch, Reads: 1, Reduced: true}
	}
	l := conv(pick(), pick(), pick(), pick(), 1+rng.IntN(7), 1+rng.IntN(3))
	l.ExtraPad = rng.IntN(4) - (l.K-1)/2
	if !t.AuthorsScripts && rng.IntN(2) == 0 { // not square
		l.Wide, l.Across = 1+rng.IntN(7)-l.K, 1+rng.IntN(3)-l.S
	}
	return l
}

func randomTarget(rng *rand.Rand) hw.Target {
	t := hw.DefaultTarget()
	t.Bits = []int{8, 16, 32}[rng.IntN(3)]
	t.Batch = 1 + rng.IntN(2)
	t.Input = hw.InputRule(rng.IntN(2))
	t.FillDrain = rng.IntN(3) == 0
	t.Depth = []int{0, 0, 3}[rng.IntN(3)]
	t.AuthorsScripts = rng.IntN(4) == 0
	return t
}

// randomDevice is a device so small that every resource binds now and then.
func randomDevice(rng *rand.Rand, t hw.Target) hw.Device {
	words := 3 + rng.IntN(6)
	dev := hw.Device{Part: "tiny", DSP: (1 + rng.IntN(12)) * dsps(1, t.Bits), BRAM18: 4 + rng.IntN(60),
		MemoryGbps: float64(words*t.Bits) * t.ClockMHz / 1e3, Price: 1}
	units := 1 + rng.IntN(12)
	if rng.IntN(2) == 0 { // LUT memory for some of the weight buffers
		dev.LUT = units*int(unitLUT(t.Bits)) + rng.IntN(200)
		dev.BRAM18 = 4 + rng.IntN(30)
	}
	if rng.IntN(3) == 0 {
		dev.FF = units*int(unitFF(t.Bits)) + rng.IntN(100)
	}
	if rng.IntN(2) == 0 { // banks must move to UltraRAM
		dev.URAM = 1 + rng.IntN(6)
		dev.BRAM18 = 1 + rng.IntN(20)
	}
	return dev
}

// TestBestDesignEqualsEnumeration compares the pruned search with plain
// enumeration on random small layers and devices, thousands of them.
func TestBestDesignEqualsEnumeration(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	cases, none, inLUT, inURAM := heavy.Count(500, 2500), 0, 0, 0
	for k := 0; k < cases; k++ {
		tg := randomTarget(rng)
		dev := randomDevice(rng, tg)
		layers := make([]hw.Loops, 1+rng.IntN(3))
		for i := range layers {
			layers[i] = randomLoops(rng, 5, &tg)
		}
		if rng.IntN(3) == 0 { // make tiles of several blocks of memory
			layers[0].R, layers[0].C = 20+rng.IntN(30), 1+rng.IntN(40)
			layers = layers[:1]
			layers[0].M, layers[0].N, layers[0].Groups = 1+rng.IntN(2), 1+rng.IntN(2), 1
			if l := &layers[0]; l.Reduced {
				l.N, l.Groups = l.M, l.M
			}
		}
		want, ok := enumerateBest(layers, &dev, tg)
		got, err := BestDesign(layers, &dev, tg)
		if !ok {
			none++
			if err == nil {
				t.Fatalf("case %d: %v on %+v: found %+v, enumeration none", k, layers, dev, got)
			}
			continue
		}
		if err != nil {
			t.Fatalf("case %d: %v on %+v: %v, enumeration %d", k, layers, dev, err, want)
		}
		if got.Cycles != want {
			t.Fatalf("case %d: %v on %+v, %+v: %d cycles by %v, enumeration %d", k, layers, dev, tg, got.Cycles, got.Design, want)
		}
		if u := ResourcesOn(&dev, layers, got.Design, tg); u.URAM > 0 {
			inURAM++
		} else if dev.LUT > 0 && u.LUT > got.Design.Tm*got.Design.Tn*int(unitLUT(tg.Bits)) {
			inLUT++
		}
		var sum int64
		for _, l := range layers {
			c, err := LayerCost(l, got.Design, tg)
			if err != nil {
				t.Fatal(err)
			}
			sum += c.Cycles
		}
		if err := Fits(&dev, layers, got.Design, tg); err != nil || sum != got.Cycles {
			t.Fatalf("case %d: %v costs %d, said %d: %v", k, got.Design, sum, got.Cycles, err)
		}
	}
	if none == cases || none == 0 || inLUT < cases/25 || inURAM < cases/25 {
		t.Errorf("of %d cases, %d had no design, %d used LUT memory and %d UltraRAM: all kinds are wanted", cases, none, inLUT, inURAM)
	}
	t.Logf("of %d cases, %d had no design, %d used LUT memory, %d UltraRAM", cases, none, inLUT, inURAM)
}

// TestBoundsAreBelow compares the bound of every group of layers with the best
// design.
func TestBoundsAreBelow(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	groups, tight := 0, 0
	for range 300 {
		tg := randomTarget(rng)
		dev := randomDevice(rng, tg)
		layers := make([]hw.Loops, 1+rng.IntN(5))
		for i := range layers {
			layers[i] = randomLoops(rng, 12, &tg)
			if rng.IntN(4) == 0 {
				layers[i] = layers[rng.IntN(i+1)] // one that is there already
			}
		}
		bounds := NewBounds(layers, &dev, tg)
		for i := range layers {
			for j := i + 1; j <= len(layers); j++ {
				best, err := BestDesign(layers[i:j], &dev, tg)
				if err != nil {
					continue
				}
				b := bounds.Group(i, j)
				if groups++; b > best.Cycles || b <= 0 {
					t.Fatalf("%v on %+v, %+v: bound %d, best %d by %v", layers[i:j], dev, tg, b, best.Cycles, best.Design)
				}
				if b == best.Cycles {
					tight++
				}
			}
		}
	}
	if groups < 1000 || tight < groups/20 {
		t.Errorf("%d groups, %d bounds are the best's cycles", groups, tight)
	}
	t.Logf("%d groups, %d bounds are the best's cycles", groups, tight)
}
