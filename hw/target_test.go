package hw

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"
)

// rat is a decimal number as it is written.
func rat(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		panic(s)
	}
	return r
}

// floorRat and ceilRat are in int64, at most the given number.
func floorRat(r *big.Rat, most int64) int64 {
	q := new(big.Int).Quo(r.Num(), r.Denom())
	if !q.IsInt64() || q.Int64() > most {
		return most
	}
	return q.Int64()
}

func ceilRat(r *big.Rat, most int64) int64 {
	q, rest := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int))
	if rest.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	if !q.IsInt64() || q.Int64() > most {
		return most
	}
	return q.Int64()
}

// decimalString is a random decimal number of a few digits.
func decimalString(rng *rand.Rand, whole, digits int) string {
	s := fmt.Sprint(rng.IntN(whole))
	if d := rng.IntN(digits + 1); d > 0 {
		s += "." + fmt.Sprintf("%0*d", d, rng.IntN([]int{1, 10, 100, 1000, 10000, 100000, 1000000}[d]))
	}
	if rat(s).Sign() == 0 {
		return "0.05"
	}
	return s
}

// TestExactRates holds LinkCycles, Budget and PortBits to fractions of the decimal
// numbers.
func TestExactRates(t *testing.T) {
	tg := DefaultTarget()
	tg.ClockMHz, tg.LinkGbps = 150, 0.05
	if c := tg.LinkCycles(7); c != 672 {
		t.Errorf("7 words of 32 bits at 0.05 Gbit/s and 150 MHz: %d cycles, want 672", c)
	}
	if n := testing.AllocsPerRun(100, func() { tg.LinkCycles(32 * 32 * 64); tg.Budget(35) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	rng := rand.New(rand.NewPCG(4, 4))
	whole := 0
	for range 100000 {
		clock, link, fps := decimalString(rng, 1000, 6), decimalString(rng, 1<<rng.IntN(12), 6), decimalString(rng, 1<<rng.IntN(14), 6)
		tg := Target{Bits: []int{8, 16, 32}[rng.IntN(3)], Batch: 1 + rng.IntN(1<<rng.IntN(11))}
		var rate float64
		if _, err := fmt.Sscan(clock+" "+link+" "+fps, &tg.ClockMHz, &tg.LinkGbps, &rate); err != nil {
			t.Fatal(err)
		}
		if tg.Check() != nil {
			t.Fatalf("%+v", tg)
		}
		words := rng.Int64N(1 << rng.IntN(41))
		cycles := new(big.Rat).SetInt64(words * int64(tg.Bits) * int64(tg.Batch))
		cycles.Mul(cycles, rat(clock)).Quo(cycles, rat(link)).Quo(cycles, rat("1000"))
		if cycles.IsInt() {
			whole++
		}
		if got, want := tg.LinkCycles(words), ceilRat(cycles, NeverCycles); got != want {
			t.Fatalf("%d words, %+v: %d cycles, want %d", words, tg, got, want)
		}
		budget := new(big.Rat).SetInt64(int64(tg.Batch) * 1000000)
		budget.Mul(budget, rat(clock)).Quo(budget, rat(fps))
		if got, want := tg.Budget(rate), floorRat(budget, 1<<62); got != want {
			t.Fatalf("%s frames/s, %+v: %d cycles, want %d", fps, tg, got, want)
		}
		dev := Device{MemoryGbps: tg.LinkGbps}
		bits := new(big.Rat).Mul(rat(link), rat("1000"))
		if got, want := dev.PortBits(tg), int(floorRat(bits.Quo(bits, rat(clock)), 1<<62)); got != want {
			t.Fatalf("%s Gbit/s at %s MHz: %d bits, want %d", link, clock, got, want)
		}
	}
	if whole < 1000 {
		t.Errorf("only %d whole numbers of cycles", whole)
	}
	// Any size of numbers: the same by fractions of what is written.
	for range 20000 {
		x, y := rng.Float64()*1e9, rng.Float64()*1e-9
		if rng.IntN(2) == 0 {
			x, y = y, x
		}
		n, shift := rng.Int64N(1<<55), rng.IntN(13)-6
		want := new(big.Rat).SetInt64(n)
		want.Mul(want, rat(fmt.Sprint(x))).Quo(want, rat(fmt.Sprint(y))).Mul(want, rat(fmt.Sprintf("1e%d", shift)))
		if got, _ := scaled(n, x, y, shift); n > 0 && got != floorRat(want, 1<<62) {
			t.Fatalf("%d * %v / %v * 10^%d: %d, want %v", n, x, y, shift, got, want)
		}
	}
}

// TestBudgetOfReachedRate: a pipeline of so many cycles meets the rate that it
// reaches.
func TestBudgetOfReachedRate(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 5))
	for range 100000 {
		tg := DefaultTarget()
		tg.ClockMHz = float64(1+rng.IntN(4000)) / 10
		tg.Batch = 1 + rng.IntN(16)
		cycles := 1 + rng.Int64N(1<<rng.IntN(40))
		fps := float64(tg.Batch) / tg.Seconds(cycles)
		if b := tg.Budget(fps); b < cycles || float64(b-cycles) > 1+1e-12*float64(cycles) {
			t.Fatalf("%d cycles reach %v frames/s at %v MHz: budget %d", cycles, fps, tg.ClockMHz, b)
		}
	}
}
