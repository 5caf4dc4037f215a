package accel

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"coexplore/hw"
	"coexplore/internal/heavy"
)

// bigCeil is ceil(a/b).
func bigCeil(a, b *big.Int) *big.Int {
	q, r := new(big.Int).DivMod(a, b, new(big.Int))
	if r.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return q
}

func bigProduct(of ...int64) *big.Int {
	p := big.NewInt(1)
	for _, v := range of {
		p.Mul(p, big.NewInt(v))
	}
	return p
}

// bigCost is the formula of LayerCost, without groups, in numbers of any size.
func bigCost(l hw.Loops, d hw.Design, t hw.Target) (cycles, bram *big.Int) {
	rows, cols := int64(l.R), int64(l.C)
	if t.AuthorsScripts {
		rows, cols = rows+2*int64(l.Pad()), cols+2*int64(l.Pad())
	}
	r, c, s, k := min(int64(d.Tr), rows), min(int64(d.Tc), cols), int64(l.S), int64(l.K)
	m, n := min(int64(d.Tm), int64(l.M)), min(int64(d.Tn), int64(l.N))
	outer := bigProduct(int64(t.Batch), ceilDiv(rows, r), ceilDiv(cols, c), ceilDiv(int64(l.M), m))
	inner := bigProduct(ceilDiv(int64(l.N), n))
	a, b := r, c
	ar, ac := s*r+k-s, s*c+k-s
	if t.AuthorsScripts {
		a, b, m, n = ceilDiv(r, s), ceilDiv(c, s), int64(d.Tm), int64(d.Tn)
	}
	read := bigProduct(ar, ac)
	if t.Input == hw.TileOnly || t.AuthorsScripts {
		read = bigProduct(r, c)
	}
	comp := bigProduct(k, k, a, b)
	comp.Add(comp, big.NewInt(int64(t.Depth)))
	passes := new(big.Int).Mul(outer, inner)
	cycles = new(big.Int).Mul(passes, comp)
	for _, term := range []struct {
		times, words *big.Int
		port         int
	}{{passes, bigProduct(m, n, k, k), d.W}, {passes, new(big.Int).Mul(read, bigProduct(n, int64(l.Reads))), d.I}, {outer, bigProduct(m, a, b), d.O}} {
		if term.port > 0 {
			if v := bigCeil(new(big.Int).Mul(term.times, term.words), bigProduct(int64(term.port))); v.Cmp(cycles) > 0 {
				cycles = v
			}
		}
	}
	bits, block := int64(t.Bits), big.NewInt(16*1024)
	if t.AuthorsScripts {
		block = big.NewInt(18000)
	}
	in := bigProduct(r, c, bits)
	if t.Input == hw.Halo {
		in = bigProduct(ar, ac, bits)
	}
	weights := bigProduct(2, int64(d.Tm), int64(d.Tn))
	if bits == 32 {
		weights.Mul(weights, bigCeil(bigProduct(k, k, bits), block))
	} else {
		weights = bigProduct(int64(d.Tm), int64(d.Tn))
		weights.Mul(weights, bigCeil(bigProduct(4, k, k, bits), block))
	}
	bram = new(big.Int).Mul(bigProduct(2, int64(d.Tn)), bigCeil(in, block))
	bram.Add(bram, new(big.Int).Mul(bigProduct(2, int64(d.Tm)), bigCeil(bigProduct(r, c, bits), block)))
	return cycles, bram.Add(bram, weights)
}

// TestExtremeSizes holds LayerCost to big.Int on sizes up to 2^20: it says the
// same number, or that it cannot count.
func TestExtremeSizes(t *testing.T) {
	rng := rand.New(rand.NewPCG(20, 20))
	size := func() int { return 1 + rng.IntN(1<<rng.IntN(21)) }
	counted, refused := 0, 0
	for range heavy.Count(20000, 200000) {
		l := conv(size(), size(), size(), size(), 1+rng.IntN(1<<rng.IntN(12)), 1+rng.IntN(1<<rng.IntN(8)))
		if rng.IntN(20) == 0 {
			l.K, l.S = size(), size()
		}
		l.ExtraPad = rng.IntN(1 << rng.IntN(21))
		tg := randomTarget(rng)
		tg.FillDrain = false
		tg.Batch, tg.Depth = 1+rng.IntN(1024), rng.IntN(1025)
		d := design(size(), size(), size(), size(), rng.IntN(9), rng.IntN(9), rng.IntN(9))
		if l.Check() != nil {
			continue
		}
		c, err := LayerCost(l, d, tg)
		if err != nil {
			refused++
			continue
		}
		counted++
		cycles, bram := bigCost(l, d, tg)
		if cycles.Cmp(big.NewInt(c.Cycles)) != 0 || bram.Cmp(big.NewInt(int64(c.BRAM18))) != 0 {
			t.Fatalf("%+v on %v, %+v: %d cycles, %d BRAM18; want %d and %d", l, d, tg, c.Cycles, c.BRAM18, cycles, bram)
		}
	}
	if counted < heavy.Count(1000, 10000) || refused == 0 {
		t.Errorf("%d counted, %d refused", counted, refused)
	}
	t.Logf("%d counted, %d refused", counted, refused)
}

// TestExtremeSearches searches designs and makes tables for the largest layers:
// what is found costs what it says, whole sums are never below 0.
func TestExtremeSearches(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 20))
	dev := hw.Device{Part: "large", DSP: 4096, BRAM18: 1 << 24, URAM: 1 << 10, LUT: 1 << 24, FF: 1 << 24, MemoryGbps: 100, Price: 1}
	found := 0
	for range heavy.Count(60, 300) {
		l := conv(1<<rng.IntN(11), 1<<rng.IntN(11), 1+rng.IntN(1<<rng.IntN(11)), 1+rng.IntN(1<<rng.IntN(11)), 1+rng.IntN(1<<rng.IntN(9)), 1+rng.IntN(4))
		if l.Check() != nil {
			continue
		}
		tg := randomTarget(rng)
		tg.Batch, tg.Depth = 1024, 1024
		layers := make([]hw.Loops, 1000)
		for i := range layers {
			layers[i] = l
		}
		best, err := BestDesign(layers, &dev, tg)
		if err != nil {
			continue
		}
		found++
		c, err := LayerCost(l, best.Design, tg)
		if err != nil || best.Cycles != 1000*c.Cycles || best.Cycles <= 0 {
			t.Fatalf("%+v: %d cycles by %v; a layer %d, %v", l, best.Cycles, best.Design, c.Cycles, err)
		}
		if table, ok := NewTable([]hw.Loops{l}, &dev, tg); ok {
			var groups Groups
			groups.Load(table, []int32{0})
			if cycles, _ := groups.Best(0, 1); cycles != c.Cycles {
				t.Fatalf("%+v: %d cycles by the table, %d by the search", l, cycles, c.Cycles)
			}
		}
	}
	if found < heavy.Count(6, 30) {
		t.Errorf("only %d layers had a design", found)
	}
	t.Logf("%d layers", found)
}
