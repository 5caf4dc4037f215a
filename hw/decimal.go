package hw

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"
)

// decimal is a positive float64 as the shortest decimal number that reads back as
// it: digits * 10^exp. It is the number that was typed where one was: 0.05 is
// 1/20.
func decimal(f float64) (digits uint64, exp int) {
	if f < 1e11 && f == math.Trunc(f) { // most clocks and rates are whole
		return uint64(f), 0
	}
	var buf [32]byte
	s := strconv.AppendFloat(buf[:0], f, 'e', -1, 64)
	for i, c := range s {
		switch {
		case c == 'e':
			e, _ := strconv.Atoi(string(s[i+1:])) // its own output
			return digits, exp + e
		case c != '.':
			digits = 10*digits + uint64(c-'0')
			if i > 0 {
				exp--
			}
		}
	}
	return digits, exp
}

// scaled is floor(n * x/y * 10^shift) of positive numbers, x and y taken as the
// decimals they are, and whether nothing was cut off. Results stop at 2^62.
func scaled(n int64, x, y float64, shift int) (floor int64, whole bool) {
	const most = 1 << 62
	a, ae := decimal(x)
	b, be := decimal(y)
	shift += ae - be
	if hi, lo := bits.Mul64(uint64(n), a); hi == 0 {
		// Most often all fits in 64 bits, or in 128 over 64.
		up, down := power10(shift), power10(-shift)
		if up > 0 && down > 0 {
			hi, lo = bits.Mul64(lo, up)
			if over, den := bits.Mul64(b, down); over == 0 && hi < den {
				q, r := bits.Div64(hi, lo, den)
				return int64(min(q, most)), r == 0 && q <= most
			}
		}
	}
	num := new(big.Int).Mul(big.NewInt(n), new(big.Int).SetUint64(a))
	den := new(big.Int).SetUint64(b)
	ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(shift, -shift))), nil)
	if shift > 0 {
		num.Mul(num, ten)
	} else {
		den.Mul(den, ten)
	}
	q, r := num.DivMod(num, den, new(big.Int))
	if !q.IsInt64() || q.Int64() > most {
		return most, false
	}
	return q.Int64(), r.Sign() == 0
}

// power10 is 10^n; 1 below n = 0, and 0 where it leaves 64 bits.
func power10(n int) uint64 {
	if n > 19 {
		return 0
	}
	p := uint64(1)
	for ; n > 0; n-- {
		p *= 10
	}
	return p
}

// measured reports that a rate was computed, not typed: that it takes more than
// 11 digits to write.
func measured(f float64) bool {
	digits, _ := decimal(f)
	return digits >= 1e11
}

// forgive is floor, or the next whole number if x is within its rounding, 1e-12
// of it.
func forgive(floor int64, x float64) int64 {
	if up := math.Floor(x * (1 + 1e-12)); up > float64(floor) && up < 1<<62 {
		return int64(up)
	}
	return floor
}
